// A band of a picture: resized, mapped, or combined with another.

// Entries [from, to) of a blend along a row.
MW_INLINE void MW_NAME(blend_across)(const mw_taps *t, const float *x, float *y, int64_t from,
                                     int64_t to) {
  for (int64_t i = from; i < to; i++)
    y[i] = MW_FMA(x[t->second[i]], t->w1[i], x[t->first[i]] * t->w0[i]);
}

// Entries [from, to) of a row twice as long; k = i / 2 is the entry below.
MW_INLINE void MW_NAME(double_across)(const mw_taps *t, const float *x, float *y, int64_t from,
                                      int64_t to) {
  int64_t i = from + (from & 1) < 2 ? 2 : from + (from & 1);
  const int64_t inner = to < 2 * t->length - 2 ? to : 2 * t->length - 2;
  MW_NAME(blend_across)(t, x, y, from, i < to ? i : to);
  for (; i + 32 <= inner; i += 32) {
    const float *at = x + i / 2;
    const mw_16 here = MW_LOAD(at);
    const mw_16 even = MW_FMA16(0.75f, here, MW_LOAD(at - 1) * 0.25f);
    const mw_16 odd = MW_FMA16(0.25f, MW_LOAD(at + 1), here * 0.75f);
    MW_STORE(y + i, MW_ZIP_LOW(even, odd));
    MW_STORE(y + i + 16, MW_ZIP_HIGH(even, odd));
  }
  if (i < to) MW_NAME(blend_across)(t, x, y, i, to);
}

MW_INLINE void MW_NAME(repeat_across)(const float *x, float *y, int64_t from, int64_t to) {
  int64_t i = from;
  for (; i < to && i % 2; i++) y[i] = x[i / 2];
  for (; i + 32 <= to; i += 32) {
    const mw_16 v = MW_LOAD(x + i / 2);
    MW_STORE(y + i, MW_ZIP_LOW(v, v));
    MW_STORE(y + i + 16, MW_ZIP_HIGH(v, v));
  }
  for (; i < to; i++) y[i] = x[i / 2];
}

// Columns [band->x0, band->x1) of a row; y points to column 0.
MW_INLINE void MW_NAME(resize_across)(const mw_taps *t, const float *x, float *y,
                                      const mw_band *band) {
  const int64_t from = band->x0, to = band->x1;
  if (!t)
    __builtin_memcpy(y + from, x + from, (size_t)(to - from) * 4);
  else if (t->doubles == 2)
    MW_NAME(repeat_across)(x, y, from, to);
  else if (!t->w0)
    for (int64_t i = from; i < to; i++) y[i] = x[t->first[i]];
  else if (t->doubles == 1)
    MW_NAME(double_across)(t, x, y, from, to);
  else
    MW_NAME(blend_across)(t, x, y, from, to);
}

static void MW_NAME(resize)(const mw_taps *rows, const mw_taps *columns, const mw_planes *x,
                            const mw_planes *y, const mw_band *band, float *scratch) {
  // The input columns that the band sees.
  const int64_t left = columns ? columns->first[band->x0] : band->x0;
  const int64_t right = columns ? columns->second[band->x1 - 1] + 1 : band->x1;
  for (int64_t k = 0; k < x->channels; k++)
    for (int64_t oy = band->y0; oy < band->y1; oy++) {
      float *out = MW_NAME(row)(y, k, oy);
      const float *a = MW_NAME(row)(x, k, rows ? rows->first[oy] : oy);
      if (rows && rows->w0) {
        const float *b = MW_NAME(row)(x, k, rows->second[oy]);
        const float w0 = rows->w0[oy], w1 = rows->w1[oy];
        float *blended = columns ? scratch : out;
        for (int64_t i = left; i < right; i++) blended[i] = MW_FMA(b[i], w1, a[i] * w0);
        if (!columns) continue;
        a = blended;
      }
      MW_NAME(resize_across)(columns, a, out, band);
    }
}

static void MW_NAME(map)(mw_unary f, float alpha, float beta, const mw_planes *x,
                         const mw_planes *y, const mw_band *band) {
  for (int64_t k = 0; k < x->channels; k++)
    for (int64_t oy = band->y0; oy < band->y1; oy++)
      MW_NAME(unary)(f, MW_NAME(row)(x, k, oy) + band->x0, MW_NAME(row)(y, k, oy) + band->x0,
                     band->x1 - band->x0, alpha, beta);
}

static void MW_NAME(combine)(mw_binary f, const mw_planes *a, const mw_planes *b,
                             const mw_planes *y, const mw_band *band) {
  for (int64_t k = 0; k < y->channels; k++)
    for (int64_t oy = band->y0; oy < band->y1; oy++)
      MW_NAME(binary_row)(f, MW_NAME(row)(a, k, oy) + band->x0, 1, MW_NAME(row)(b, k, oy) + band->x0,
                          1, MW_NAME(row)(y, k, oy) + band->x0, band->x1 - band->x0);
}

static void MW_NAME(softmax_band)(const mw_planes *x, const mw_planes *y, const mw_band *band,
                                  int logarithm) {
  for (int64_t oy = band->y0; oy < band->y1; oy++) {
    const float *in = MW_NAME(row)(x, 0, oy);
    float *out = MW_NAME(row)(y, 0, oy);
    for (int64_t ox = band->x0; ox < band->x1; ox += MW_BLOCK)
      MW_NAME(softmax_block)(in + ox, x->stride, out + ox, y->stride, x->channels,
                             band->x1 - ox < MW_BLOCK ? band->x1 - ox : MW_BLOCK, logarithm);
  }
}
