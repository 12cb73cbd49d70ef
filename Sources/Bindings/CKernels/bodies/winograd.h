// Convolution by 3 × 3 px in tiles of 4 × 4 output pixels: y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A, after
// S. Winograd, "Arithmetic Complexity of Computations" (1980), and Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (2016), with the points 0, ±1/√2, ±√2 and infinity, which lose
// five times fewer digits than 0, ±1, ±2. 36 products of matrices take a quarter of the
// multiplications.
//
// Tiles are numbered row by row; up to MW_TILES of them are taken together, one per lane, so that
// what is transformed stays in the cache. Lanes beyond a row of tiles, or beyond the last tile,
// hold anything and are never stored.

#define MW_TILES 48
#define MW_SPAN (4 * MW_TILES + 16)  // floats of a row buffer: 4 per tile, 2 more, rounded up

typedef float mw_16 __attribute__((ext_vector_type(16)));
typedef float mw_16_unaligned __attribute__((ext_vector_type(16), aligned(4)));

#define MW_LOAD(p) (*(const mw_16_unaligned *)(p))
#define MW_STORE(p, value) (*(mw_16_unaligned *)(p) = (value))
#define MW_FMA16(factor, b, c) __builtin_elementwise_fma((mw_16)(factor), b, c)
#define MW_ROOT_HALF 0.70710678118654752440f
#define MW_ROOT_TWO 1.41421356237309504880f

// Bᵀ d.
MW_INLINE void MW_NAME(winograd_in)(const mw_16 *d, mw_16 *v) {
  const mw_16 even = MW_FMA16(-2.0f, d[2], d[4]), odd = MW_FMA16(-2.0f, d[1], d[3]);
  const mw_16 even2 = MW_FMA16(-0.5f, d[2], d[4]), odd2 = MW_FMA16(-0.5f, d[1], d[3]);
  v[0] = MW_FMA16(-2.5f, d[2], d[0] + d[4]);
  v[1] = MW_FMA16(MW_ROOT_HALF, odd, even);
  v[2] = MW_FMA16(-MW_ROOT_HALF, odd, even);
  v[3] = MW_FMA16(MW_ROOT_TWO, odd2, even2);
  v[4] = MW_FMA16(-MW_ROOT_TWO, odd2, even2);
  v[5] = MW_FMA16(-2.5f, d[3], d[1] + d[5]);
}

// Aᵀ m.
MW_INLINE void MW_NAME(winograd_out)(const mw_16 *m, mw_16 *y) {
  const mw_16 a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
  y[0] = (m[0] + a) + c;
  y[1] = MW_FMA16(MW_ROOT_HALF, b, d * MW_ROOT_TWO);
  y[2] = MW_FMA16(0.5f, a, c * 2.0f);
  y[3] = MW_FMA16(0.5f * MW_ROOT_HALF, b, MW_FMA16(2.0f * MW_ROOT_TWO, d, m[5]));
}

#define MW_EVEN(a, b) \
  __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30)
#define MW_ODD(a, b) \
  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31)
#define MW_ZIP_LOW(a, b) \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define MW_ZIP_HIGH(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#define MW_NEXT(a, b) \
  __builtin_shufflevector(a, b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)

// Up to 48 tiles side by side: where their input starts, and which lanes they take.
typedef struct {
  int64_t row, column;  // of the first tile
  int64_t count;
  int64_t lane;
} MW_NAME(tile_run);

// Transforms six rows of a plane downwards: buffer [6][MW_SPAN], zero beyond the plane.
MW_INLINE void MW_NAME(winograd_rows)(const mw_winograd *w, const float *x,
                                      const MW_NAME(tile_run) * run, float *buffer) {
  static const float zeros[MW_SPAN];
  const int64_t left = run->column * 4 - w->pad_left, top = run->row * 4 - w->pad_top;
  const int64_t span = run->count * 4 + 2;
  const int64_t from = left < 0 ? -left : 0;
  const int64_t to = w->width - left < span ? w->width - left : span;
  const float *rows[6];
  for (int i = 0; i < 6; i++)
    rows[i] = top + i >= 0 && top + i < w->height ? x + (top + i) * w->width + left : zeros;
  mw_16 d[6], v[6];
  int64_t column = from;
  for (; column + 16 <= to; column += 16) {
    MW_UNROLL for (int i = 0; i < 6; i++) d[i] = MW_LOAD(rows[i] + column);
    MW_NAME(winograd_in)(d, v);
    MW_UNROLL for (int i = 0; i < 6; i++) MW_STORE(buffer + i * MW_SPAN + column, v[i]);
  }
  if (column < to) {
    for (int i = 0; i < 6; i++) {
      d[i] = (mw_16)(0.0f);
      __builtin_memcpy(&d[i], rows[i] + column, (size_t)(to - column) * 4);
    }
    MW_NAME(winograd_in)(d, v);
    for (int i = 0; i < 6; i++)
      __builtin_memcpy(buffer + i * MW_SPAN + column, &v[i], (size_t)(to - column) * 4);
  }
  const int64_t end = to < from ? from : to;
  for (int i = 0; i < 6; i++) {
    for (int64_t k = 0; k < from; k++) buffer[i * MW_SPAN + k] = 0.0f;
    for (int64_t k = end; k < span; k++) buffer[i * MW_SPAN + k] = 0.0f;
  }
}

// Transforms the rows of a run across, 16 tiles at a time, to the run's lanes of `planes`.
MW_INLINE void MW_NAME(winograd_columns)(const MW_NAME(tile_run) * run, const float *buffer,
                                         float *planes, int64_t plane) {
  for (int64_t tile = 0; tile < run->count; tile += 16)
    for (int i = 0; i < 6; i++) {
      const float *row = buffer + i * MW_SPAN + tile * 4;
      const mw_16 a = MW_LOAD(row), b = MW_LOAD(row + 16), c = MW_LOAD(row + 32),
                  e = MW_LOAD(row + 48);
      const mw_16 even = MW_EVEN(a, b), even2 = MW_EVEN(c, e);
      const mw_16 odd = MW_ODD(a, b), odd2 = MW_ODD(c, e);
      mw_16 d[6], v[6];
      d[0] = MW_EVEN(even, even2);
      d[1] = MW_EVEN(odd, odd2);
      d[2] = MW_ODD(even, even2);
      d[3] = MW_ODD(odd, odd2);
      const mw_16 next = (mw_16)(row[64]), next2 = (mw_16)(row[65]);
      d[4] = MW_NEXT(d[0], next);
      d[5] = MW_NEXT(d[1], next2);
      MW_NAME(winograd_in)(d, v);
      float *out = planes + run->lane + tile + i * 6 * plane;
      MW_UNROLL for (int j = 0; j < 6; j++) MW_STORE(out + j * plane, v[j]);
    }
}

// Transforms 16 tiles back: pixels [4][64], with bias and activation where that is simple.
MW_INLINE void MW_NAME(winograd_pixels)(const float *planes, int64_t plane, float bias, int clamps,
                                        mw_16 *pixels) {
  mw_16 across[4][6];
  MW_UNROLL for (int j = 0; j < 6; j++) {
    mw_16 m[6], y[4];
    MW_UNROLL for (int i = 0; i < 6; i++) m[i] = MW_LOAD(planes + (i * 6 + j) * plane);
    MW_NAME(winograd_out)(m, y);
    MW_UNROLL for (int i = 0; i < 4; i++) across[i][j] = y[i];
  }
  MW_UNROLL for (int i = 0; i < 4; i++) {
    mw_16 y[4];
    MW_NAME(winograd_out)(across[i], y);
    MW_UNROLL for (int j = 0; j < 4; j++) {
      y[j] = y[j] + (mw_16)(bias);
      if (clamps) y[j] = y[j] < (mw_16)(0.0f) ? (mw_16)(0.0f) : y[j];
    }
    const mw_16 a = MW_ZIP_LOW(y[0], y[2]), b = MW_ZIP_LOW(y[1], y[3]);
    const mw_16 c = MW_ZIP_HIGH(y[0], y[2]), d = MW_ZIP_HIGH(y[1], y[3]);
    pixels[i * 4] = MW_ZIP_LOW(a, b);
    pixels[i * 4 + 1] = MW_ZIP_HIGH(a, b);
    pixels[i * 4 + 2] = MW_ZIP_LOW(c, d);
    pixels[i * 4 + 3] = MW_ZIP_HIGH(c, d);
  }
}

// Writes the output pixels of a run for one filter.
MW_INLINE void MW_NAME(winograd_run)(const mw_winograd *w, const MW_NAME(tile_run) * run,
                                     const float *planes, int64_t plane, float bias,
                                     const float *residual, mw_unary f, float alpha, float beta,
                                     float *y) {
  const int64_t top = run->row * 4;
  const int64_t rows = w->out_height - top < 4 ? w->out_height - top : 4;
  const int clamps = f == mw_relu && !residual;
  const int64_t end = (run->column + run->count) * 4;
  const int64_t right = end < w->out_width ? end : w->out_width;
  for (int64_t tile = 0; tile < run->count; tile += 16) {
    const int64_t column = (run->column + tile) * 4;
    const int64_t n = right - column < 64 ? right - column : 64;
    mw_16 pixels[16];
    MW_NAME(winograd_pixels)(planes + run->lane + tile, plane, bias, clamps, pixels);
    float *out = y + top * w->out_width + column;
    for (int64_t i = 0; i < rows; i++, out += w->out_width) {
      if (n == 64)
        MW_UNROLL for (int j = 0; j < 4; j++) MW_STORE(out + j * 16, pixels[i * 4 + j]);
      else
        __builtin_memcpy(out, &pixels[i * 4], (size_t)n * 4);
    }
  }
  if (clamps || (f == mw_identity && !residual)) return;
  const int64_t start = top * w->out_width + run->column * 4;
  for (int64_t i = 0; i < rows; i++)
    MW_NAME(finish)(f, y + start + i * w->out_width, 0,
                    residual ? residual + start + i * w->out_width : 0, 1, right - run->column * 4,
                    0, alpha, beta);
}

// Cuts tiles [first, first + count) into runs within one row of tiles; returns their number.
MW_INLINE int MW_NAME(winograd_runs)(int64_t first, int64_t count, int64_t per_row,
                                     MW_NAME(tile_run) * runs) {
  int number = 0;
  for (int64_t lane = 0; lane < count; lane += runs[number++].count) {
    const int64_t tile = first + lane, rest = per_row - tile % per_row;
    runs[number] = (MW_NAME(tile_run)){tile / per_row, tile % per_row,
                                       rest < count - lane ? rest : count - lane, lane};
  }
  return number;
}

static void MW_NAME(winograd)(const mw_winograd *w, const float *x, const float *weights,
                              const float *bias, const float *residual, mw_unary f, float alpha,
                              float beta, float *y, float *scratch) {
  const int64_t per_row = (w->out_width + 3) / 4, tiles = per_row * ((w->out_height + 3) / 4);
  const int64_t groups = (w->filters + MW_GROUP - 1) / MW_GROUP, size = w->out_height * w->out_width;
  // 16 floats more per plane: room for lanes that overhang, and planes that start in other sets of
  // the cache.
  const int64_t plane = w->channels * w->lanes + 16;
  const int64_t out_plane = groups * MW_GROUP * w->lanes + 16;
  float *sums = scratch + 36 * plane;
  for (int64_t first = 0; first < tiles; first += w->lanes) {
    const int64_t count = tiles - first < w->lanes ? tiles - first : w->lanes;
    MW_NAME(tile_run) runs[MW_TILES];
    const int number = MW_NAME(winograd_runs)(first, count, per_row, runs);
    float buffer[6 * MW_SPAN];
    for (int64_t c = 0; c < w->channels; c++)
      for (int r = 0; r < number; r++) {
        // In this order: what overhangs a run's lanes is overwritten by the next run.
        MW_NAME(winograd_rows)(w, x + c * w->height * w->width, &runs[r], buffer);
        MW_NAME(winograd_columns)(&runs[r], buffer, scratch + c * w->lanes, plane);
      }
    for (int64_t p = 0; p < 36; p++)
      MW_NAME(product)(weights + p * groups * MW_GROUP * w->channels, groups, w->channels,
                       scratch + p * plane, w->lanes, (count + 15) / 16 * 16, sums + p * out_plane,
                       w->lanes);
    for (int64_t k = 0; k < w->filters; k++)
      for (int r = 0; r < number; r++)
        MW_NAME(winograd_run)(w, &runs[r], sums + k * w->lanes, out_plane, bias ? bias[k] : 0.0f,
                              residual ? residual + k * size : 0, f, alpha, beta, y + k * size);
  }
}
