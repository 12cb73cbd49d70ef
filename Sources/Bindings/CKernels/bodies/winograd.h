// Convolution by 3 × 3 px in tiles of 4 × 4 output pixels: y = Aᵀ [(G w Gᵀ) ⊙ (Bᵀ x B)] A, after
// S. Winograd, "Arithmetic Complexity of Computations" (1980), and Lavin and Gray, "Fast Algorithms
// for Convolutional Neural Networks" (2016), with the points 0, ±1/√2, ±√2 and infinity, which lose
// five times fewer digits than 0, ±1, ±2. 36 products of matrices take a quarter of the
// multiplications.
//
// Tiles of a band are numbered row by row; up to MW_TILES of them are taken together, one per lane,
// so that what is transformed stays in the cache. Lanes beyond a row of tiles, or beyond the last
// tile, hold anything and are never stored.

#define MW_TILES 256                        // the most tiles taken together
#define MW_RIM 16                           // floats before the first column of a run
#define MW_SPAN (MW_RIM + MW_TILES * 4 + 96)  // floats of a row of a run

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

// Bᵀ U d: what `winograd_in` makes of six pixels of a doubled picture, from the four that these are
// made of. Linear: pixels 2k and 2k + 1 are three quarters of pixel k and one of a neighbour; else both
// are pixel k. Pixels beyond the doubled picture are zero: of the first tile the first of the six, of
// the last the last; `first` and `last` are 1 in lanes of such tiles, else 0.
MW_INLINE void MW_NAME(winograd_in_doubled)(const mw_16 *d, int linear, const mw_16 *first,
                                            const mw_16 *last, mw_16 *v) {
  if (!linear) {
    const mw_16 e = MW_FMA16(-2.0f, d[1], d[2]), f = MW_FMA16(-0.5f, d[1], d[2]);
    v[0] = MW_FMA16(-2.5f, d[1], d[0] + d[2]);
    v[1] = e * (1.0f + MW_ROOT_HALF);
    v[2] = e * (1.0f - MW_ROOT_HALF);
    v[3] = f * (1.0f + MW_ROOT_TWO);
    v[4] = f * (1.0f - MW_ROOT_TWO);
    v[5] = MW_FMA16(-2.5f, d[2], d[1] + d[3]);
    return;
  }
  const mw_16 ab = MW_FMA16(3.0f, d[0], d[1]), ba = MW_FMA16(3.0f, d[1], d[0]);
  const mw_16 bc = MW_FMA16(3.0f, d[1], d[2]), cb = MW_FMA16(3.0f, d[2], d[1]);
  const mw_16 cd = MW_FMA16(3.0f, d[2], d[3]), dc = MW_FMA16(3.0f, d[3], d[2]);
  const mw_16 six[6] = {(ab - *first * ab) * 0.25f, ba * 0.25f, bc * 0.25f,
                        cb * 0.25f,                cd * 0.25f, (dc - *last * dc) * 0.25f};
  MW_NAME(winograd_in)(six, v);
}

// Aᵀ m.
MW_INLINE void MW_NAME(winograd_out)(const mw_16 *m, mw_16 *y) {
  const mw_16 a = m[1] + m[2], b = m[1] - m[2], c = m[3] + m[4], d = m[3] - m[4];
  y[0] = (m[0] + a) + c;
  y[1] = MW_FMA16(MW_ROOT_HALF, b, d * MW_ROOT_TWO);
  y[2] = MW_FMA16(0.5f, a, c * 2.0f);
  y[3] = MW_FMA16(0.5f * MW_ROOT_HALF, b, MW_FMA16(2.0f * MW_ROOT_TWO, d, m[5]));
}

// Transforms the columns of a run downwards. `rows` are the six rows of the plane, at the run's
// first column, of which `valid` columns lie on the plane and one before them does where `left` says
// so; what lies beyond is zero. The result has MW_SPAN floats a row: one column before the run, which
// comes at MW_RIM, and `wanted` from there on.
static __attribute__((noinline)) void MW_NAME(run_down)(const float *const *rows, int left,
                                                        int64_t valid, int64_t wanted, float *y) {
  mw_16 d[6], v[6];
  MW_UNROLL for (int i = 0; i < 6; i++) d[i] = (mw_16)(left ? rows[i][-1] : 0.0f);
  MW_NAME(winograd_in)(d, v);
  MW_UNROLL for (int i = 0; i < 6; i++) MW_STORE(y + i * MW_SPAN, v[i]);
  y += MW_RIM;
  int64_t x = 0;
  for (; x < wanted && x + 16 <= valid; x += 16) {
    MW_UNROLL for (int i = 0; i < 6; i++) d[i] = MW_LOAD(rows[i] + x);
    MW_NAME(winograd_in)(d, v);
    MW_UNROLL for (int i = 0; i < 6; i++) MW_STORE(y + i * MW_SPAN + x, v[i]);
  }
  for (; x < wanted; x += 16) {
    // What overhangs the plane on the right is set out with its zeros first.
    for (int i = 0; i < 6; i++) {
      d[i] = (mw_16)(0.0f);
      if (x < valid) __builtin_memcpy(&d[i], rows[i] + x, (size_t)(valid - x) * 4);
    }
    MW_NAME(winograd_in)(d, v);
    MW_UNROLL for (int i = 0; i < 6; i++) MW_STORE(y + i * MW_SPAN + x, v[i]);
  }
}

// Transforms what `run_down` made across, 16 tiles at a time, to `planes`. A tile begins one column
// before its pixels where the plane is padded on the left, and with them where it is not.
MW_INLINE void MW_NAME(run_across)(const float *x, const int is_padded, int64_t count,
                                   float *planes, int64_t plane) {
  mw_16 d[6], v[6];
  for (int64_t tile = 0; tile < count; tile += 16)
    for (int i = 0; i < 6; i++) {
      const float *row = x + i * MW_SPAN + MW_RIM + tile * 4;
      const mw_16 a = MW_LOAD(row), b = MW_LOAD(row + 16), c = MW_LOAD(row + 32),
                  e = MW_LOAD(row + 48), next = MW_LOAD(row + 64);
      const mw_16 even = MW_EVEN(a, b), even2 = MW_EVEN(c, e);
      const mw_16 odd = MW_ODD(a, b), odd2 = MW_ODD(c, e);
      mw_16 *at = d + is_padded;
      at[0] = MW_EVEN(even, even2);
      at[1] = MW_EVEN(odd, odd2);
      at[2] = MW_ODD(even, even2);
      at[3] = MW_ODD(odd, odd2);
      at[4] = MW_NEXT(at[0], next);
      if (is_padded)
        d[0] = MW_BEHIND(MW_LOAD(row - 16), d[4]);
      else
        d[5] = MW_NEXT(d[1], MW_LOAD(row + 65));
      MW_NAME(winograd_in)(d, v);
      MW_UNROLL for (int j = 0; j < 6; j++) MW_STORE(planes + (i * 6 + j) * plane + tile, v[j]);
    }
}

// The same of a picture that is doubled while it is read, whose four `rows` are given at the run's
// first column. Columns beyond the picture are those at its edge where the doubling is linear, and
// zero where it is not. `first` and `last` tell of the rows what `winograd_in_doubled` asks.
MW_INLINE void MW_NAME(doubled_down)(const float *const *rows, const int linear, int first, int last,
                                     int left, int64_t valid, int64_t wanted, float *y) {
  const mw_16 top = (mw_16)((float)first), bottom = (mw_16)((float)last);
  mw_16 d[4], v[6];
  y += MW_RIM;
  for (int64_t x = 0; x < wanted; x += 16) {
    if (x + 16 <= valid)
      MW_UNROLL for (int i = 0; i < 4; i++) d[i] = MW_LOAD(rows[i] + x);
    else
      for (int i = 0; i < 4; i++) {
        d[i] = (mw_16)(linear ? rows[i][valid - 1] : 0.0f);
        if (x < valid) __builtin_memcpy(&d[i], rows[i] + x, (size_t)(valid - x) * 4);
      }
    MW_NAME(winograd_in_doubled)(d, linear, &top, &bottom, v);
    MW_UNROLL for (int i = 0; i < 6; i++) MW_STORE(y + i * MW_SPAN + x, v[i]);
  }
  const int64_t before = left ? -1 : 0;
  MW_UNROLL for (int i = 0; i < 4; i++)
    d[i] = (mw_16)(left || linear ? rows[i][before] : 0.0f);
  MW_NAME(winograd_in_doubled)(d, linear, &top, &bottom, v);
  MW_UNROLL for (int i = 0; i < 6; i++) y[i * MW_SPAN - 1] = v[i][0];
}

// Transforms what `doubled_down` made across; `left` and `right` say whether the run begins and ends
// at the picture's edges.
MW_INLINE void MW_NAME(doubled_across)(const float *x, const int linear, int left, int right,
                                       int64_t count, float *planes, int64_t plane) {
  mw_16 d[4], v[6];
  for (int64_t tile = 0; tile < count; tile += 16) {
    mw_16 first = (mw_16)(0.0f), last = (mw_16)(0.0f);
    if (left && tile == 0) first[0] = 1.0f;
    if (right && count - tile <= 16) last[count - tile - 1] = 1.0f;
    for (int i = 0; i < 6; i++) {
      const float *row = x + i * MW_SPAN + MW_RIM + tile * 2;
      const mw_16 a = MW_LOAD(row), b = MW_LOAD(row + 16);
      d[1] = MW_EVEN(a, b);
      d[2] = MW_ODD(a, b);
      d[0] = MW_BEHIND(MW_LOAD(row - 16), d[2]);
      d[3] = MW_NEXT(d[1], MW_LOAD(row + 32));
      MW_NAME(winograd_in_doubled)(d, linear, &first, &last, v);
      MW_UNROLL for (int j = 0; j < 6; j++) MW_STORE(planes + (i * 6 + j) * plane + tile, v[j]);
    }
  }
}

// `run_in` of a picture that is doubled while it is read, with rows 0 to 3; at the picture's edges
// those beyond are null, or where the doubling is linear the nearest.
static __attribute__((noinline)) void MW_NAME(doubled_in)(const mw_window *w, const MW_NAME(run) * run, int linear,
                                   const float *const *rows, float *buffer, float *planes,
                                   int64_t plane) {
  static const float zeros[MW_SPAN];
  const int64_t column = run->column * 2, width = w->width / 2;
  const int left = column == 0, right = column + run->count * 2 >= width;
  const float *starts[4];
  for (int i = 0; i < 4; i++) starts[i] = rows[i] ? rows[i] + column : zeros + MW_RIM;
  const int top = run->row == 0, bottom = run->row * 4 + 4 >= w->height;
  const int64_t valid = width - column, wanted = run->count * 2 + 1;
  planes += run->lane;
  if (linear) {
    MW_NAME(doubled_down)(starts, 1, top, bottom, !left, valid, wanted, buffer);
    MW_NAME(doubled_across)(buffer, 1, left, right, run->count, planes, plane);
  } else {
    MW_NAME(doubled_down)(starts, 0, top, bottom, !left, valid, wanted, buffer);
    MW_NAME(doubled_across)(buffer, 0, left, right, run->count, planes, plane);
  }
}

// Transforms the tiles of a run in one channel whose rows 0 to 5 are given, null where they lie
// beyond the plane; `buffer` holds six rows of MW_SPAN floats.
MW_INLINE void MW_NAME(run_in)(const mw_window *w, const MW_NAME(run) * run,
                               const float *const *rows, float *buffer, float *planes,
                               int64_t plane) {
  static const float zeros[MW_SPAN];
  const int64_t column = run->column * 4;
  const float *starts[6];
  for (int i = 0; i < 6; i++) starts[i] = rows[i] ? rows[i] + column : zeros + MW_RIM;
  MW_NAME(run_down)(starts, w->pad_left && column > 0, w->width - column,
                    run->count * 4 + 2 - w->pad_left, buffer);
  if (w->pad_left)
    MW_NAME(run_across)(buffer, 1, run->count, planes + run->lane, plane);
  else
    MW_NAME(run_across)(buffer, 0, run->count, planes + run->lane, plane);
}

// Asks for values that are read, or written, soon.
MW_INLINE void MW_NAME(fetch)(const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) __builtin_prefetch(x + i);
}
MW_INLINE void MW_NAME(fetch_for_writing)(const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i += 16) __builtin_prefetch(x + i, 1);
}

// Transforms channels [from, to) of a block of tiles, one by one: what overhangs the lanes of a run
// is overwritten by the next run, what overhangs the last by the next channel.
static void MW_NAME(block_in)(const mw_convolution *c, const mw_operands *o, int64_t from, int64_t to,
                              const MW_NAME(run) * runs, int number, int64_t lanes, float *planes,
                              int64_t plane) {
  const mw_window *w = &c->window;
  float buffer[6 * MW_SPAN] __attribute__((aligned(64)));
  int64_t offsets[MW_TILES][6];
  for (int64_t s = 0, first = 0; s < o->sources; first += o->x[s++].channels) {
    const mw_planes *x = &o->x[s];
    const int64_t begin = from > first ? from - first : 0;
    const int64_t end = to - first < x->channels ? to - first : x->channels;
    if (begin >= end) continue;
    // Of a picture that is doubled four rows make six, and a row beyond is the nearest or nothing.
    const int64_t height = x->doubles ? w->height / 2 : w->height;
    for (int r = 0; r < number; r++)
      for (int i = 0; i < (x->doubles ? 4 : 6); i++) {
        int64_t y = x->doubles ? runs[r].row * 2 - 1 + i : runs[r].row * 4 - w->pad_top + i;
        if (x->doubles == 1) y = y < 0 ? 0 : y < height ? y : height - 1;
        offsets[r][i] = y >= 0 && y < height ? y % x->rows * x->pitch : -1;
      }
    for (int64_t k = begin; k < end; k++, planes += lanes)
      for (int r = 0; r < number; r++) {
        const float *rows[6];
        for (int i = 0; i < (x->doubles ? 4 : 6); i++)
          rows[i] = offsets[r][i] >= 0 ? x->x + k * x->stride + offsets[r][i] : 0;
        if (x->doubles)
          MW_NAME(doubled_in)(w, &runs[r], x->doubles == 1, rows, buffer, planes, plane);
        else
          MW_NAME(run_in)(w, &runs[r], rows, buffer, planes, plane);
      }
  }
}

// Transforms 16 tiles back: pixels [4][64] with the bias, clamped where that is the activation.
MW_INLINE void MW_NAME(tiles_out)(const float *planes, int64_t plane, float bias,
                                  const MW_NAME(ending) * e, mw_16 *pixels) {
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
      if (e->clamps) MW_CLAMP(e, y[j], mw_16);
    }
    const mw_16 a = MW_ZIP_LOW(y[0], y[2]), b = MW_ZIP_LOW(y[1], y[3]);
    const mw_16 c = MW_ZIP_HIGH(y[0], y[2]), d = MW_ZIP_HIGH(y[1], y[3]);
    pixels[i * 4] = MW_ZIP_LOW(a, b);
    pixels[i * 4 + 1] = MW_ZIP_HIGH(a, b);
    pixels[i * 4 + 2] = MW_ZIP_LOW(c, d);
    pixels[i * 4 + 3] = MW_ZIP_HIGH(c, d);
  }
}

// Writes the pixels of a run for one filter into `count` rows of its plane.
static void MW_NAME(run_out)(const mw_convolution *c, const MW_NAME(ending) * e,
                             const MW_NAME(run) * run, int64_t right, const float *planes,
                             int64_t plane, float bias, float *const *rows,
                             const float *const *residual, int count) {
  const MW_NAME(ending) plain = {0}, *now = residual || e->maps ? &plain : e;
  for (int64_t tile = 0; tile < run->count; tile += 16) {
    const int64_t column = (run->column + tile) * 4;
    const int64_t n = right - column < 64 ? right - column : 64;
    mw_16 pixels[16];
    MW_NAME(tiles_out)(planes + run->lane + tile, plane, bias, now, pixels);
    for (int i = 0; i < count; i++)
      if (n == 64)
        MW_UNROLL for (int j = 0; j < 4; j++) MW_STORE(rows[i] + column + j * 16, pixels[i * 4 + j]);
      else
        __builtin_memcpy(rows[i] + column, &pixels[i * 4], (size_t)n * 4);
  }
  if (now == e) return;
  const int64_t start = run->column * 4;
  for (int i = 0; i < count; i++)
    MW_NAME(end_row)(c, e, rows[i] + start, 0.0f, residual ? residual[i] + start : 0,
                     rows[i] + start, right - start);
}

// Transforms a block's products back, filter by filter.
static void MW_NAME(block_out)(const mw_convolution *c, const mw_operands *o, const mw_band *band,
                               const MW_NAME(run) * runs, int number, int64_t lanes,
                               const float *planes, int64_t plane) {
  const MW_NAME(ending) ending = MW_NAME(ending_of)(c->f, c->alpha, c->beta);
  for (int r = 0; r < number; r++) {
    const int64_t top = runs[r].row * 4, end = (runs[r].column + runs[r].count) * 4;
    const int count = band->y1 - top < 4 ? (int)(band->y1 - top) : 4;
    float *first[4], *rows[4];
    const float *others[4], *residual[4];
    for (int i = 0; i < count; i++) {
      first[i] = MW_NAME(row)(o->y, 0, top + i);
      others[i] = o->residual ? MW_NAME(row)(o->residual, 0, top + i) : 0;
    }
    for (int64_t k = 0; k < c->filters; k++) {
      for (int i = 0; i < count; i++) {
        rows[i] = first[i] + k * o->y->stride;
        if (o->residual) residual[i] = others[i] + k * o->residual->stride;
      }
      if (k + 1 < c->filters)
        for (int i = 0; i < count; i++)
          MW_NAME(fetch_for_writing)(rows[i] + o->y->stride + runs[r].column * 4,
                                     runs[r].count * 4);
      MW_NAME(run_out)(c, &ending, &runs[r], end < band->x1 ? end : band->x1, planes + k * lanes,
                       plane, o->bias ? o->bias[k] : 0.0f, rows, o->residual ? residual : 0, count);
    }
  }
}

static void MW_NAME(tiles)(const mw_convolution *c, const mw_operands *o, const mw_band *band) {
  const int64_t per_row = (band->x1 - band->x0 + 3) / 4;
  const int64_t tiles = per_row * ((band->y1 - band->y0 + 3) / 4);
  const int64_t groups = (c->filters + MW_GROUP - 1) / MW_GROUP;
  const int64_t blocks = (tiles + c->lanes - 1) / c->lanes;
  const int64_t lanes = ((tiles + blocks - 1) / blocks + 15) / 16 * 16;
  // 16 floats more per plane: room for lanes that overhang, and planes that start in other sets of
  // the cache.
  const int64_t plane = c->depth * lanes + 16, out_plane = groups * MW_GROUP * lanes + 16;
  float *sums = o->scratch + 36 * plane;
  for (int64_t first = 0; first < tiles; first += lanes) {
    const int64_t count = tiles - first < lanes ? tiles - first : lanes;
    MW_NAME(run) runs[MW_TILES];
    const int number =
        MW_NAME(runs)(first, count, per_row, band->y0 / 4, band->x0 / 4, runs);
    for (int64_t from = 0; from < c->channels; from += c->depth) {
      const int64_t depth = c->channels - from < c->depth ? c->channels - from : c->depth;
      MW_NAME(block_in)(c, o, from, from + depth, runs, number, lanes, o->scratch, plane);
      for (int64_t p = 0; p < 36; p++)
        MW_NAME(product)(o->weights + p * groups * MW_GROUP * c->channels, groups, c->channels,
                         from, depth, o->scratch + p * plane, lanes, (count + 15) / 16 * 16,
                         sums + p * out_plane, lanes, 0);
    }
    MW_NAME(block_out)(c, o, band, runs, number, lanes, sums, out_plane);
  }
}
