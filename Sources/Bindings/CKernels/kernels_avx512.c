// The kernels for machines with AVX512.
#include "mapwright_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define MW_ISA avx512
#define MW_LANES 16  // floats in a register
#define MW_ROWS 8   // rows of a product whose sums fit into registers, 48 wide
#include "bodies/table.h"
#pragma clang attribute pop
#endif
