#pragma once
// Geodesics on the ellipsoid (Karney 2013), as PROJ ships them, and its coordinate operations.
#include <geodesic.h>
#include <proj.h>
