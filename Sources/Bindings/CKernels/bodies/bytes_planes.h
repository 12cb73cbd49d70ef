// Pooling and resizing of planes of bytes.

// The largest bytes under the window at one output pixel, within the plane.
MW_INLINE uint32_t MW_BYTE(largest)(const mw_window *w, const uint8_t *plane, int64_t pitch,
                                    int64_t y, int64_t x) {
  uint8_t most[4] = {0, 0, 0, 0};
  for (int64_t ky = 0; ky < w->kernel_height; ky++) {
    const int64_t row = y * w->stride_y + ky * w->dilation_y - w->pad_top;
    if (row < 0 || row >= w->height) continue;
    for (int64_t kx = 0; kx < w->kernel_width; kx++) {
      const int64_t column = x * w->stride_x + kx * w->dilation_x - w->pad_left;
      if (column < 0 || column >= w->width) continue;
      const uint8_t *pixel = plane + row * pitch + 4 * column;
      for (int c = 0; c < 4; c++) most[c] = pixel[c] > most[c] ? pixel[c] : most[c];
    }
  }
  uint32_t joined;
  __builtin_memcpy(&joined, most, 4);
  return joined;
}

// The same for a register of pixels, none of whose taps lies beside the plane.
MW_INLINE mw_pixels MW_BYTE(largest_lanes)(const mw_window *w, const int step, const uint8_t *plane,
                                           int64_t pitch, int64_t y, int64_t x) {
  mw_octets most = (mw_octets)(0);
  for (int64_t ky = 0; ky < w->kernel_height; ky++) {
    const int64_t row = y * w->stride_y + ky * w->dilation_y - w->pad_top;
    if (row < 0 || row >= w->height) continue;
    const uint8_t *first = plane + row * pitch + 4 * (x * step - w->pad_left);
    for (int64_t kx = 0; kx < w->kernel_width; kx++)
      most = __builtin_elementwise_max(
          most, (mw_octets)MW_BYTE(load)(first + 4 * kx * w->dilation_x, step));
  }
  return (mw_pixels)most;
}

static void MW_BYTE(pool_max)(const mw_window *w, const uint8_t *x, int64_t quads, int32_t zero,
                              uint8_t *y) {
  const int64_t pitch = mw_byte_pitch(w->width), pitch_out = mw_byte_pitch(w->out_width);
  // Output pixels [from, to) whose taps all lie within the plane's columns.
  const int64_t step = w->stride_x, reach = (w->kernel_width - 1) * w->dilation_x;
  const int64_t from = (w->pad_left + step - 1) / step;
  const int64_t last = w->width - 1 - reach + w->pad_left;
  int64_t to = last < 0 ? 0 : last / step + 1;
  if (to > w->out_width) to = w->out_width;
  for (int64_t q = 0; q < quads; q++) {
    const uint8_t *plane = x + q * mw_byte_plane(w->height, w->width) + 4 * MW_BYTE_MARGIN;
    uint8_t *target = y + q * mw_byte_plane(w->out_height, w->out_width);
    for (int64_t row = 0; row < w->out_height; row++) {
      uint8_t *out = target + 4 * MW_BYTE_MARGIN + row * pitch_out;
      for (int64_t i = 0; i < w->out_width;) {
        if (step <= 2 && i >= from && i < to && to - from >= MW_LANES) {
          // The last register takes some pixels again rather than leave a few over.
          if (i + MW_LANES > to) i = to - MW_LANES;
          MW_BYTE(store)(out + 4 * i, step == 1 ? MW_BYTE(largest_lanes)(w, 1, plane, pitch, row, i)
                                                : MW_BYTE(largest_lanes)(w, 2, plane, pitch, row, i));
          i += MW_LANES;
        } else {
          const uint32_t most = MW_BYTE(largest)(w, plane, pitch, row, i);
          __builtin_memcpy(out + 4 * i, &most, 4);
          i += 1;
        }
      }
    }
    MW_BYTE(margins)(target, w->out_width, 0, w->out_height, zero);
  }
}

// Two channels in the halves of every lane: 3 near + far of rows, then of columns, up to 4080.
typedef struct {
  mw_pixels even, odd;
} MW_BYTE(pairs);

MW_INLINE MW_BYTE(pairs) MW_BYTE(blend_rows)(const uint8_t *near, const uint8_t *far) {
  const mw_pixels a = MW_BYTE(load)(near, 1), b = MW_BYTE(load)(far, 1);
  return (MW_BYTE(pairs)){3 * (a & 0xff00ff) + (b & 0xff00ff),
                          3 * ((a >> 8) & 0xff00ff) + ((b >> 8) & 0xff00ff)};
}

// Sixteen times the blend, in the halves of every lane, and how it becomes a byte.
typedef struct {
  int same;      // whether the result has the grid of the source
  uint32_t odd;  // 1 in both halves where its zero point is odd
  float offset;  // 16 zero of the source
  float factor;  // steps of the result per sixteenth of the source's
  int32_t zero;
} MW_BYTE(blend);

// A sixteenth, rounded half to an even number of steps from the zero point.
MW_INLINE mw_pixels MW_BYTE(sixteenth)(const MW_BYTE(blend) * how, mw_pixels v) {
  return ((v + 0x70007 + (((v >> 4) ^ how->odd) & 0x10001)) >> 4) & 0xff00ff;
}

MW_INLINE mw_reals MW_BYTE(steps)(const MW_BYTE(blend) * how, mw_pixels v) {
  return (__builtin_convertvector((mw_words)v, mw_reals) - how->offset) * how->factor;
}

MW_INLINE mw_pixels MW_BYTE(blend_columns)(const MW_BYTE(blend) * how, MW_BYTE(pairs) near,
                                           MW_BYTE(pairs) far) {
  const mw_pixels even = 3 * near.even + far.even, odd = 3 * near.odd + far.odd;
  if (how->same) return MW_BYTE(sixteenth)(how, even) | MW_BYTE(sixteenth)(how, odd) << 8;
  const mw_reals steps[4] = {
      MW_BYTE(steps)(how, even & 0xffff), MW_BYTE(steps)(how, odd & 0xffff),
      MW_BYTE(steps)(how, even >> 16), MW_BYTE(steps)(how, odd >> 16)};
  return MW_BYTE(saturate)(steps, how->zero, 0, 255);
}

// Pixels 2x … 2(x + n) of an output row from columns x − 1 … x + n of two rows.
MW_INLINE void MW_BYTE(double_row)(const MW_BYTE(blend) * how, const uint8_t *near,
                                   const uint8_t *far, uint8_t *out) {
  const MW_BYTE(pairs) left = MW_BYTE(blend_rows)(near - 4, far - 4);
  const MW_BYTE(pairs) middle = MW_BYTE(blend_rows)(near, far);
  const MW_BYTE(pairs) right = MW_BYTE(blend_rows)(near + 4, far + 4);
  const mw_pixels a = MW_BYTE(blend_columns)(how, middle, left);
  const mw_pixels b = MW_BYTE(blend_columns)(how, middle, right);
  MW_BYTE(store)(out, __builtin_shufflevector(a, b, MW_LOWER));
  MW_BYTE(store)(out + 4 * MW_LANES, __builtin_shufflevector(a, b, MW_UPPER));
}

// The first or last columns of a row, of which fewer than a register's are left: with the edges
// repeated in a place of their own.
static void MW_BYTE(double_edge)(const MW_BYTE(blend) * how, const uint8_t *near,
                                 const uint8_t *far, int64_t width, int64_t x, uint8_t *out) {
  uint32_t rows[2][MW_LANES + 2], results[2 * MW_LANES];
  const int64_t count = width - x < MW_LANES ? width - x : MW_LANES;
  for (int64_t i = 0; i < MW_LANES + 2; i++) {
    int64_t column = x + i - 1;
    column = column < 0 ? 0 : column >= width ? width - 1 : column;
    __builtin_memcpy(&rows[0][i], near + 4 * column, 4);
    __builtin_memcpy(&rows[1][i], far + 4 * column, 4);
  }
  MW_BYTE(double_row)(how, (uint8_t *)(rows[0] + 1), (uint8_t *)(rows[1] + 1), (uint8_t *)results);
  __builtin_memcpy(out + 8 * x, results, (size_t)(8 * count));
}

static void MW_BYTE(double_linear)(int64_t height, int64_t width, const uint8_t *x, int64_t quads,
                                   mw_byte_grid from, mw_byte_grid to, uint8_t *y) {
  const int64_t pitch = mw_byte_pitch(width), pitch_out = mw_byte_pitch(2 * width);
  const MW_BYTE(blend) how = {from.scale == to.scale && from.zero == to.zero,
                              0x10001u * (uint32_t)(from.zero & 1),
                              16.0f * (float)from.zero,
                              from.scale / (16.0f * to.scale),
                              to.zero};
  for (int64_t q = 0; q < quads; q++) {
    const uint8_t *plane = x + q * mw_byte_plane(height, width) + 4 * MW_BYTE_MARGIN;
    uint8_t *target = y + q * mw_byte_plane(2 * height, 2 * width);
    for (int64_t row = 0; row < 2 * height; row++) {
      int64_t other = row / 2 + (row % 2 ? 1 : -1);
      other = other < 0 ? 0 : other >= height ? height - 1 : other;
      const uint8_t *near = plane + row / 2 * pitch, *far = plane + other * pitch;
      uint8_t *out = target + 4 * MW_BYTE_MARGIN + row * pitch_out;
      for (int64_t i = 0; i < width; i += MW_LANES)
        if (i == 0 || i + MW_LANES >= width)
          MW_BYTE(double_edge)(&how, near, far, width, i, out);
        else
          MW_BYTE(double_row)(&how, near + 4 * i, far + 4 * i, out + 8 * i);
    }
    MW_BYTE(margins)(target, 2 * width, 0, 2 * height, to.zero);
  }
}

static void MW_BYTE(pick)(int64_t height, int64_t width, const int32_t *rows,
                          const int32_t *columns, int64_t out_height, int64_t out_width,
                          const uint8_t *x, int64_t quads, int32_t zero, uint8_t *y) {
  const int64_t pitch = mw_byte_pitch(width), pitch_out = mw_byte_pitch(out_width);
  int doubles = out_width == 2 * width;
  for (int64_t i = 0; doubles && i < out_width; i++) doubles = columns[i] == i / 2;
  for (int64_t q = 0; q < quads; q++) {
    const uint8_t *plane = x + q * mw_byte_plane(height, width) + 4 * MW_BYTE_MARGIN;
    uint8_t *target = y + q * mw_byte_plane(out_height, out_width);
    for (int64_t row = 0; row < out_height; row++) {
      uint8_t *out = target + 4 * MW_BYTE_MARGIN + row * pitch_out;
      if (row > 0 && rows[row] == rows[row - 1]) {
        __builtin_memcpy(out, out - pitch_out, (size_t)(4 * out_width));
        continue;
      }
      const uint8_t *in = plane + rows[row] * pitch;
      int64_t i = 0;
      for (; doubles && i + MW_LANES <= width; i += MW_LANES) {
        const mw_pixels v = MW_BYTE(load)(in + 4 * i, 1);
        MW_BYTE(store)(out + 8 * i, __builtin_shufflevector(v, v, MW_LOWER));
        MW_BYTE(store)(out + 8 * i + 4 * MW_LANES, __builtin_shufflevector(v, v, MW_UPPER));
      }
      for (i *= 2; i < out_width; i++) __builtin_memcpy(out + 4 * i, in + 4 * columns[i], 4);
    }
    MW_BYTE(margins)(target, out_width, 0, out_height, zero);
  }
}
