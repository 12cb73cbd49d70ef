// The kernels for any machine.
#include "mapwright_kernels.h"

#define MW_ISA portable
#include "bodies/table.h"
