// The kernels for any machine.
#include "mapwright_kernels.h"

#define MW_ISA portable
#define MW_LANES 4  // floats in a register
#define MW_ROWS 4   // rows of a product whose sums fit into registers, 12 wide
#include "bodies/table.h"
