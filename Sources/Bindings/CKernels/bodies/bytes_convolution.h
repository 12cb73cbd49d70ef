// The convolution: sums of MW_ROWS filters by MW_VECTORS registers of output pixels stay in
// registers while all taps pass; a tap of the window is a load at another place. Weights are read
// once per tap and filter and spread over the lanes.

#define MW_FILTERS 8  // that lie together in the weights
#define MW_BYTES_AHEAD 1024  // of the weights that are asked for ahead of their use

// Where one filter group's sums of a row come from.
typedef struct {
  const mw_byte_convolution *c;
  const mw_byte_source *sources;
  int64_t y;              // the output row
  int64_t pitch, plane;   // of the sources, in bytes
} MW_BYTE(place);

// sums[r, v] = start[r] + Σ x w for `rows` filters and `vectors` registers of pixels from x0 on:
// side by side in a row or, in a tall tile, below each other. `width` is the kernel's.
MW_INLINE void MW_BYTE(sums)(const int rows, const int vectors, const int tall, const int step,
                             const int64_t width, const MW_BYTE(place) * at, const int8_t *w,
                             const int32_t *start, int64_t x0, mw_words *sums) {
  const mw_window *window = &at->c->window;
  const int64_t height = window->kernel_height;
  const int64_t shift = 4 * (x0 * step - window->pad_left), apart = 4 * window->dilation_x;
  MW_UNROLL for (int r = 0; r < rows; r++)
      MW_UNROLL for (int v = 0; v < vectors; v++) sums[r * vectors + v] = (mw_words)(start[r]);
  for (int64_t s = 0; s < at->c->sources; s++) {
    const uint8_t *plane = at->sources[s].planes + 4 * MW_BYTE_MARGIN;
    for (int64_t q = 0; q < at->sources[s].quads; q++, plane += at->plane)
      for (int64_t ky = 0; ky < height; ky++) {
        const uint8_t *x[MW_VECTORS];
        MW_UNROLL for (int v = 0; v < vectors; v++) {
          const int64_t row = (at->y + (tall ? v : 0)) * window->stride_y +
                              ky * window->dilation_y - window->pad_top;
          x[v] = row < 0 || row >= window->height ? at->c->padding : plane + row * at->pitch;
          x[v] += shift + (tall ? 0 : 4 * v * MW_LANES * step);
          // The next quad lies in another plane, where no processor looks by itself.
          for (int i = 0; i < step; i++) __builtin_prefetch(x[v] + at->plane + 64 * i);
        }
        __builtin_prefetch(w + MW_BYTES_AHEAD);
        __builtin_prefetch(w + MW_BYTES_AHEAD + 64);
        for (int64_t kx = 0, tap = 0; kx < width; kx++, tap += apart, w += 4 * MW_FILTERS) {
          mw_words pixels[MW_VECTORS];
          MW_UNROLL for (int v = 0; v < vectors; v++) pixels[v] =
              (mw_words)MW_BYTE(load)((tall ? x[v] : x[0] + 4 * v * MW_LANES * step) + tap, step);
          MW_UNROLL for (int r = 0; r < rows; r++) {
            int32_t four;
            __builtin_memcpy(&four, w + 4 * r, 4);
            const mw_words weight = (mw_words)(four);
            MW_UNROLL for (int v = 0; v < vectors; v++) sums[r * vectors + v] =
                MW_DOT(sums[r * vectors + v], pixels[v], weight);
          }
        }
      }
  }
}

// sum scale + bias + residual of one filter, before limits.
MW_INLINE mw_reals MW_BYTE(real)(const mw_byte_convolution *c, mw_words sum, int64_t filter,
                                 mw_pixels residual, const int channel) {
  const mw_reals v =
      __builtin_elementwise_fma(__builtin_convertvector(sum, mw_reals),
                                (mw_reals)(c->scale[filter]), (mw_reals)(c->bias[filter]));
  if (!c->residual) return v;
  const mw_reals other = MW_BYTE(channel)(residual, channel) - (float)c->residual_zero;
  return __builtin_elementwise_fma(other, (mw_reals)(c->residual_scale), v);
}

// Where a row of results goes, at the first of the tile's filters.
typedef struct {
  uint8_t *bytes;           // pixel 0 of the row, or null where reals are wanted
  const uint8_t *residual;  // the same place of the residual, or null
  float *reals;
  int64_t plane;            // to the next quad in bytes, or to the next filter in floats
  int64_t below;            // to the next row, in bytes or floats
} MW_BYTE(row);

// Finishes `rows` filters from `filter` on, a multiple of four, and writes them as bytes.
MW_INLINE void MW_BYTE(write_bytes)(const int rows, const int vectors, const int tall,
                                    const mw_byte_convolution *c, const mw_words *sums,
                                    int64_t filter, int64_t x0, MW_BYTE(row) out) {
  const int32_t first = c->zero + (int32_t)c->lowest, last = c->zero + (int32_t)c->highest;
  MW_UNROLL for (int r = 0; r < rows; r += 4) {
    if (filter + r >= c->filters) break;
    MW_UNROLL for (int v = 0; v < vectors; v++) {
      const int64_t offset =
          r / 4 * out.plane + 4 * x0 + v * (tall ? out.below : 4 * MW_LANES);
      const mw_pixels residual =
          out.residual ? MW_BYTE(load)(out.residual + offset, 1) : (mw_pixels)(0);
      mw_reals steps[4];
      MW_UNROLL for (int i = 0; i < 4; i++) steps[i] = MW_BYTE(real)(
          c, sums[(r + i) * vectors + v], filter + r + i, residual, i);
      MW_BYTE(store)(out.bytes + offset, MW_BYTE(saturate)(steps, c->zero, first, last));
    }
  }
}

// The same as floats, cut off at the row's end.
MW_INLINE void MW_BYTE(write_reals)(const int rows, const int vectors, const int tall,
                                    const mw_byte_convolution *c, const mw_words *sums,
                                    int64_t filter, int64_t x0, MW_BYTE(row) out) {
  MW_UNROLL for (int r = 0; r < rows; r++) {
    if (filter + r >= c->filters) break;
    MW_UNROLL for (int v = 0; v < vectors; v++) {
      const int64_t x = x0 + (tall ? 0 : v * MW_LANES), left = c->window.out_width - x;
      if (left <= 0) break;
      const int64_t below = tall ? v : 0;
      const mw_pixels residual =
          out.residual ? MW_BYTE(load)(out.residual + r / 4 * c->residual_plane +
                                           below * mw_byte_pitch(c->window.out_width) + 4 * x, 1)
                       : (mw_pixels)(0);
      const mw_reals real = MW_BYTE(clamp)(
          MW_BYTE(real)(c, sums[r * vectors + v], filter + r, residual, r % 4), c->lowest,
          c->highest);
      float *y = out.reals + r * out.plane + below * out.below + x;
      if (left >= MW_LANES)
        *(mw_reals_unaligned *)y = real;
      else
        for (int i = 0; i < left; i++) y[i] = real[i];
    }
  }
}

// A tile of `rows` filters from `filter` on, a row's or a tall one.
typedef void MW_BYTE(tile)(const MW_BYTE(place) * at, const int8_t *w, int64_t filter, int64_t x0,
                           MW_BYTE(row) out);

// Each kind of tile is a function of its own, so that its sums have the registers to themselves.
#define MW_TILE(kind, rows, vectors, tall, step, width)                                        \
  static __attribute__((noinline)) void MW_BYTE(kind)(const MW_BYTE(place) * at,               \
                                                      const int8_t *w, int64_t filter,         \
                                                      int64_t x0, MW_BYTE(row) out) {          \
    mw_words sums[(rows) * (vectors)];                                                         \
    MW_BYTE(sums)(rows, vectors, tall, step, width, at, w, at->c->start + filter, x0, sums);   \
    if (out.bytes)                                                                             \
      MW_BYTE(write_bytes)(rows, vectors, tall, at->c, sums, filter, x0, out);                 \
    else                                                                                       \
      MW_BYTE(write_reals)(rows, vectors, tall, at->c, sums, filter, x0, out);                 \
  }

// All kinds for a window: of one, two and three registers, of few filters, and tall. A kernel's width
// that is a constant unrolls; in tall tiles addresses would then take the registers of sums.
#define MW_TWO (MW_VECTORS < 2 ? MW_VECTORS : 2)
#define MW_TILES(name, step, width)                                                            \
  MW_TILE(name##_one, MW_ROWS, 1, 0, step, width)                                              \
  MW_TILE(name##_two, MW_ROWS, MW_TWO, 0, step, width)                                         \
  MW_TILE(name##_three, MW_ROWS, MW_VECTORS, 0, step, width)                                   \
  MW_TILE(name##_few, 4, MW_VECTORS, 0, step, width)                                           \
  MW_TILE(name##_tall, MW_ROWS, MW_VECTORS, 1, step, at->c->window.kernel_width)               \
  static MW_BYTE(tile) *const MW_BYTE(name)[5] = {MW_BYTE(name##_one), MW_BYTE(name##_two),    \
                                                  MW_BYTE(name##_three), MW_BYTE(name##_few),  \
                                                  MW_BYTE(name##_tall)};
MW_TILES(of_three, 1, 3)
MW_TILES(of_any, 1, at->c->window.kernel_width)
MW_TILES(stepping, 2, at->c->window.kernel_width)
#undef MW_TILES
#undef MW_TILE

// `rows` rows of one group of eight filters, by tiles `rows` high and a register wide, or a single
// row by wide tiles.
static void MW_BYTE(filters)(MW_BYTE(tile) *const *tiles, int tall, const MW_BYTE(place) * at,
                             const int8_t *w, int64_t group, MW_BYTE(row) out) {
  const mw_byte_convolution *c = at->c;
  for (int part = 0; part < MW_FILTERS; part += MW_ROWS) {
    const int64_t filter = group * MW_FILTERS + part;
    if (filter >= c->filters) return;
    MW_BYTE(row) row = out;
    if (row.bytes)
      row.bytes += part / 4 * row.plane;
    else
      row.reals += part * row.plane;
    if (row.residual) row.residual += part / 4 * c->residual_plane;
    int64_t vectors = (c->window.out_width + MW_LANES - 1) / MW_LANES;
    for (int64_t x = 0, taken; vectors > 0; vectors -= taken, x += taken * MW_LANES) {
      // Four are two and two: a single register has too few sums to keep the units busy.
      taken = tall                                           ? 1
              : vectors == MW_VECTORS + 1 && MW_VECTORS >= 3 ? MW_VECTORS - 1
              : vectors < MW_VECTORS                         ? vectors
                                                             : MW_VECTORS;
      const int kind = tall                                                  ? 4
                       : taken < MW_VECTORS                                  ? (int)taken - 1
                       : c->filters - filter <= 4                            ? 3
                                                                             : 2;
      tiles[kind](at, w + 4 * part, filter, x, row);
    }
  }
}

// Rows [y0, y1): group by group, so that a group's weights stay near while the rows pass.
static void MW_BYTE(groups)(const mw_byte_convolution *c, const mw_byte_source *sources,
                            int64_t y0, int64_t y1, uint8_t *bytes, float *reals) {
  const mw_window *window = &c->window;
  MW_BYTE(tile) *const *tiles = window->stride_x == 2       ? MW_BYTE(stepping)
                                : window->kernel_width == 3 ? MW_BYTE(of_three)
                                                            : MW_BYTE(of_any);
  int64_t quads = 0;
  for (int64_t s = 0; s < c->sources; s++) quads += sources[s].quads;
  const int64_t taps = quads * window->kernel_height * window->kernel_width;
  const int64_t pitch = mw_byte_pitch(window->out_width);
  const int64_t plane = mw_byte_plane(window->out_height, window->out_width);
  // Short rows that wide tiles do not cover evenly are taken several at once.
  const int64_t registers = (window->out_width + MW_LANES - 1) / MW_LANES;
  const int isWide = registers % MW_VECTORS == 0 || registers > 2 * MW_VECTORS - 2;
  MW_BYTE(place) at = {c, sources, 0, mw_byte_pitch(window->width),
                       mw_byte_plane(window->height, window->width)};
  for (int64_t group = 0; group * MW_FILTERS < c->filters; group++) {
    const int8_t *w = c->weights + group * taps * 4 * MW_FILTERS;
    uint8_t *target = bytes ? bytes + 2 * group * plane : 0;
    for (int64_t y = y0; y < y1;) {
      const int64_t offset = 4 * MW_BYTE_MARGIN + y * pitch;
      MW_BYTE(row) out = {
          bytes ? target + offset : 0,
          c->residual ? c->residual + 2 * group * c->residual_plane + offset : 0,
          bytes ? 0
                : reals + (group * MW_FILTERS * window->out_height + y) * window->out_width,
          bytes ? plane : window->out_height * window->out_width,
          bytes ? pitch : window->out_width};
      at.y = y;
      if (!isWide && y + MW_VECTORS <= y1) {
        MW_BYTE(filters)(tiles, 1, &at, w, group, out);
        y += MW_VECTORS;
      } else {
        MW_BYTE(filters)(tiles, 0, &at, w, group, out);
        y += 1;
      }
    }
    for (int half = 0; bytes && half < 2 && group * MW_FILTERS + 4 * half < c->filters; half++)
      MW_BYTE(margins)(target + half * plane, window->out_width, y0, y1, c->zero);
  }
}

static void MW_BYTE(convolve)(const mw_byte_convolution *c, const mw_byte_source *sources,
                              int64_t y0, int64_t y1, uint8_t *y) {
  MW_BYTE(groups)(c, sources, y0, y1, y, 0);
}

static void MW_BYTE(convolve_real)(const mw_byte_convolution *c, const mw_byte_source *sources,
                                   int64_t y0, int64_t y1, float *y) {
  MW_BYTE(groups)(c, sources, y0, y1, 0, y);
}
