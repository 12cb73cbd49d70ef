// Windows sliding over each plane by itself: depthwise convolution and pooling. The rows a window
// reaches over are set out in a ring with their pads, so that the taps need no conditions. Kernels
// of 3 × 3 over whole registers need no such copy.

// Rows of a plane with pads left and right, from the first column that a band's windows see.
typedef struct {
  const float **seen;  // the rows under the window of the current output row
  float *rows;
  int64_t pitch, count;  // floats a row, rows in the ring
  int64_t next;          // the first row that is not set out yet
  float pad;
} MW_NAME(padded);

// Takes the scratch space; `*rest` is what is left of it.
MW_INLINE MW_NAME(padded) MW_NAME(padded_rows)(const mw_window *w, const mw_band *band, float pad,
                                               float *scratch, float **rest) {
  MW_NAME(padded) p = {.seen = (const float **)(void *)scratch, .pad = pad};
  p.rows = scratch + (w->kernel_height + 7) / 8 * 16;
  p.count = (w->kernel_height - 1) * w->dilation_y + 1;
  p.pitch = (band->x1 - band->x0 + 15) * w->stride_x + (w->kernel_width - 1) * w->dilation_x + 17;
  p.next = band->y0 * w->stride_y - w->pad_top;
  *rest = p.rows + p.count * p.pitch;
  return p;
}

// Sets out the rows that the windows of an output row see, as far as they are not yet.
MW_INLINE void MW_NAME(set_out)(MW_NAME(padded) * p, const mw_window *w, const mw_band *band,
                                const mw_planes *x, int64_t channel, int64_t out_row) {
  const int64_t top = out_row * w->stride_y - w->pad_top, left = band->x0 * w->stride_x - w->pad_left;
  const int64_t from = left < 0 ? (-left < p->pitch ? -left : p->pitch) : 0;
  const int64_t room = w->width - left < p->pitch ? w->width - left : p->pitch;
  if (p->next < top) p->next = top;
  for (; p->next < top + p->count; p->next++) {
    float *row = p->rows + (p->next % p->count + p->count) % p->count * p->pitch;
    const int64_t to = p->next >= 0 && p->next < w->height && room > from ? room : from;
    for (int64_t i = 0; i < from; i++) row[i] = p->pad;
    if (to > from)
      __builtin_memcpy(row + from, MW_NAME(row)(x, channel, p->next) + left + from,
                       (size_t)(to - from) * 4);
    for (int64_t i = to; i < p->pitch; i++) row[i] = p->pad;
  }
  for (int64_t ky = 0; ky < w->kernel_height; ky++) {
    const int64_t y = top + ky * w->dilation_y;
    p->seen[ky] = p->rows + (y % p->count + p->count) % p->count * p->pitch;
  }
}

// Sixteen neighbouring positions' values of one tap.
#define MW_TAP(v, row, stride)                                    \
  do {                                                            \
    if ((stride) == 1)                                            \
      (v) = MW_LOAD(row);                                         \
    else if ((stride) == 2)                                       \
      (v) = MW_EVEN(MW_LOAD(row), MW_LOAD((row) + 16));           \
    else                                                          \
      for (int i = 0; i < 16; i++) (v)[i] = (row)[i * (stride)];  \
  } while (0)

// What is made of the values under a window.
enum { MW_NAME(by_kernel), MW_NAME(by_maximum), MW_NAME(by_sum) };

// One output row. What is constant here unrolls.
MW_INLINE void MW_NAME(window_row)(const int how, const int64_t height, const int64_t width,
                                   const int64_t stride, const float *const *rows,
                                   int64_t dilation, const float *kernel, float bias,
                                   const MW_NAME(ending) * e, float *y, int64_t n) {
  for (int64_t x = 0; x < n; x += 16) {
    mw_16 result = (mw_16)(how == MW_NAME(by_maximum) ? -__builtin_inff() : 0.0f), v;
    for (int64_t ky = 0; ky < height; ky++)
      for (int64_t kx = 0; kx < width; kx++) {
        MW_TAP(v, rows[ky] + x * stride + kx * dilation, stride);
        if (how == MW_NAME(by_kernel))
          result = MW_FMA16(kernel[ky * width + kx], v, result);
        else if (how == MW_NAME(by_maximum))
          result = v > result ? v : result;
        else
          result = result + v;
      }
    if (how == MW_NAME(by_kernel)) {
      result = result + (mw_16)(bias);
      if (e->clamps) MW_CLAMP(e, result, mw_16);
    }
    if (n - x >= 16)
      MW_STORE(y + x, result);
    else
      __builtin_memcpy(y + x, &result, (size_t)(n - x) * 4);
  }
}

// Windows in common use, unrolled, and any other.
#define MW_WINDOW_ROW(how, w, rows, kernel, bias, e, y, n)                                         \
  do {                                                                                             \
    const int64_t side = (w)->kernel_height == (w)->kernel_width ? (w)->kernel_width : 0;          \
    const int64_t step = (w)->dilation_x == 1 ? (w)->stride_x : 0;                                 \
    if (side == 3 && step == 1)                                                                    \
      MW_NAME(window_row)(how, 3, 3, 1, rows, 1, kernel, bias, e, y, n);                           \
    else if (side == 3 && step == 2)                                                               \
      MW_NAME(window_row)(how, 3, 3, 2, rows, 1, kernel, bias, e, y, n);                           \
    else if (side == 2 && step == 2)                                                               \
      MW_NAME(window_row)(how, 2, 2, 2, rows, 1, kernel, bias, e, y, n);                           \
    else                                                                                           \
      MW_NAME(window_row)(how, (w)->kernel_height, (w)->kernel_width, (w)->stride_x, rows,         \
                          (w)->dilation_x, kernel, bias, e, y, n);                                 \
  } while (0)

static void MW_NAME(depthwise_channel)(const mw_convolution *c, const mw_operands *o,
                                       const mw_band *band, const mw_planes *x, int64_t channel,
                                       int64_t filter) {
  const mw_window *w = &c->window;
  const MW_NAME(ending) ending = MW_NAME(ending_of)(c->f, c->alpha, c->beta), plain = {0};
  const MW_NAME(ending) *now = o->residual || ending.maps ? &plain : &ending;
  const int64_t n = band->x1 - band->x0, taps = w->kernel_height * w->kernel_width;
  float *rest;
  MW_NAME(padded) p = MW_NAME(padded_rows)(w, band, 0.0f, o->scratch, &rest);
  for (int64_t y = band->y0; y < band->y1; y++) {
    MW_NAME(set_out)(&p, w, band, x, channel, y);
    for (int64_t k = filter; k < filter + c->filters; k++) {
      float *out = MW_NAME(row)(o->y, k, y) + band->x0;
      MW_WINDOW_ROW(MW_NAME(by_kernel), w, p.seen, o->weights + k * taps,
                    o->bias ? o->bias[k] : 0.0f, now, out, n);
      if (now != &ending)
        MW_NAME(end_row)(c, &ending, out, 0.0f,
                         o->residual ? MW_NAME(row)(o->residual, k, y) + band->x0 : 0, out, n);
    }
  }
}

// One row of a kernel of 3 × 3 over whole registers, pads of 1: what lies beyond the row is zero.
MW_INLINE void MW_NAME(depthwise_3)(const int64_t stride, const float *const *rows,
                                    const float *kernel, float bias, const MW_NAME(ending) * e,
                                    float *y, int64_t n) {
  mw_16 before[3], next[3];
  MW_UNROLL for (int r = 0; r < 3; r++) {
    before[r] = (mw_16)(0.0f);
    next[r] = MW_LOAD(rows[r]);
  }
  for (int64_t x = 0; x < n; x += 16) {
    mw_16 sum = (mw_16)(0.0f);
    MW_UNROLL for (int r = 0; r < 3; r++) {
      mw_16 left, here, right;
      if (stride == 1) {
        here = next[r];
        next[r] = x + 16 < n ? MW_LOAD(rows[r] + x + 16) : (mw_16)(0.0f);
        left = MW_BEHIND(before[r], here);
        right = MW_NEXT(here, next[r]);
        before[r] = here;
      } else {
        const mw_16 a = MW_LOAD(rows[r] + 2 * x), b = MW_LOAD(rows[r] + 2 * x + 16);
        here = MW_EVEN(a, b);
        right = MW_ODD(a, b);
        left = MW_BEHIND(before[r], right);
        before[r] = right;
      }
      sum = MW_FMA16(kernel[r * 3], left, sum);
      sum = MW_FMA16(kernel[r * 3 + 1], here, sum);
      sum = MW_FMA16(kernel[r * 3 + 2], right, sum);
    }
    sum = sum + (mw_16)(bias);
    if (e->clamps) MW_CLAMP(e, sum, mw_16);
    MW_STORE(y + x, sum);
  }
}

// Whether depthwise_3 serves: a band as wide as the picture, in whole registers.
MW_INLINE int MW_NAME(is_depthwise_3)(const mw_convolution *c, const mw_band *band) {
  const mw_window *w = &c->window;
  return w->kernel_height == 3 && w->kernel_width == 3 && w->dilation_y == 1 &&
         w->dilation_x == 1 && w->pad_left == 1 && w->stride_x <= 2 && band->x0 == 0 &&
         band->x1 == w->out_width && w->width % (16 * w->stride_x) == 0 &&
         w->out_width * w->stride_x == w->width;
}

static void MW_NAME(depthwise_channel_3)(const mw_convolution *c, const mw_operands *o,
                                         const mw_band *band, const mw_planes *x, int64_t channel,
                                         int64_t filter) {
  const mw_window *w = &c->window;
  const MW_NAME(ending) ending = MW_NAME(ending_of)(c->f, c->alpha, c->beta), plain = {0};
  const MW_NAME(ending) *now = o->residual || ending.maps ? &plain : &ending;
  for (int64_t y = band->y0; y < band->y1; y++) {
    const float *rows[3];
    for (int i = 0; i < 3; i++) {
      const int64_t in = y * w->stride_y - w->pad_top + i;
      rows[i] = in >= 0 && in < w->height ? MW_NAME(row)(x, channel, in) : o->scratch;
    }
    if (channel + 1 < x->channels)
      for (int i = 0; i < 3; i++)
        if (rows[i] != o->scratch) MW_NAME(fetch)(rows[i] + x->stride, w->width);
    for (int64_t k = filter; k < filter + c->filters; k++) {
      float *out = MW_NAME(row)(o->y, k, y);
      const float bias = o->bias ? o->bias[k] : 0.0f;
      if (w->stride_x == 1)
        MW_NAME(depthwise_3)(1, rows, o->weights + k * 9, bias, now, out, w->out_width);
      else
        MW_NAME(depthwise_3)(2, rows, o->weights + k * 9, bias, now, out, w->out_width);
      if (now != &ending)
        MW_NAME(end_row)(c, &ending, out, 0.0f,
                         o->residual ? MW_NAME(row)(o->residual, k, y) : 0, out, w->out_width);
    }
  }
}

static void MW_NAME(depthwise)(const mw_convolution *c, const mw_operands *o, const mw_band *band) {
  const int is_plain = MW_NAME(is_depthwise_3)(c, band);
  if (is_plain) __builtin_memset(o->scratch, 0, (size_t)c->window.width * 4);
  for (int64_t s = 0, filter = 0; s < o->sources; s++)
    for (int64_t k = 0; k < o->x[s].channels; k++, filter += c->filters)
      if (is_plain)
        MW_NAME(depthwise_channel_3)(c, o, band, &o->x[s], k, filter);
      else
        MW_NAME(depthwise_channel)(c, o, band, &o->x[s], k, filter);
}

// The largest values of 16 squares of 2 × 2 in two rows.
MW_INLINE void MW_NAME(largest_of_four)(const float *upper, const float *lower, float *y) {
  const mw_16 a = MW_LOAD(upper), b = MW_LOAD(lower), c = MW_LOAD(upper + 16), d = MW_LOAD(lower + 16);
  const mw_16 left = a > b ? a : b, right = c > d ? c : d;
  const mw_16 even = MW_EVEN(left, right), odd = MW_ODD(left, right);
  MW_STORE(y, even > odd ? even : odd);
}

// Whether windows are the squares of 2 × 2 px that part the plane.
MW_INLINE int MW_NAME(halves)(const mw_window *w) {
  return w->kernel_height == 2 && w->kernel_width == 2 && w->stride_y == 2 && w->stride_x == 2 &&
         w->dilation_y == 1 && w->dilation_x == 1 && w->pad_top == 0 && w->pad_left == 0 &&
         w->out_height * 2 <= w->height && w->out_width * 2 <= w->width;
}

// The largest value of squares of 2 × 2 px, straight from the plane.
static void MW_NAME(halve)(const mw_planes *x, const mw_planes *y, const mw_band *band) {
  for (int64_t k = 0; k < x->channels; k++)
    for (int64_t oy = band->y0; oy < band->y1; oy++) {
      const float *upper = MW_NAME(row)(x, k, 2 * oy), *lower = MW_NAME(row)(x, k, 2 * oy + 1);
      float *out = MW_NAME(row)(y, k, oy);
      int64_t i = band->x0;
      for (; i + 16 <= band->x1; i += 16)
        MW_NAME(largest_of_four)(upper + 2 * i, lower + 2 * i, out + i);
      if (i == band->x1) continue;
      float rest[2][32] = {{0}}, last[16];
      const size_t bytes = (size_t)(band->x1 - i) * 4;
      __builtin_memcpy(rest[0], upper + 2 * i, 2 * bytes);
      __builtin_memcpy(rest[1], lower + 2 * i, 2 * bytes);
      MW_NAME(largest_of_four)(rest[0], rest[1], last);
      __builtin_memcpy(out + i, last, bytes);
    }
}

static void MW_NAME(pool_max)(const mw_window *w, const mw_planes *x, const mw_planes *y,
                              const mw_band *band, float *scratch) {
  if (MW_NAME(halves)(w)) {
    MW_NAME(halve)(x, y, band);
    return;
  }
  const int64_t n = band->x1 - band->x0;
  for (int64_t k = 0; k < x->channels; k++) {
    float *rest;
    MW_NAME(padded) p = MW_NAME(padded_rows)(w, band, -__builtin_inff(), scratch, &rest);
    for (int64_t oy = band->y0; oy < band->y1; oy++) {
      MW_NAME(set_out)(&p, w, band, x, k, oy);
      float *out = MW_NAME(row)(y, k, oy) + band->x0;
      MW_WINDOW_ROW(MW_NAME(by_maximum), w, p.seen, 0, 0.0f, 0, out, n);
    }
  }
}

static void MW_NAME(pool_average)(const mw_window *w, const mw_planes *x, const mw_planes *y,
                                  const mw_band *band, const float *rows, const float *columns,
                                  float *scratch) {
  const int64_t n = band->x1 - band->x0;
  for (int64_t k = 0; k < x->channels; k++) {
    float *rest;
    MW_NAME(padded) p = MW_NAME(padded_rows)(w, band, 0.0f, scratch, &rest);
    for (int64_t oy = band->y0; oy < band->y1; oy++) {
      MW_NAME(set_out)(&p, w, band, x, k, oy);
      float *out = MW_NAME(row)(y, k, oy) + band->x0;
      MW_WINDOW_ROW(MW_NAME(by_sum), w, p.seen, 0, 0.0f, 0, out, n);
      for (int64_t i = 0; i < n; i++) out[i] = out[i] / (rows[oy] * columns[band->x0 + i]);
    }
  }
}

// Adds columns [channels, kh, kw][positions of a band of the input] to the places they came from.
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
