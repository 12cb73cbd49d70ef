#pragma once
#include <stdint.h>

/// The number of malloc, calloc, realloc and aligned allocations of this thread so far.
uint64_t mw_allocation_count(void);
