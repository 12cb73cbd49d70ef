// Sixteen floats at a time, in registers of whatever width the machine has.
#pragma once

#define MW_UNROLL _Pragma("clang loop unroll(full)")

typedef float mw_16 __attribute__((ext_vector_type(16)));
typedef float mw_16_unaligned __attribute__((ext_vector_type(16), aligned(4)));

#define MW_LOAD(p) (*(const mw_16_unaligned *)(p))
#define MW_STORE(p, value) (*(mw_16_unaligned *)(p) = (value))
#define MW_FMA16(factor, b, c) __builtin_elementwise_fma((mw_16)(factor), b, c)

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
#define MW_BEHIND(a, b) \
  __builtin_shufflevector(a, b, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)
