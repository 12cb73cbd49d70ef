// The numeric inner loops of Mapwright: one table of functions per instruction set.
//
// Every floating-point kernel is written once (bodies/) and compiled three times. Sums have one
// fixed order, fused multiply-adds are explicit, contraction is off, and exp, tanh, erf and log are
// ours: all tables give equal bits. Extents are in elements, tensors are dense and row-major unless
// a stride says otherwise.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define MW_MAX_RANK 8

/// Functions of one value; alpha and beta are their parameters.
typedef enum {
  mw_identity,
  mw_relu,
  mw_leaky_relu,    // alpha: slope below zero
  mw_clip,          // alpha: lowest, beta: highest
  mw_sigmoid,
  mw_hard_sigmoid,  // clip(alpha x + beta, 0, 1)
  mw_hard_swish,
  mw_elu,           // alpha
  mw_tanh,
  mw_softplus,
  mw_mish,
  mw_gelu,          // by erf
  mw_gelu_tanh,
  mw_erf,
  mw_sqrt,
  mw_exp,
  mw_log,
  mw_absolute,
  mw_negate,
  mw_floor,
  mw_ceil,
  mw_reciprocal,
} mw_unary;

/// Functions of two values.
typedef enum {
  mw_add,
  mw_subtract,
  mw_multiply,
  mw_divide,
  mw_minimum,
  mw_maximum,
  mw_power,
  mw_prelu,  // a where a >= 0, else a b
} mw_binary;

/// Questions about two values, answered 0 or 1.
typedef enum { mw_equal, mw_less, mw_less_or_equal, mw_greater, mw_greater_or_equal } mw_comparison;

/// Element types, by ONNX's numbers.
typedef enum {
  mw_f32 = 1,
  mw_u8 = 2,
  mw_i8 = 3,
  mw_i32 = 6,
  mw_i64 = 7,
  mw_bool = 9,
} mw_type;

/// A walk over an index space with a stride per axis for each tensor; a stride of 0 broadcasts.
typedef struct {
  int32_t rank;
  int64_t extent[MW_MAX_RANK];
  int64_t a[MW_MAX_RANK];
  int64_t b[MW_MAX_RANK];
  int64_t c[MW_MAX_RANK];
  int64_t y[MW_MAX_RANK];
} mw_walk;

/// A window sliding over a plane.
typedef struct {
  int64_t height, width;  // of the input plane
  int64_t out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_y, stride_x;
  int64_t dilation_y, dilation_x;
  int64_t pad_top, pad_left;
} mw_window;

/// A rectangle of output positions: rows [y0, y1), columns [x0, x1).
typedef struct {
  int64_t y0, y1, x0, x1;
} mw_band;

/// Channels of a picture in memory: row y of channel c starts at x + c stride + (y mod rows) pitch.
/// With fewer rows than the picture has, it is a ring that keeps the latest.
typedef struct {
  float *x;
  int64_t channels, stride, pitch, rows;
  // What is read is this picture twice as large in both axes, as mw_taps.doubles says; 0: as it is.
  int32_t doubles;
} mw_planes;

/// A convolution with what follows it: y = f(x * w + bias + residual).
typedef struct {
  mw_window window;
  int64_t channels, filters;  // of one group
  mw_unary f;
  float alpha, beta;
  int64_t lanes;  // tiles or positions taken together at most: a multiple of 16, up to 240
  int64_t depth;  // in tiles: channels transformed together
} mw_convolution;

/// What a convolution reads and writes. The channels of the sources follow one another; bias and
/// residual may be null.
typedef struct {
  const mw_planes *x;
  int64_t sources;
  const mw_planes *residual;
  const mw_planes *y;
  const float *weights, *bias;
  float *scratch;
} mw_operands;

/// Which two entries along an axis make an entry of the result, and with which weights; null
/// weights take the first.
typedef struct {
  const int32_t *first, *second;
  const float *w0, *w1;
  int64_t length;  // entries of what is resized
  // 1: inner entries 2k and 2k + 1 are three quarters of entry k and one of a neighbour;
  // 2: both are entry k; 0: as the tables say.
  int32_t doubles;
} mw_taps;

/// A matrix in memory: value (r, c) is at[r row + c column].
typedef struct {
  const float *at;
  int64_t row, column;
} mw_matrix;

/// y = f(left × right + bias + residual), the right factor's columns normalised first where gamma
/// is given.
typedef struct {
  int64_t rows, depth, columns;
  const float *left;                // packed: [ceil(rows / 8)][depth][8]
  mw_matrix right;                  // [depth, columns]
  const float *gamma, *beta;        // per place of depth; null: not normalised, no summand
  float epsilon;
  const float *bias;                // per row, or null
  const float *residual;            // as y, or null
  mw_unary f;
  float alpha_f, beta_f;
  float *y;                         // rows of `columns`, `stride` apart
  int64_t stride;
} mw_product;

/// softmax(scale q kᵀ) v, one head: rows of q are queries, rows of k and v are keys.
typedef struct {
  int64_t queries, keys, depth, value_depth;
  mw_matrix q, k, v;
  float scale;  // above 0
  float *y;     // [value_depth] rows of `queries`, `stride` apart
  int64_t stride;
} mw_attention;

/// Planes to be added at another size: each output row is a blend of two rows, each output column
/// of two columns. Without tables (left is null) the planes have the output's size.
typedef struct {
  const float *x;
  int64_t height, width;
  const int32_t *top, *bottom, *left, *right;
  const float *top_weight, *bottom_weight, *left_weight, *right_weight;
} mw_layer;

/// One table of kernels; every table gives the same bits.
typedef struct {
  const char *name;

  /// y[i] = f(x[i]); x may be y.
  void (*unary_f32)(mw_unary f, const float *x, float *y, int64_t n, float alpha, float beta);

  /// y = f(a, b) over the walk.
  void (*binary_f32)(mw_binary f, const mw_walk *walk, const float *a, const float *b, float *y);

  /// y[r, i] = f(y[r, i] + bias[r] + residual[r, i]) for rows of n values, `stride` apart;
  /// bias and residual may be null.
  void (*finish_f32)(mw_unary f, float *y, const float *bias, const float *residual, int64_t rows,
                     int64_t n, int64_t stride, float alpha, float beta);

  /// y[r, i] = x[r, i] scale[r] + shift[r].
  void (*affine_f32)(const float *x, const float *scale, const float *shift, float *y, int64_t rows,
                     int64_t n);

  /// Adds columns [channels, kh, kw][positions of a band of the *input*] to the places they came
  /// from (col2im): the window's input is y, its output positions are the columns.
  void (*scatter_f32)(const mw_window *w, const mw_band *band, const float *columns,
                      int64_t channels, float *y);

  /// A band of a convolution of 3 × 3 px, stride 1, pads of 0 or 1, in tiles of 4 × 4 output pixels
  /// (Winograd's F(4 × 4, 3 × 3)); the band begins at multiples of 4. Pictures may be doubled while
  /// they are read where all pads are 1 and the result is whole tiles. Weights are transformed:
  /// [36][ceil(filters / 8)][channels][8]. Scratch: 36 planes of depth × lanes + 16 floats,
  /// then 36 of 8 ceil(filters / 8) × lanes + 16.
  void (*tiles_f32)(const mw_convolution *c, const mw_operands *o, const mw_band *band);

  /// A band of any convolution as products of matrices. Weights are [ceil(filters / 8)][channels
  /// kernel_height kernel_width][8]. Scratch: `lanes` floats for each of these depths and filters.
  void (*convolve_f32)(const mw_convolution *c, const mw_operands *o, const mw_band *band);

  /// A band of a convolution of every channel by itself: filters / channels results each, sums in
  /// the order of the taps. Weights are [filters][kernel_height][kernel_width]. Scratch:
  /// mw_window_scratch floats.
  void (*depthwise_f32)(const mw_convolution *c, const mw_operands *o, const mw_band *band);

  /// The product; the scratch space holds mw_product_floats(depth, columns) floats.
  void (*product_f32)(const mw_product *p, float *scratch);

  /// y [depth, columns]: the columns of x to mean 0 and variance 1, then times gamma plus beta
  /// (which may be null). The scratch space holds depth × 48 floats.
  void (*normalize_columns_f32)(const mw_matrix *x, int64_t depth, int64_t columns,
                                const float *gamma, const float *beta, float epsilon, float *y,
                                float *scratch);

  /// One head of attention, queries taken in tiles whose scores stay in the cache. The scratch
  /// space holds mw_attention_floats(…) floats.
  void (*attention_f32)(const mw_attention *a, float *scratch);

  /// y [height, width] = f(bias + Σ layers), a channel of each. The scratch space holds a row of
  /// `width` for each row of each layer with tables.
  void (*resized_sum_f32)(const mw_layer *layers, int64_t count, int64_t channel, int64_t height,
                          int64_t width, float bias, mw_unary f, float alpha, float beta, float *y,
                          float *scratch);

  /// Largest value under the window in a band; scratch as for depthwise_f32.
  void (*pool_max_f32)(const mw_window *w, const mw_planes *x, const mw_planes *y,
                       const mw_band *band, float *scratch);

  /// Sum under the window over rows[y] · columns[x] in a band; scratch as for depthwise_f32.
  void (*pool_average_f32)(const mw_window *w, const mw_planes *x, const mw_planes *y,
                           const mw_band *band, const float *rows, const float *columns,
                           float *scratch);

  /// A band of a linear resize: rows are blended first, then columns. Null taps leave an axis as it
  /// is. Scratch: a row of the input and 64 floats.
  void (*resize_f32)(const mw_taps *rows, const mw_taps *columns, const mw_planes *x,
                     const mw_planes *y, const mw_band *band, float *scratch);

  /// y = f(x) in a band.
  void (*map_f32)(mw_unary f, float alpha, float beta, const mw_planes *x, const mw_planes *y,
                  const mw_band *band);

  /// y = f(a, b) in a band, channel by channel.
  void (*combine_f32)(mw_binary f, const mw_planes *a, const mw_planes *b, const mw_planes *y,
                      const mw_band *band);

  /// y[o, j, i] = x[o, first[j], i] w0[j] + x[o, second[j], i] w1[j].
  void (*blend_f32)(const float *x, int64_t outer, int64_t length, int64_t inner,
                    const int32_t *first, const int32_t *second, const float *w0, const float *w1,
                    int64_t out_length, float *y);

  /// Softmax over the channels, or its logarithm, in a band; both pictures stand in one place.
  void (*softmax_band_f32)(const mw_planes *x, const mw_planes *y, const mw_band *band,
                           int logarithm);

  /// Softmax, or its logarithm, along the middle axis of [outer, length, inner].
  void (*softmax_f32)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                      int logarithm);

  /// y[o, i] = scale Σ x[o, :, i], summed in double.
  void (*reduce_f32)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                     double scale);

  /// y[o, i] = the largest (sign 1) or smallest (sign −1) of x[o, :, i].
  void (*extreme_f32)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                      int sign);

  /// Rows to mean 0 and variance 1, then times gamma plus beta. Parameters belong to the row's
  /// elements (per_row 0) or to row r mod parameters (per_row 1); beta may be null.
  void (*normalize_f32)(const float *x, const float *gamma, const float *beta, float *y,
                        int64_t rows, int64_t length, float epsilon, int per_row,
                        int64_t parameters);

  /// y = saturate(round_half_even(x / scale) + zero) as u8 or i8.
  void (*quantize_f32)(mw_type type, const float *x, void *y, int64_t n, float scale, int32_t zero);

  /// y = (x − zero) scale from u8, i8 or i32.
  void (*dequantize_f32)(mw_type type, const void *x, float *y, int64_t n, float scale,
                         int32_t zero);

  /// As many fused multiply-adds as a core can do, for `rounds` rounds; returns their number. *y is
  /// their factor, and then a value that depends on all.
  int64_t (*multiply_add_f32)(int64_t rounds, float *y);

  /// A value that depends on all of x; n is a multiple of 64.
  float (*read_f32)(const float *x, int64_t n);
} mw_kernels;

/// The fastest table that this machine runs.
const mw_kernels *mw_best_kernels(void);
/// All tables that this machine runs, portable first: fills up to 3 and returns their number.
int32_t mw_all_kernels(const mw_kernels **tables);
/// The size of a core's second cache, in bytes: it decides what is fast, never a bit.
int64_t mw_cache_bytes(void);

/// Tells the processor that this thread waits for another, awake.
static inline void mw_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// The scratch space of a window that slides over each plane by itself in bands of `columns`
/// positions across, in floats.
static inline int64_t mw_window_scratch(const mw_window *w, int64_t columns) {
  const int64_t reach_y = (w->kernel_height - 1) * w->dilation_y + 1;
  const int64_t reach_x = (w->kernel_width - 1) * w->dilation_x + 1;
  return (w->kernel_height + 7) / 8 * 16 + reach_y * ((columns + 15) * w->stride_x + reach_x + 16) +
         columns + 16;
}

// Kernels without floating-point sums: one copy serves every machine.

/// Transforms weights [filters][channels][3][3] to [36][ceil(filters / 8)][channels][8] for
/// tiles_f32; places of filters beyond the last are left as they are.
void mw_winograd_weights(const float *w, int64_t filters, int64_t channels, float *y);
/// The place of the first value that is infinite or no number; −1 where there is none.
int64_t mw_first_not_finite(const float *x, int64_t n);
/// Packs rows as products and convolve_f32 take their left factor: y [ceil(rows / 8)][depth][8] = factor a; places of
/// rows beyond the last are zero.
void mw_pack_rows(const mw_matrix *a, int64_t rows, int64_t depth, float factor, float *y);
/// How many tiles of 48 columns are taken together, for a depth.
int64_t mw_panel_tiles(int64_t depth);
/// The scratch space of product_f32, in floats.
int64_t mw_product_floats(int64_t depth, int64_t columns);
/// The scratch space of attention_f32, in floats.
int64_t mw_attention_floats(int64_t keys, int64_t depth, int64_t value_depth);
/// Copies elements of 1, 4 or 8 bytes: strides walk.a to strides walk.y.
void mw_copy(int64_t element_bytes, const mw_walk *walk, const void *x, void *y);
/// y[i] = x[index[i]], elements of 1, 4 or 8 bytes; *filler (zero where null) where index[i] is
/// negative, and everywhere where x is null.
void mw_take(int64_t element_bytes, const void *x, const int32_t *index, int64_t n,
             const void *filler, void *y);
/// y = a ? b : c, elements of 1, 4 or 8 bytes; the condition is bytes of 0 or 1.
void mw_select(int64_t element_bytes, const mw_walk *walk, const uint8_t *a, const void *b,
               const void *c, void *y);
/// Integer arithmetic, wrapping; division by zero gives 0.
void mw_binary_integer(mw_type type, mw_binary f, const mw_walk *walk, const void *a,
                       const void *b, void *y);
/// Comparisons of any type; y is bytes of 0 or 1.
void mw_compare(mw_type type, mw_comparison f, const mw_walk *walk, const void *a, const void *b,
                uint8_t *y);
/// y = (to)x; floats are cut towards zero and saturate, integers wrap.
void mw_cast(mw_type from, mw_type to, const void *x, void *y, int64_t n);
/// Index of the largest along the middle axis; the first or the last of equals.
void mw_argmax_f32(const float *x, int64_t *y, int64_t outer, int64_t length, int64_t inner,
                   int last);
