// Products of matrices, small enough that their sums stay in registers. Every sum starts at zero
// and takes its products in order, each by a fused multiply-add: how many sums are computed side by
// side changes speed only, never a bit.

#define MW_GROUP 8  // rows of the left factor that lie together

typedef float mw_lanes __attribute__((ext_vector_type(MW_LANES)));
typedef float mw_lanes_unaligned __attribute__((ext_vector_type(MW_LANES), aligned(4)));

#define MW_UNROLL _Pragma("clang loop unroll(full)")

// c[rows, vectors · MW_LANES] = a × b; a is [depth][MW_GROUP], of which `rows` columns are used.
MW_INLINE void MW_NAME(product_tile)(const int rows, const int vectors, const float *a,
                                     const float *b, int64_t stride_b, float *c, int64_t stride_c,
                                     int64_t depth) {
  mw_lanes sums[MW_ROWS * 3];
  MW_UNROLL for (int i = 0; i < rows * vectors; i++) sums[i] = (mw_lanes)(0.0f);
  for (int64_t k = 0; k < depth; k++, a += MW_GROUP, b += stride_b) {
    mw_lanes factors[3];
    MW_UNROLL for (int v = 0; v < vectors; v++)
        factors[v] = *(const mw_lanes_unaligned *)(b + v * MW_LANES);
    MW_UNROLL for (int r = 0; r < rows; r++) {
      const mw_lanes weight = (mw_lanes)(a[r]);
      MW_UNROLL for (int v = 0; v < vectors; v++) sums[r * vectors + v] =
          __builtin_elementwise_fma(weight, factors[v], sums[r * vectors + v]);
    }
  }
  MW_UNROLL for (int r = 0; r < rows; r++)
      MW_UNROLL for (int v = 0; v < vectors; v++)
          *(mw_lanes_unaligned *)(c + r * stride_c + v * MW_LANES) = sums[r * vectors + v];
}

// c [8 groups, columns] = a × b [depth, columns]; a is [groups][depth][8], columns a multiple of 16.
static void MW_NAME(product)(const float *a, int64_t groups, int64_t depth, const float *b,
                             int64_t stride_b, int64_t columns, float *c, int64_t stride_c) {
  for (int64_t j = 0; j < columns;) {
    const int64_t vectors = (columns - j) / MW_LANES;
    for (int64_t row = 0; row < groups * MW_GROUP; row += MW_ROWS) {
      const float *left = a + row / MW_GROUP * MW_GROUP * depth + row % MW_GROUP;
      float *out = c + row * stride_c + j;
      if (vectors >= 3)
        MW_NAME(product_tile)(MW_ROWS, 3, left, b + j, stride_b, out, stride_c, depth);
      else if (vectors == 2)
        MW_NAME(product_tile)(MW_ROWS, 2, left, b + j, stride_b, out, stride_c, depth);
      else
        MW_NAME(product_tile)(MW_ROWS, 1, left, b + j, stride_b, out, stride_c, depth);
    }
    j += (vectors < 3 ? vectors : 3) * MW_LANES;
  }
}
