#pragma once
// Only the png_image_* calls are used: libpng longjmp never crosses Swift.
#include <png.h>
