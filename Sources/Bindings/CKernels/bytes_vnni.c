// The kernels for bytes on machines with AVX-512 and VNNI.
#include "mapwright_bytes.h"

#if defined(__x86_64__)
#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)
#define MW_ISA avx512vnni
#define MW_LANES 16
#define MW_ROWS 8
#define MW_VECTORS 3
#define MW_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define MW_LOWER 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define MW_UPPER 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define MW_DOT(sum, a, w) \
  ((mw_words)_mm512_dpbusd_epi32((__m512i)(sum), (__m512i)(a), (__m512i)(w)))
#define MW_WIDE __m512i
#define MW_OP(operation) _mm512_##operation
#define MW_TRANSPOSED \
  _mm512_broadcast_i32x4(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15))
#define MW_SATURATING "bytes_saturating.h"
#include "bodies/bytes.h"
#pragma clang attribute pop
#endif
