// The kernels for bytes on machines with AVX2.
#include "mapwright_bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define MW_ISA avx2
#define MW_LANES 8
#define MW_ROWS 4
#define MW_VECTORS 2
#define MW_EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define MW_LOWER 0, 8, 1, 9, 2, 10, 3, 11
#define MW_UPPER 4, 12, 5, 13, 6, 14, 7, 15
#define MW_PAIRS(a, w) ((mw_words)_mm256_madd_epi16((__m256i)(a), (__m256i)(w)))
#include "bodies/bytes_pairs.h"
#define MW_WIDE __m256i
#define MW_OP(operation) _mm256_##operation
#define MW_TRANSPOSED \
  _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15))
#define MW_SATURATING "bytes_saturating.h"
#include "bodies/bytes.h"
#pragma clang attribute pop
#endif
