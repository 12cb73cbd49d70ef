// Convolutions of few products, as the first and the last layer of a network have them: of a few
// channels, or of a few filters. Laying out columns would cost as much as multiplying them. The
// picture's rows are read where they stand, tap by tap; only at its edges they are set out with what
// lies beyond. Sums take their products in a product's order.

#define MW_FEW_CHANNELS 4
#define MW_FEW_FILTERS 2
#define MW_FEW_VECTORS (MW_ROWS * 3 / 4)   // whose sums, of two filters, fill half the registers
#define MW_GAP 16                          // floats after a row that is set out

// The rows that the taps of a run see, in order, [channels, kh]: each from its first tap's place on.
static void MW_NAME(seen_rows)(const mw_convolution *c, const mw_operands *o,
                               const MW_NAME(run) * run, const float **rows, float *space) {
  const mw_window *w = &c->window;
  const int64_t start = run->column - w->pad_left;
  const int64_t seen = run->count + (w->kernel_width - 1) * w->dilation_x;
  const int is_inner = start >= 0 && start + seen <= w->width;
  for (int64_t s = 0; s < o->sources; rows += o->x[s++].channels * w->kernel_height)
    for (int64_t ky = 0; ky < w->kernel_height; ky++) {
      const int64_t y = run->row + ky * w->dilation_y - w->pad_top;
      const float *row = y >= 0 && y < w->height ? MW_NAME(row)(&o->x[s], 0, y) : 0;
      for (int64_t k = 0; k < o->x[s].channels; k++) {
        const float **seen_row = &rows[k * w->kernel_height + ky];
        if (row && is_inner) {
          *seen_row = row + k * o->x[s].stride + start;
          continue;
        }
        if (row)
          MW_NAME(edge_row)(row + k * o->x[s].stride, w->width, start, seen, space);
        else
          __builtin_memset(space, 0, (size_t)seen * 4);
        *seen_row = space;
        space += seen + MW_GAP;
      }
    }
}

// `filters` filters from `first` on, for `vectors` registers of pixels from `column` of the run on.
MW_INLINE void MW_NAME(direct_tile)(const int filters, const int vectors, const mw_convolution *c,
                                    const float *weights, const float *const *rows, int64_t number,
                                    int64_t first, int64_t column,
                                    const MW_NAME(finish_line) * line) {
  const mw_window *w = &c->window;
  weights += first / MW_GROUP * number * w->kernel_width * MW_GROUP + first % MW_GROUP;
  mw_lanes sums[MW_ROWS * (vectors > 3 ? MW_FEW_VECTORS : 3)];
  MW_UNROLL for (int i = 0; i < filters * vectors; i++) sums[i] = (mw_lanes)(0.0f);
  for (int64_t i = 0; i < number; i++) {
    const float *x = rows[i] + column;
    for (int64_t kx = 0; kx < w->kernel_width; kx++, x += w->dilation_x, weights += MW_GROUP) {
      mw_lanes factors[MW_ROWS];
      MW_UNROLL for (int v = 0; v < vectors; v++) factors[v] = MW_AT(x + v * MW_LANES);
      MW_UNROLL for (int r = 0; r < filters; r++) {
        const mw_lanes weight = (mw_lanes)(weights[r]);
        MW_UNROLL for (int v = 0; v < vectors; v++) sums[r * vectors + v] =
            __builtin_elementwise_fma(weight, factors[v], sums[r * vectors + v]);
      }
    }
  }
  MW_NAME(cross)(line, vectors, sums, first, column);
}

// `filters` filters from `first` on for a run of whole registers.
MW_INLINE void MW_NAME(direct_row)(const int filters, const int widest, const mw_convolution *c,
                                   const float *weights, const float *const *rows, int64_t number,
                                   int64_t first, int64_t count,
                                   const MW_NAME(finish_line) * line) {
  for (int64_t column = 0; column < count;) {
    const int64_t left = (count - column) / MW_LANES;
#define MW_TAKE_TILE(n)                                                                      \
  if (widest >= n && left >= n) {                                                            \
    MW_NAME(direct_tile)(filters, n, c, weights, rows, number, first, column, line);         \
    column += n * MW_LANES;                                                                  \
    continue;                                                                                \
  }
    MW_TAKE_TILE(6)
    MW_TAKE_TILE(4)
    MW_TAKE_TILE(3)
    MW_TAKE_TILE(2)
    MW_TAKE_TILE(1)
#undef MW_TAKE_TILE
  }
}

// All of a convolution for a run of whole registers.
static void MW_NAME(direct_run)(const mw_convolution *c, const mw_operands *o,
                                const MW_NAME(run) * run, const MW_NAME(finish_line) * line) {
  const int64_t number = c->channels * c->window.kernel_height, count = run->count;
  const float **rows = (const float **)o->scratch;
  MW_NAME(seen_rows)(c, o, run, rows, o->scratch + number * (int64_t)(sizeof *rows / 4));
  if (c->filters == 1)
    MW_NAME(direct_row)(1, MW_FEW_VECTORS, c, o->weights, rows, number, 0, count, line);
  else if (c->filters == 2)
    MW_NAME(direct_row)(2, MW_FEW_VECTORS, c, o->weights, rows, number, 0, count, line);
  else
    for (int64_t first = 0; first < c->filters; first += MW_ROWS)
      MW_NAME(direct_row)(MW_ROWS, 3, c, o->weights, rows, number, first, count, line);
}

// Whether a convolution goes this way: what is set out must fit into the space of columns.
MW_INLINE int MW_NAME(is_direct)(const mw_convolution *c, const mw_operands *o) {
  const mw_window *w = &c->window;
  const int64_t seen = c->lanes + (w->kernel_width - 1) * w->dilation_x;
  return (c->filters <= MW_FEW_FILTERS || c->channels <= MW_FEW_CHANNELS) &&
         o->y->channels == c->filters && w->stride_x == 1 && w->stride_y == 1 &&
         seen + MW_GAP + (int64_t)sizeof(float *) / 4 <= c->lanes * w->kernel_width;
}
