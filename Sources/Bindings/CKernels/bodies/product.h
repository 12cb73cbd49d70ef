// Products of matrices, small enough that their sums stay in registers. Every sum starts at zero
// and takes its products in order, each by a fused multiply-add: how many sums are computed side by
// side, and where a sum rests between two parts of its depth, changes speed only, never a bit.

#define MW_GROUP 8  // rows of the left factor that lie together
#define MW_AHEAD 512  // floats of the left factor that are asked for ahead of their use

typedef float mw_lanes __attribute__((ext_vector_type(MW_LANES)));
typedef float mw_lanes_unaligned __attribute__((ext_vector_type(MW_LANES), aligned(4)));

#define MW_AT(p) (*(mw_lanes_unaligned *)(p))

// sums[rows · vectors] += a × b; a is [depth][MW_GROUP], of which `rows` columns are used.
MW_INLINE void MW_NAME(multiply)(const int rows, const int vectors, const float *a, const float *b,
                                 int64_t stride, int64_t depth, mw_lanes *sums) {
  for (int64_t k = 0; k < depth; k++, a += MW_GROUP, b += stride) {
    mw_lanes factors[3];
    __builtin_prefetch(a + MW_AHEAD);
    MW_UNROLL for (int v = 0; v < vectors; v++)
        factors[v] = *(const mw_lanes_unaligned *)(b + v * MW_LANES);
    MW_UNROLL for (int r = 0; r < rows; r++) {
      const mw_lanes weight = (mw_lanes)(a[r]);
      MW_UNROLL for (int v = 0; v < vectors; v++) sums[r * vectors + v] =
          __builtin_elementwise_fma(weight, factors[v], sums[r * vectors + v]);
    }
  }
}

// Where sums end up that are complete: rows of a picture, with bias, residual and clamp.
typedef struct {
  const float *bias, *residual;
  float *y;
  int64_t stride, residual_stride, filters;
  MW_NAME(ending) ending;
} MW_NAME(finish_line);

// Writes the sums of MW_ROWS filters from `row` on, as far as there are that many.
MW_INLINE void MW_NAME(cross)(const MW_NAME(finish_line) * f, const int vectors, mw_lanes *sums,
                              int64_t row, int64_t column) {
  MW_UNROLL for (int r = 0; r < MW_ROWS; r++) {
    if (row + r >= f->filters) return;
    const mw_lanes bias = (mw_lanes)(f->bias ? f->bias[row + r] : 0.0f);
    MW_UNROLL for (int v = 0; v < vectors; v++) {
      mw_lanes value = sums[r * vectors + v] + bias;
      const int64_t place = column + v * MW_LANES;
      if (f->residual)
        value = value + *(const mw_lanes_unaligned *)(f->residual + (row + r) * f->residual_stride +
                                                      place);
      if (f->ending.clamps) MW_CLAMP(&f->ending, value, mw_lanes);
      MW_AT(f->y + (row + r) * f->stride + place) = value;
    }
  }
}

// c[MW_ROWS, vectors · MW_LANES] = a × b, on top of what c holds where it continues; past the
// finish line where there is one.
MW_INLINE void MW_NAME(product_tile)(const int vectors, const float *a, const float *b,
                                     int64_t stride_b, int64_t depth, float *c, int64_t stride_c,
                                     int continues, const MW_NAME(finish_line) * f, int64_t row,
                                     int64_t column) {
  mw_lanes sums[MW_ROWS * 3];
  if (continues)
    MW_UNROLL for (int i = 0; i < MW_ROWS * vectors; i++) sums[i] =
        MW_AT(c + i / vectors * stride_c + i % vectors * MW_LANES);
  else
    MW_UNROLL for (int i = 0; i < MW_ROWS * vectors; i++) sums[i] = (mw_lanes)(0.0f);
  MW_NAME(multiply)(MW_ROWS, vectors, a, b, stride_b, depth, sums);
  if (f) {
    MW_NAME(cross)(f, vectors, sums, row, column);
    return;
  }
  MW_UNROLL for (int i = 0; i < MW_ROWS * vectors; i++)
      MW_AT(c + i / vectors * stride_c + i % vectors * MW_LANES) = sums[i];
}

// One row of tiles: c[MW_ROWS, columns] = a × b; columns are a multiple of 16.
static void MW_NAME(product_row)(const float *a, const float *b, int64_t stride_b, int64_t depth,
                                 int64_t columns, float *c, int64_t stride_c, int continues,
                                 const MW_NAME(finish_line) * f, int64_t row) {
  for (int64_t j = 0; j < columns;) {
    const int64_t vectors = (columns - j) / MW_LANES;
    const int64_t taken = vectors >= 3 && vectors != 4 ? 3 : vectors >= 2 ? 2 : 1;
    if (taken == 3)
      MW_NAME(product_tile)(3, a, b + j, stride_b, depth, c + j, stride_c, continues, f, row, j);
    else if (taken == 2)
      MW_NAME(product_tile)(2, a, b + j, stride_b, depth, c + j, stride_c, continues, f, row, j);
    else
      MW_NAME(product_tile)(1, a, b + j, stride_b, depth, c + j, stride_c, continues, f, row, j);
    j += taken * MW_LANES;
  }
}

// c[8 groups, columns] = a × b[depth, columns]; a is [groups][depth][8], columns a multiple of 16.
// `depth` rows of b from `from` on are multiplied, of `whole` in all. Rows of tiles go outermost: a
// left factor larger than the cache is read once.
static void MW_NAME(product)(const float *a, int64_t groups, int64_t whole, int64_t from,
                             int64_t depth, const float *b, int64_t stride_b, int64_t columns,
                             float *c, int64_t stride_c, const MW_NAME(finish_line) * f) {
  for (int64_t row = 0; row < groups * MW_GROUP; row += MW_ROWS)
    MW_NAME(product_row)(a + (row / MW_GROUP * whole + from) * MW_GROUP + row % MW_GROUP, b,
                         stride_b, depth, columns, c + row * stride_c, stride_c, from > 0, f, row);
}
