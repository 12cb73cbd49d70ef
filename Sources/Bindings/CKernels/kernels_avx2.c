// The kernels for machines with AVX2.
#include "mapwright_kernels.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define MW_ISA avx2
#include "bodies/table.h"
#pragma clang attribute pop
#endif
