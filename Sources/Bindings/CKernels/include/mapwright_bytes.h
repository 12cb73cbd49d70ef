// Networks in 8-bit integers: one table of kernels per instruction set, all with equal bits.
//
// Values stand as bytes of four channels interleaved ("quads"): [⌈channels / 4⌉][rows][pixels][4].
// A row takes `mw_byte_pitch(width)` bytes, of which the last 64 or more are a margin that holds the
// value's zero point; the margin of one row is at the same time the left margin of the next, and a
// plane begins with a margin of its own. So a window of up to 16 px beyond the sides needs no copy.
//
// Sums of products are exact in 32 bits. What follows them is computed in float in one order,
// fused multiply-adds being explicit, and rounded half to even.
#pragma once
#include "mapwright_kernels.h"

/// The margin beside a row, in pixels.
#define MW_BYTE_MARGIN 16
/// What may be read beyond the end of a value, in bytes.
#define MW_BYTE_SLACK 512

/// Bytes from one row of a plane to the next.
static inline int64_t mw_byte_pitch(int64_t width) {
  return ((width + 15) / 16 * 16 + MW_BYTE_MARGIN) * 4;
}

/// Bytes from one quad's plane to the next; its pixel (0, 0) stands 64 bytes after its start.
static inline int64_t mw_byte_plane(int64_t height, int64_t width) {
  return 4 * MW_BYTE_MARGIN + height * mw_byte_pitch(width);
}

/// Four channels each of one value.
typedef struct {
  const uint8_t *planes;  // where the first plane starts
  int64_t quads;
} mw_byte_source;

/// How real numbers r are written as bytes: r = (byte − zero) scale.
typedef struct {
  float scale;
  int32_t zero;
} mw_byte_grid;

/// What a convolution by integers reads besides its sources.
typedef struct {
  mw_window window;             // dilations any, stride_x 1 or 2, pads up to 16 px
  int64_t filters;
  int64_t sources;              // values read one after another as if they were concatenated
  const uint8_t *padding;       // a row of mw_byte_pitch(width) bytes of the sources' zero point,
                                // with 64 bytes before and MW_BYTE_SLACK after it
  const int8_t *weights;        // [⌈filters / 8⌉][quads][kernel_height][kernel_width][8][4]
  const int32_t *start;         // sums begin here: −zero Σ weights; [⌈filters / 8⌉ 8]
  const float *scale, *bias;    // real = sum scale + bias, or the same in steps of the result
  const uint8_t *residual;      // planes like the result's, or null
  int64_t residual_plane;       // from one of them to the next
  float residual_scale;         // real = (byte − residual_zero) residual_scale, likewise
  int32_t residual_zero;
  float lowest, highest;        // limits of the result, as reals or as steps from its zero
  int32_t zero;                 // of the result's bytes
} mw_byte_convolution;

/// One table of kernels for bytes.
typedef struct {
  const char *name;

  /// Rows [y0, y1) of y = round(clamp(Σ x w · scale + bias + residual)) + zero, as bytes.
  void (*convolve)(const mw_byte_convolution *c, const mw_byte_source *sources, int64_t y0,
                   int64_t y1, uint8_t *y);

  /// The same as real numbers: planes [filters][out_height][out_width] of floats, not rounded.
  void (*convolve_real)(const mw_byte_convolution *c, const mw_byte_source *sources, int64_t y0,
                        int64_t y1, float *y);

  /// Largest byte under the window; pads count for nothing.
  void (*pool_max)(const mw_window *w, const uint8_t *x, int64_t quads, int32_t zero, uint8_t *y);

  /// Twice the rows and columns, blended with centres half a pixel in (3 : 1), rounded half to even
  /// on the grid `to`.
  void (*double_linear)(int64_t height, int64_t width, const uint8_t *x, int64_t quads,
                        mw_byte_grid from, mw_byte_grid to, uint8_t *y);

  /// y[j, i] = x[rows[j], columns[i]].
  void (*pick)(int64_t height, int64_t width, const int32_t *rows, const int32_t *columns,
               int64_t out_height, int64_t out_width, const uint8_t *x, int64_t quads, int32_t zero,
               uint8_t *y);

  /// y = clamp(a + b) on the grid `to`; b may be null, which leaves a on another grid.
  void (*sum)(int64_t height, int64_t width, int64_t quads, const uint8_t *a, mw_byte_grid from_a,
              const uint8_t *b, mw_byte_grid from_b, mw_byte_grid to, float lowest, float highest,
              uint8_t *y);

  /// Dense floats [channels][height][width] to bytes: round(x / scale) + zero, within lowest and
  /// highest, which are steps from zero.
  void (*quantize)(int64_t height, int64_t width, int64_t channels, const float *x,
                   mw_byte_grid to, float lowest, float highest, uint8_t *y);

  /// Bytes to dense floats [channels][height][width].
  void (*dequantize)(int64_t height, int64_t width, int64_t channels, const uint8_t *x,
                     mw_byte_grid from, float *y);
} mw_byte_kernels;

/// The fastest table for bytes that this machine runs and whose instruction set is no newer than
/// that of a table of the other kernels.
const mw_byte_kernels *mw_byte_kernels_beside(const char *name);
/// All tables for bytes that this machine runs, portable first: fills up to 4, returns their number.
int32_t mw_all_byte_kernels(const mw_byte_kernels **tables);

/// Weights [filters][channels][kernel] of one source as a convolution reads them: writes its quads
/// of every group of eight filters, which begin at `first` of `quads`; the rest stays as it is.
/// `channels_all` is the number of channels of all sources, of which this one's begin at `channel`.
void mw_byte_weights(const int8_t *w, int64_t filters, int64_t channels_all, int64_t channel,
                     int64_t channels, int64_t taps, int64_t quads, int64_t first, int8_t *y);
