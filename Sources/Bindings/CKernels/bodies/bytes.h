// One table of kernels for bytes, compiled for the instruction set named MW_ISA by whoever includes
// this file. They give MW_LANES, the pixels in a register; MW_ROWS and MW_VECTORS, the filters and
// registers of pixels whose sums fit into registers together; MW_EVEN, the even lanes of two
// registers; and MW_DOT(sum, a, w), which adds to every lane Σ a[i] w[i] over its four bytes, those
// of `a` unsigned, those of `w` signed, exactly. MW_SATURATING may name a faster way to bytes.
#define MW_BYTE_JOIN_(a, b) mw_byte_##a##_##b
#define MW_BYTE_JOIN(a, b) MW_BYTE_JOIN_(a, b)
#define MW_BYTE(operation) MW_BYTE_JOIN(operation, MW_ISA)
#define MW_INLINE static inline __attribute__((always_inline, unused))
#define MW_UNROLL _Pragma("clang loop unroll(full)")

#pragma clang fp contract(off)
#pragma clang diagnostic ignored "-Wpass-failed"

typedef int32_t mw_words __attribute__((ext_vector_type(MW_LANES)));
typedef int32_t mw_words_unaligned __attribute__((ext_vector_type(MW_LANES), aligned(4)));
typedef uint32_t mw_pixels __attribute__((ext_vector_type(MW_LANES)));
typedef uint32_t mw_pixels_unaligned __attribute__((ext_vector_type(MW_LANES), aligned(4)));
typedef uint8_t mw_octets __attribute__((ext_vector_type(4 * MW_LANES)));
typedef float mw_reals __attribute__((ext_vector_type(MW_LANES)));
typedef float mw_reals_unaligned __attribute__((ext_vector_type(MW_LANES), aligned(4)));

// MW_LANES pixels, `step` apart (1 or 2).
MW_INLINE mw_pixels MW_BYTE(load)(const uint8_t *x, const int step) {
  const mw_pixels first = *(const mw_pixels_unaligned *)x;
  if (step == 1) return first;
  const mw_pixels second = *(const mw_pixels_unaligned *)(x + 4 * MW_LANES);
  return __builtin_shufflevector(first, second, MW_EVEN);
}

MW_INLINE void MW_BYTE(store)(uint8_t *y, mw_pixels v) { *(mw_pixels_unaligned *)y = v; }

// One channel of a register of pixels as floats.
MW_INLINE mw_reals MW_BYTE(channel)(mw_pixels v, const int channel) {
  return __builtin_convertvector((mw_words)((v >> (8 * channel)) & 255), mw_reals);
}

MW_INLINE mw_reals MW_BYTE(clamp)(mw_reals v, float lowest, float highest) {
  // In this order no number becomes the lowest.
  v = v > (mw_reals)(lowest) ? v : (mw_reals)(lowest);
  return v < (mw_reals)(highest) ? v : (mw_reals)(highest);
}

// Rounds half to even by adding 1.5 · 2^23 and takes the integer from the low bits.
MW_INLINE mw_words MW_BYTE(round)(mw_reals v) {
  const mw_reals shifted = v + (mw_reals)(12582912.0f);
  return (mw_words)shifted - 0x4b400000;
}

// Steps of four channels, from zero, as bytes.
MW_INLINE mw_pixels MW_BYTE(join)(const mw_reals *steps, float lowest, float highest,
                                  int32_t zero) {
  mw_pixels v = (mw_pixels)(0);
  MW_UNROLL for (int c = 0; c < 4; c++) v |=
      (mw_pixels)(MW_BYTE(round)(MW_BYTE(clamp)(steps[c], lowest, highest)) + zero) << (8 * c);
  return v;
}

// Fills what lies beside the rows [y0, y1) of a plane with the zero point.
MW_INLINE void MW_BYTE(margins)(uint8_t *plane, int64_t width, int64_t y0, int64_t y1,
                                int32_t zero) {
  const int64_t pitch = mw_byte_pitch(width);
  if (y0 == 0) __builtin_memset(plane, zero, 4 * MW_BYTE_MARGIN);
  uint8_t *row = plane + 4 * MW_BYTE_MARGIN;
  for (int64_t y = y0; y < y1; y++)
    __builtin_memset(row + y * pitch + 4 * width, zero, (size_t)(pitch - 4 * width));
}

// The same for steps that are numbers, as sums of products are.
#ifdef MW_SATURATING
#include MW_SATURATING
#else
MW_INLINE mw_pixels MW_BYTE(saturate)(const mw_reals *steps, int32_t zero, int32_t first,
                                      int32_t last) {
  return MW_BYTE(join)(steps, (float)(first - zero), (float)(last - zero), zero);
}
#endif

#include "bytes_convolution.h"
#include "bytes_planes.h"
#include "bytes_values.h"

#define MW_BYTE_TEXT_(x) #x
#define MW_BYTE_TEXT(x) MW_BYTE_TEXT_(x)
#define MW_BYTE_TABLE_(isa) mw_byte_kernels_##isa
#define MW_BYTE_TABLE(isa) MW_BYTE_TABLE_(isa)

const mw_byte_kernels MW_BYTE_TABLE(MW_ISA) = {
    .name = MW_BYTE_TEXT(MW_ISA),
    .convolve = MW_BYTE(convolve),
    .convolve_real = MW_BYTE(convolve_real),
    .pool_max = MW_BYTE(pool_max),
    .double_linear = MW_BYTE(double_linear),
    .pick = MW_BYTE(pick),
    .sum = MW_BYTE(sum),
    .quantize = MW_BYTE(quantize),
    .dequantize = MW_BYTE(dequantize),
};
