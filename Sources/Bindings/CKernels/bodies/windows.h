// Windows sliding over planes: im2col and its reverse, depthwise convolution, pooling.
// Every loop runs over taps first and then along a row of output positions, where the positions
// that fall on the plane are one interval.

// The output columns [*from, *to) within [lowest, highest) whose tap kx falls on the plane.
MW_INLINE void MW_NAME(tap_columns)(const mw_window *w, int64_t kx, int64_t lowest, int64_t highest,
                                    int64_t *from, int64_t *to) {
  int64_t offset = kx * w->dilation_x - w->pad_left;  // input column = ox stride_x + offset
  int64_t first = offset >= 0 ? 0 : (-offset + w->stride_x - 1) / w->stride_x;
  int64_t last = w->width - 1 - offset;
  int64_t end = last < 0 ? 0 : last / w->stride_x + 1;
  first = first < lowest ? lowest : first;
  end = end > highest ? highest : end;
  *from = first > highest ? highest : first;
  *to = end < *from ? *from : end;
}

static void MW_NAME(columns)(const mw_window *w, const mw_band *band, const float *x,
                             int64_t channels, float *columns) {
  const int64_t span = band->x1 - band->x0;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t ky = 0; ky < w->kernel_height; ky++)
      for (int64_t kx = 0; kx < w->kernel_width; kx++) {
        int64_t from, to;
        MW_NAME(tap_columns)(w, kx, band->x0, band->x1, &from, &to);
        const int64_t offset = kx * w->dilation_x - w->pad_left;
        for (int64_t oy = band->y0; oy < band->y1; oy++, columns += span) {
          const int64_t iy = oy * w->stride_y + ky * w->dilation_y - w->pad_top;
          if (iy < 0 || iy >= w->height || from >= to) {
            __builtin_memset(columns, 0, (size_t)span * 4);
            continue;
          }
          const float *row = x + (c * w->height + iy) * w->width + offset;
          float *out = columns - band->x0;
          for (int64_t ox = band->x0; ox < from; ox++) out[ox] = 0.0f;
          if (w->stride_x == 1)
            __builtin_memcpy(out + from, row + from, (size_t)(to - from) * 4);
          else if (w->stride_x == 2)
            for (int64_t ox = from; ox < to; ox++) out[ox] = row[ox * 2];
          else
            for (int64_t ox = from; ox < to; ox++) out[ox] = row[ox * w->stride_x];
          for (int64_t ox = to; ox < band->x1; ox++) out[ox] = 0.0f;
        }
      }
}

static void MW_NAME(scatter)(const mw_window *w, const mw_band *band, const float *columns,
                             int64_t channels, float *y) {
  const int64_t span = band->x1 - band->x0;
  for (int64_t c = 0; c < channels; c++)
    for (int64_t ky = 0; ky < w->kernel_height; ky++)
      for (int64_t kx = 0; kx < w->kernel_width; kx++) {
        int64_t from, to;
        MW_NAME(tap_columns)(w, kx, band->x0, band->x1, &from, &to);
        const int64_t offset = kx * w->dilation_x - w->pad_left;
        for (int64_t oy = band->y0; oy < band->y1; oy++, columns += span) {
          const int64_t iy = oy * w->stride_y + ky * w->dilation_y - w->pad_top;
          if (iy < 0 || iy >= w->height) continue;
          float *row = y + (c * w->height + iy) * w->width + offset;
          const float *in = columns - band->x0;
          for (int64_t ox = from; ox < to; ox++) row[ox * w->stride_x] += in[ox];
        }
      }
}

// Runs `body` for every tap that meets output row oy: row[ox * stride_x] is its input.
#define MW_EACH_TAP(body)                                                          \
  for (int64_t ky = 0; ky < w->kernel_height; ky++) {                              \
    const int64_t iy = oy * w->stride_y + ky * w->dilation_y - w->pad_top;         \
    if (iy < 0 || iy >= w->height) continue;                                       \
    for (int64_t kx = 0; kx < w->kernel_width; kx++) {                             \
      int64_t from, to;                                                            \
      MW_NAME(tap_columns)(w, kx, 0, w->out_width, &from, &to);                    \
      const float *row = x + iy * w->width + kx * w->dilation_x - w->pad_left;     \
      if (w->stride_x == 1) {                                                      \
        for (int64_t ox = from; ox < to; ox++) {                                   \
          const float v = row[ox];                                                 \
          body;                                                                    \
        }                                                                          \
      } else if (w->stride_x == 2) {                                               \
        for (int64_t ox = from; ox < to; ox++) {                                   \
          const float v = row[ox * 2];                                             \
          body;                                                                    \
        }                                                                          \
      } else {                                                                     \
        for (int64_t ox = from; ox < to; ox++) {                                   \
          const float v = row[ox * w->stride_x];                                   \
          body;                                                                    \
        }                                                                          \
      }                                                                            \
    }                                                                              \
  }

static void MW_NAME(depthwise)(const mw_window *w, const float *x, const float *kernel, float *y) {
  for (int64_t oy = 0; oy < w->out_height; oy++, y += w->out_width) {
    __builtin_memset(y, 0, (size_t)w->out_width * 4);
    MW_EACH_TAP(y[ox] = MW_FMA(v, kernel[ky * w->kernel_width + kx], y[ox]))
  }
}

static void MW_NAME(pool_max)(const mw_window *w, const float *x, int64_t channels, float *y) {
  for (int64_t c = 0; c < channels; c++, x += w->height * w->width)
    for (int64_t oy = 0; oy < w->out_height; oy++, y += w->out_width) {
      for (int64_t ox = 0; ox < w->out_width; ox++) y[ox] = -__builtin_inff();
      MW_EACH_TAP(y[ox] = v > y[ox] ? v : y[ox])
    }
}

static void MW_NAME(pool_average)(const mw_window *w, const float *x, int64_t channels,
                                  const float *rows, const float *columns, float *y) {
  for (int64_t c = 0; c < channels; c++, x += w->height * w->width)
    for (int64_t oy = 0; oy < w->out_height; oy++, y += w->out_width) {
      __builtin_memset(y, 0, (size_t)w->out_width * 4);
      MW_EACH_TAP(y[ox] += v)
      const float taps = rows[oy];
      for (int64_t ox = 0; ox < w->out_width; ox++) y[ox] = y[ox] / (taps * columns[ox]);
    }
}
