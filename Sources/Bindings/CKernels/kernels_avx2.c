// The kernels for machines with AVX2.
#include "mapwright_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define MW_ISA avx2
#define MW_LANES 8  // floats in a register
#define MW_ROWS 4   // rows of a product whose sums fit into registers, 24 wide
#include "bodies/table.h"
#pragma clang attribute pop
#endif
