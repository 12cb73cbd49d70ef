#pragma once
// Geodesics on the ellipsoid (Karney 2013), as PROJ ships them.
#include <geodesic.h>
