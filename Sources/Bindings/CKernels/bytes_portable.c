// The kernels for bytes on any machine.
#include "mapwright_bytes.h"

#define MW_ISA portable
#define MW_LANES 4
#define MW_ROWS 4
#define MW_VECTORS 1
#define MW_EVEN 0, 2, 4, 6
#define MW_LOWER 0, 4, 1, 5
#define MW_UPPER 2, 6, 3, 7
#define MW_DOT(sum, a, w)                                                                       \
  ((sum) + (((a)&255) * (((w) << 24) >> 24) + (((a) >> 8) & 255) * (((w) << 16) >> 24) +        \
            (((a) >> 16) & 255) * (((w) << 8) >> 24) + (((a) >> 24) & 255) * ((w) >> 24)))
#include "bodies/bytes.h"
