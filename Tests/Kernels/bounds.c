// Convolutions of random shapes on every instruction set, in memory that ends where it must: built
// with AddressSanitizer and UndefinedBehaviorSanitizer, a value read or written beside it ends the
// program. That all tables give the same bits is asked on the way. `make sanitize` builds and runs it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mapwright_bytes.h"
#include "mapwright_kernels.h"

static uint64_t state;

// From lowest to highest.
static int64_t draw(int64_t lowest, int64_t highest) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return lowest + (int64_t)((state >> 33) % (uint64_t)(highest - lowest + 1));
}

// Memory on a line of the cache, which ends with the last byte asked for.
static void *take(int64_t bytes) {
  void *memory = 0;
  if (posix_memalign(&memory, 64, (size_t)(bytes > 0 ? bytes : 1))) exit(2);
  for (int64_t i = 0; i < bytes; i++) ((uint8_t *)memory)[i] = 0;
  return memory;
}

static float *numbers(int64_t count) {
  float *memory = take(4 * count);
  for (int64_t i = 0; i < count; i++) memory[i] = (float)draw(-512, 512) / 512.0f;
  return memory;
}

static int64_t groups_of_eight(int64_t count) { return (count + 7) / 8; }

static mw_window draw_window(void) {
  static const int64_t sides[] = {1, 1, 2, 3, 3, 3, 3, 5, 7};
  static const int64_t lengths[] = {16, 32, 48, 64, 80, 112};
  const int64_t side = sides[draw(0, 8)], step = draw(0, 2) == 0 ? 2 : 1;
  const int64_t dilation = side > 1 && draw(0, 5) == 0 ? 2 : 1, pad = draw(0, side / 2);
  const int64_t reach = (side - 1) * dilation + 1;
  mw_window w = {.kernel_height = side, .kernel_width = side, .stride_y = step, .stride_x = step,
                 .dilation_y = dilation, .dilation_x = dilation, .pad_top = pad, .pad_left = pad};
  for (int axis = 0; axis < 2; axis++) {
    // What comes out is often of whole registers, which have ways of their own.
    const int64_t out = draw(0, 2) ? lengths[draw(0, 5)] : draw(1, 40);
    int64_t in = (out - 1) * step + reach - 2 * pad;
    if (in < 1) in = 1;
    if (in + 2 * pad < reach) in = reach - 2 * pad;
    const int64_t given = (in + 2 * pad - reach) / step + 1;
    *(axis ? &w.width : &w.height) = in;
    *(axis ? &w.out_width : &w.out_height) = given;
  }
  return w;
}

static int is_same(const void *first, const void *other, int64_t bytes, const char *what) {
  if (!memcmp(first, other, (size_t)bytes)) return 1;
  fprintf(stderr, "%s: instruction sets differ\n", what);
  return 0;
}

// The ways of Convolution+Fast.swift, with its blocks.
typedef enum { product, tiles, depthwise } way;

static int floats(void) {
  const mw_window w = draw_window();
  const int is_tileable = w.kernel_width == 3 && w.stride_x == 1 && w.dilation_x == 1;
  const way how = draw(0, 3) == 0 ? depthwise : is_tileable && draw(0, 1) ? tiles : product;
  const int64_t channels = how == depthwise ? 1 : draw(1, 20);
  const int64_t filters = how == depthwise ? 1 : draw(1, 20);
  const int64_t planes = how == depthwise ? 5 : filters;
  const int64_t depth = channels * w.kernel_height * w.kernel_width;
  const int64_t groups = groups_of_eight(filters);
  const int64_t count = (w.out_height + 3) / 4 * ((w.out_width + 3) / 4);
  mw_convolution c = {.window = w, .channels = channels, .filters = filters,
                      .f = draw(0, 1) ? mw_relu : mw_identity};
  c.lanes = how == tiles ? (count <= 96 ? (count + 15) / 16 * 16 : 48)
                         : filters <= 2 ? 96 : 48;
  c.depth = channels;
  // A picture may be doubled while it is read where its tiles are whole.
  const int whole = w.pad_top == 1 && w.pad_left == 1 && w.out_height == w.height &&
                    w.out_width == w.width && w.height % 4 == 0 && w.width % 4 == 0;
  const int doubles = how == tiles && whole ? (int)draw(0, 2) : 0, less = doubles ? 2 : 1;
  const int64_t in = w.height / less * (w.width / less), out = w.out_height * w.out_width;
  const int64_t inputs = how == depthwise ? planes : channels;
  float *x = numbers(inputs * in), *raw = numbers((how == depthwise ? planes : filters) * depth);
  float *bias = draw(0, 1) ? numbers(planes) : 0;
  float *residual = draw(0, 2) ? 0 : numbers(planes * out);
  float *weights = raw;
  if (how == product) {
    weights = take(4 * groups * 8 * depth);
    const mw_matrix matrix = {raw, depth, 1};
    mw_pack_rows(&matrix, filters, depth, 1, weights);
  } else if (how == tiles) {
    weights = take(4 * 36 * groups * 8 * channels);
    mw_winograd_weights(raw, filters, channels, weights);
  }
  const int64_t scratch = how == tiles     ? 36 * ((channels + groups * 8) * c.lanes + 32)
                          : how == product ? c.lanes * (depth + groups * 8)
                                           : mw_window_scratch(&w, w.out_width);
  const mw_planes from = {x, inputs, in, w.width / less, w.height / less, doubles};
  const mw_planes beside = {residual, planes, out, w.out_width, w.out_height};
  const mw_band band = {0, w.out_height, 0, w.out_width};
  const mw_kernels *tables[4];
  float *first = 0;
  int same = 1;
  for (int32_t i = 0, n = mw_all_kernels(tables); i < n; i++) {
    float *y = take(4 * planes * out), *space = take(4 * scratch);
    const mw_planes to = {y, planes, out, w.out_width, w.out_height};
    const mw_operands o = {&from, 1, residual ? &beside : 0, &to, weights, bias, space};
    (how == tiles     ? tables[i]->tiles_f32
     : how == product ? tables[i]->convolve_f32
                      : tables[i]->depthwise_f32)(&c, &o, &band);
    if (first) same &= is_same(first, y, 4 * planes * out, how == tiles ? "tiles" : "product");
    free(space);
    if (first)
      free(y);
    else
      first = y;
  }
  free(first), free(x), free(bias), free(residual);
  if (weights != raw) free(weights);
  free(raw);
  return same;
}

static int bytes(void) {
  const mw_window w = draw_window();
  const int64_t channels = draw(1, 20), filters = draw(1, 20);
  const int64_t taps = w.kernel_height * w.kernel_width;
  const int64_t quads = (channels + 3) / 4, groups = groups_of_eight(filters);
  const int64_t plane = mw_byte_plane(w.height, w.width), pitch = mw_byte_pitch(w.width);
  const int64_t out = mw_byte_plane(w.out_height, w.out_width), zero = draw(0, 255);
  uint8_t *x = take(quads * plane + MW_BYTE_SLACK), *row = take(64 + pitch + MW_BYTE_SLACK);
  memset(x, (int)zero, (size_t)(quads * plane));
  for (int64_t q = 0; q < quads; q++)
    for (int64_t y = 0; y < w.height; y++)
      for (int64_t i = 0; i < 4 * w.width; i++)
        x[q * plane + 4 * MW_BYTE_MARGIN + y * pitch + i] = (uint8_t)draw(0, 255);
  memset(row, (int)zero, (size_t)(64 + pitch + MW_BYTE_SLACK));
  int8_t *raw = take(filters * channels * taps), *weights = take(groups * quads * taps * 32);
  for (int64_t i = 0; i < filters * channels * taps; i++) raw[i] = (int8_t)draw(-128, 127);
  mw_byte_weights(raw, filters, channels, 0, channels, taps, quads, 0, weights);
  int32_t *start = take(4 * groups * 8);
  float *scale = take(4 * groups * 8), *bias = take(4 * groups * 8);
  for (int64_t i = 0; i < filters; i++) scale[i] = 0.001f, bias[i] = (float)draw(-20, 20);
  const mw_byte_convolution c = {.window = w, .filters = filters, .sources = 1, .padding = row + 64,
                                 .weights = weights, .start = start, .scale = scale, .bias = bias,
                                 .lowest = -100, .highest = 155, .zero = 100};
  const mw_byte_source source = {x, quads};
  mw_window pool = w;
  pool.kernel_height = pool.kernel_width = 3;
  pool.out_height = w.height, pool.out_width = w.width;
  pool.stride_x = pool.stride_y = pool.dilation_x = pool.dilation_y = pool.pad_top = pool.pad_left = 1;
  const mw_byte_kernels *tables[4];
  uint8_t *first = 0;
  int same = 1;
  for (int32_t i = 0, n = mw_all_byte_kernels(tables); i < n; i++) {
    const int64_t size = (filters + 3) / 4 * out;
    uint8_t *y = take(size), *largest = take(quads * plane);
    float *real = take(4 * filters * w.out_height * w.out_width);
    tables[i]->convolve(&c, &source, 0, w.out_height, y);
    tables[i]->convolve_real(&c, &source, 0, w.out_height, real);
    tables[i]->pool_max(&pool, x, quads, (int32_t)zero, largest);
    if (first) same &= is_same(first, y, size, "bytes");
    free(real), free(largest);
    if (first)
      free(y);
    else
      first = y;
  }
  free(first), free(x), free(row), free(raw);
  free(weights), free(start), free(scale), free(bias);
  return same;
}

int main(int count, char **arguments) {
  const int64_t shapes = count > 1 ? atoll(arguments[1]) : 2000;
  for (int64_t seed = 1; seed <= shapes; seed++) {
    state = (uint64_t)seed;
    if (!floats() || !bytes()) {
      fprintf(stderr, "at seed %lld\n", (long long)seed);
      return 1;
    }
  }
  printf("%lld shapes, nothing read or written beside its memory\n", (long long)shapes);
  return 0;
}
