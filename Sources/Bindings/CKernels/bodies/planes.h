// Rows of planes, what follows a sum (bias, residual, activation), and positions taken together.

// The row of a channel.
MW_INLINE float *MW_NAME(row)(const mw_planes *p, int64_t channel, int64_t y) {
  return p->x + channel * p->stride + y % p->rows * p->pitch;
}

// How an activation is applied: while sums are in registers where it is none or a clamp.
typedef struct {
  int clamps, maps;
  float lowest, highest;
} MW_NAME(ending);

MW_INLINE MW_NAME(ending) MW_NAME(ending_of)(mw_unary f, float alpha, float beta) {
  if (f == mw_relu) return (MW_NAME(ending)){1, 0, 0.0f, __builtin_inff()};
  if (f == mw_clip) return (MW_NAME(ending)){1, 0, alpha, beta};
  return (MW_NAME(ending)){0, f != mw_identity, 0.0f, 0.0f};
}

// NaN passes through; the order of the comparisons is that of mw_clip.
#define MW_CLAMP(e, v, type)                                            \
  do {                                                                  \
    (v) = (v) < (type)((e)->lowest) ? (type)((e)->lowest) : (v);        \
    (v) = (v) > (type)((e)->highest) ? (type)((e)->highest) : (v);      \
  } while (0)

// y[i] = f(x[i] + bias + residual[i]) for up to 16 values at once; x may be y.
MW_INLINE void MW_NAME(end_row)(const mw_convolution *c, const MW_NAME(ending) * e, const float *x,
                                float bias, const float *residual, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) {
    const int64_t count = n - i < 16 ? n - i : 16;
    mw_16 v = (mw_16)(0.0f), other = (mw_16)(0.0f);
    if (count == 16) {
      v = MW_LOAD(x + i) + (mw_16)(bias);
      if (residual) v = v + MW_LOAD(residual + i);
      if (e->clamps) MW_CLAMP(e, v, mw_16);
      MW_STORE(y + i, v);
      continue;
    }
    __builtin_memcpy(&v, x + i, (size_t)count * 4);
    v = v + (mw_16)(bias);
    if (residual) {
      __builtin_memcpy(&other, residual + i, (size_t)count * 4);
      v = v + other;
    }
    if (e->clamps) MW_CLAMP(e, v, mw_16);
    __builtin_memcpy(y + i, &v, (size_t)count * 4);
  }
  if (e->maps) MW_NAME(unary)(c->f, y, y, n, c->alpha, c->beta);
}

// Consecutive positions (pixels or tiles) of one row, and which lanes they take.
typedef struct {
  int64_t row, column;  // of the first
  int64_t count;
  int64_t lane;
} MW_NAME(run);

// Cuts positions [first, first + count), numbered row by row in rows of `width` that begin at
// (row, column), into runs; returns their number.
MW_INLINE int MW_NAME(runs)(int64_t first, int64_t count, int64_t width, int64_t row,
                            int64_t column, MW_NAME(run) * runs) {
  int number = 0;
  for (int64_t lane = 0; lane < count; lane += runs[number++].count) {
    const int64_t place = first + lane, rest = width - place % width;
    runs[number] = (MW_NAME(run)){row + place / width, column + place % width,
                                  rest < count - lane ? rest : count - lane, lane};
  }
  return number;
}
