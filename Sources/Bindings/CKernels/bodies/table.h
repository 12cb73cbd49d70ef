// One table of kernels: all bodies, compiled for the instruction set named MW_ISA by whoever
// includes this file.
#include "walk.h"

#define MW_JOIN_(a, b) mw_##a##_f32_##b
#define MW_JOIN(a, b) MW_JOIN_(a, b)
#define MW_NAME(operation) MW_JOIN(operation, MW_ISA)

#pragma clang fp contract(off)
// Loops that call a function (fmaf without FMA, a power) stay scalar; the rest vectorises.
#pragma clang diagnostic ignored "-Wpass-failed"
#include "math.h"
#include "vectors.h"
#include "elementwise.h"
#include "rows.h"
#include "planes.h"
#include "product.h"
#include "winograd.h"
#include "convolution.h"
#include "windows.h"
#include "bands.h"
#include "matrices.h"
#include "peak.h"

#define MW_TEXT_(x) #x
#define MW_TEXT(x) MW_TEXT_(x)
#define MW_TABLE_(isa) mw_kernels_##isa
#define MW_TABLE(isa) MW_TABLE_(isa)

const mw_kernels MW_TABLE(MW_ISA) = {
    .name = MW_TEXT(MW_ISA),
    .unary_f32 = MW_NAME(unary),
    .binary_f32 = MW_NAME(binary),
    .finish_f32 = MW_NAME(finish),
    .affine_f32 = MW_NAME(affine),
    .scatter_f32 = MW_NAME(scatter),
    .tiles_f32 = MW_NAME(tiles),
    .convolve_f32 = MW_NAME(convolve),
    .depthwise_f32 = MW_NAME(depthwise),
    .product_f32 = MW_NAME(product_of),
    .normalize_columns_f32 = MW_NAME(normalize_columns),
    .attention_f32 = MW_NAME(attention),
    .resized_sum_f32 = MW_NAME(resized_sum),
    .pool_max_f32 = MW_NAME(pool_max),
    .pool_average_f32 = MW_NAME(pool_average),
    .blend_f32 = MW_NAME(blend),
    .resize_f32 = MW_NAME(resize),
    .map_f32 = MW_NAME(map),
    .combine_f32 = MW_NAME(combine),
    .softmax_band_f32 = MW_NAME(softmax_band),
    .softmax_f32 = MW_NAME(softmax),
    .reduce_f32 = MW_NAME(reduce),
    .extreme_f32 = MW_NAME(extreme),
    .normalize_f32 = MW_NAME(normalize),
    .quantize_f32 = MW_NAME(quantize),
    .dequantize_f32 = MW_NAME(dequantize),
    .multiply_add_f32 = MW_NAME(multiply_add),
    .read_f32 = MW_NAME(read),
};
