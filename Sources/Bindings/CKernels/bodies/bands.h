// A band of a picture: resized, mapped, or combined with another.

// Entries [from, to) of a blend along a row.
MW_INLINE void MW_NAME(blend_across)(const mw_taps *t, const float *x, float *y, int64_t from,
                                     int64_t to) {
  for (int64_t i = from; i < to; i++)
    y[i] = MW_FMA(x[t->second[i]], t->w1[i], x[t->first[i]] * t->w0[i]);
}

// A row between two rows: a w0 + b w1, or a alone where b is null.
typedef struct {
  const float *a, *b;
  float w0, w1;
} MW_NAME(between);

// Sixteen of its values from i on.
#define MW_BETWEEN(x, i) \
  ((x)->b ? MW_FMA16((x)->w1, MW_LOAD((x)->b + (i)), MW_LOAD((x)->a + (i)) * (x)->w0) \
          : MW_LOAD((x)->a + (i)))

MW_INLINE void MW_NAME(blend_rows)(const MW_NAME(between) * x, float *y, int64_t from, int64_t to) {
  if (x->b)
    for (int64_t i = from; i < to; i++) y[i] = MW_FMA(x->b[i], x->w1, x->a[i] * x->w0);
  else
    __builtin_memcpy(y + from, x->a + from, (size_t)(to - from) * 4);
}

// Entries [from, to) of a row twice as long; k = i / 2 is the entry below. What is between the rows
// goes from register to register: only the ends are set out in the scratch space.
MW_INLINE void MW_NAME(double_across)(const mw_taps *t, const MW_NAME(between) * x, float *y,
                                      int64_t from, int64_t to, float *scratch) {
  int64_t i = from + (from & 1) < 2 ? 2 : from + (from & 1);
  const int64_t inner = to < 2 * t->length - 2 ? to : 2 * t->length - 2;
  const int64_t first = i < to ? i : to;
  for (; i + 32 <= inner; i += 32) {
    const int64_t at = i / 2;
    const mw_16 here = MW_BETWEEN(x, at);
    const mw_16 even = MW_FMA16(0.75f, here, MW_BETWEEN(x, at - 1) * 0.25f);
    const mw_16 odd = MW_FMA16(0.25f, MW_BETWEEN(x, at + 1), here * 0.75f);
    MW_STORE(y + i, MW_ZIP_LOW(even, odd));
    MW_STORE(y + i + 16, MW_ZIP_HIGH(even, odd));
  }
  if (from < first) {
    MW_NAME(blend_rows)(x, scratch, t->first[from], t->second[first - 1] + 1);
    MW_NAME(blend_across)(t, scratch, y, from, first);
  }
  if (i < to) {
    MW_NAME(blend_rows)(x, scratch, t->first[i], t->second[to - 1] + 1);
    MW_NAME(blend_across)(t, scratch, y, i, to);
  }
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
MW_INLINE void MW_NAME(resize_across)(const mw_taps *t, const MW_NAME(between) * x, float *y,
                                      const mw_band *band, float *scratch) {
  const int64_t from = band->x0, to = band->x1;
  if (!t) {
    MW_NAME(blend_rows)(x, y, from, to);
    return;
  }
  if (t->doubles == 1) {
    MW_NAME(double_across)(t, x, y, from, to, scratch);
    return;
  }
  const float *row = x->a;
  if (x->b) {
    MW_NAME(blend_rows)(x, scratch, t->first[from], t->second[to - 1] + 1);
    row = scratch;
  }
  if (t->doubles == 2)
    MW_NAME(repeat_across)(row, y, from, to);
  else if (!t->w0)
    for (int64_t i = from; i < to; i++) y[i] = row[t->first[i]];
  else
    MW_NAME(blend_across)(t, row, y, from, to);
}

static void MW_NAME(resize)(const mw_taps *rows, const mw_taps *columns, const mw_planes *x,
                            const mw_planes *y, const mw_band *band, float *scratch) {
  const int64_t left = columns ? columns->first[band->x0] : band->x0;
  for (int64_t k = 0; k < x->channels; k++)
    for (int64_t oy = band->y0; oy < band->y1; oy++) {
      float *out = MW_NAME(row)(y, k, oy);
      MW_NAME(between) in = {.a = MW_NAME(row)(x, k, rows ? rows->first[oy] : oy)};
      if (rows && rows->w0) {
        in.b = MW_NAME(row)(x, k, rows->second[oy]);
        in.w0 = rows->w0[oy];
        in.w1 = rows->w1[oy];
      }
      if (k + 1 < x->channels) {
        MW_NAME(fetch_for_writing)(out + y->stride + band->x0, band->x1 - band->x0);
        if (columns) MW_NAME(fetch)(in.a + x->stride + left, (band->x1 - band->x0) / 2);
      }
      MW_NAME(resize_across)(columns, &in, out, band, scratch);
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
