// Convolutions of any window as products: some positions are taken together, their taps laid out as
// the columns of a matrix [channels, kh, kw][positions], and multiplied by the weights.

#define MW_POSITIONS 48  // neighbours whose sums fit into the registers
#define MW_DEPTH 128     // rows of columns that stay in the nearest cache
#define MW_CHANNELS_AHEAD 4  // that are asked for while one is laid out
#define MW_SEEN 576          // values of a row that are set out at an edge of the plane, at most

// Output columns [*from, *to) within [lowest, highest) whose tap kx falls on the plane.
MW_INLINE void MW_NAME(tap_columns)(const mw_window *w, int64_t kx, int64_t lowest, int64_t highest,
                                    int64_t *from, int64_t *to) {
  const int64_t offset = kx * w->dilation_x - w->pad_left;  // input column = ox stride_x + offset
  const int64_t first = offset >= 0 ? 0 : (-offset + w->stride_x - 1) / w->stride_x;
  const int64_t last = w->width - 1 - offset;
  const int64_t end = last < 0 ? 0 : last / w->stride_x + 1;
  *from = first < lowest ? lowest : first > highest ? highest : first;
  *to = end > highest ? highest : end;
  if (*to < *from) *to = *from;
}

// Lays out `count` values, every one or every second; of two that are loaded together both are read.
MW_INLINE void MW_NAME(pick)(int64_t stride, int64_t count, const float *in, float *columns) {
  for (int64_t i = 0; i < count; i += 16)
    if (stride == 1)
      MW_STORE(columns + i, MW_LOAD(in + i));
    else
      MW_STORE(columns + i, MW_EVEN(MW_LOAD(in + 2 * i), MW_LOAD(in + 2 * i + 16)));
}

// The values that a tap sees along a run; `row` is the input's row, null beyond the plane.
MW_INLINE void MW_NAME(tap_row)(const mw_window *w, const MW_NAME(run) * run, int64_t kx,
                                const float *row, float *columns) {
  const int64_t offset = kx * w->dilation_x - w->pad_left, end = run->column + run->count;
  int64_t from, to;
  MW_NAME(tap_columns)(w, kx, run->column, end, &from, &to);
  if (!row) from = to = end;
  float *out = columns - run->column;
  for (int64_t x = run->column; x < from; x++) out[x] = 0.0f;
  for (int64_t x = from; x < to; x++) out[x] = row[x * w->stride_x + offset];
  for (int64_t x = to; x < end; x++) out[x] = 0.0f;
}

// The values that the taps of a window's row see along a run, all of them on the plane; every second
// one where the window steps by two. `in` is what the first tap sees first.
MW_INLINE void MW_NAME(inner_row)(const mw_window *w, int64_t count, const float *in,
                                  float *columns, int64_t lanes) {
  const int64_t width = w->kernel_width, apart = w->dilation_x;
  // What lies between the values of a tap is what the next one sees.
  const int64_t pairs = w->stride_x == 2 && apart == 1 ? width / 2 : 0;
  for (int64_t pair = 0; pair < pairs; pair++, in += 2, columns += 2 * lanes)
    for (int64_t i = 0; i < count; i += 16) {
      const mw_16 a = MW_LOAD(in + 2 * i), b = MW_LOAD(in + 2 * i + 16);
      MW_STORE(columns + i, MW_EVEN(a, b));
      MW_STORE(columns + lanes + i, MW_ODD(a, b));
    }
  for (int64_t kx = 2 * pairs; kx < width; kx++, in += apart, columns += lanes)
    MW_NAME(pick)(w->stride_x, count, in, columns);
}

// Values [start, start + n) of a row of the plane, with zeros for those beyond it.
MW_INLINE void MW_NAME(edge_row)(const float *row, int64_t width, int64_t start, int64_t n,
                                 float *seen) {
  const int64_t before = start >= 0 ? 0 : -start < n ? -start : n;
  const int64_t left = width - start;
  const int64_t end = left < before ? before : left < n ? left : n;
  for (int64_t i = 0; i < before; i++) seen[i] = 0.0f;
  __builtin_memcpy(seen + before, row + start + before, (size_t)(end - before) * 4);
  for (int64_t i = end; i < n; i++) seen[i] = 0.0f;
}

// Lays the taps of a source's channels [from, to) out for a run of positions.
static void MW_NAME(source_columns)(const mw_window *w, const mw_planes *x, int64_t from, int64_t to,
                                    const MW_NAME(run) * run, float *columns, int64_t lanes) {
  const int64_t taps = w->kernel_height * w->kernel_width;
  const int64_t start = run->column * w->stride_x - w->pad_left;
  // Of two neighbours that are loaded together the second is read too.
  const int64_t seen = (w->kernel_width - 1) * w->dilation_x + run->count * w->stride_x;
  const int is_whole = run->count % 16 == 0 && w->stride_x <= 2 && seen <= MW_SEEN;
  const int is_inner = start >= 0 && start + seen <= w->width;
  for (int64_t ky = 0; ky < w->kernel_height; ky++) {
    const int64_t y = run->row * w->stride_y + ky * w->dilation_y - w->pad_top;
    const float *row = y >= 0 && y < w->height ? MW_NAME(row)(x, from, y) : 0;
    for (int64_t k = 0; k < to - from; k++) {
      if (row && k + MW_CHANNELS_AHEAD < to - from)
        MW_NAME(fetch)(row + (k + MW_CHANNELS_AHEAD) * x->stride + run->column * w->stride_x,
                       run->count * w->stride_x);
      float *out = columns + (k * taps + ky * w->kernel_width) * lanes + run->lane;
      const float *in = row ? row + k * x->stride : 0;
      if (row && is_whole) {
        float edge[MW_SEEN];
        if (!is_inner) MW_NAME(edge_row)(in, w->width, start, seen, edge);
        MW_NAME(inner_row)(w, run->count, is_inner ? in + start : edge, out, lanes);
        continue;
      }
      for (int64_t kx = 0; kx < w->kernel_width; kx++, out += lanes)
        MW_NAME(tap_row)(w, run, kx, in, out);
    }
  }
}

// Lays the taps of a group's channels out for a block of positions.
static void MW_NAME(columns)(const mw_convolution *c, const mw_operands *o, int64_t group,
                             const MW_NAME(run) * runs, int number, float *columns) {
  const int64_t taps = c->window.kernel_height * c->window.kernel_width;
  const int64_t lowest = group * c->channels, highest = lowest + c->channels;
  for (int64_t s = 0, first = 0; s < o->sources; first += o->x[s++].channels) {
    const int64_t end = first + o->x[s].channels;
    const int64_t from = first < lowest ? lowest : first, to = end < highest ? end : highest;
    for (int r = 0; r < number && from < to; r++)
      MW_NAME(source_columns)(&c->window, &o->x[s], from - first, to - first, &runs[r],
                              columns + (from - lowest) * taps * c->lanes, c->lanes);
  }
}

#include "direct.h"

// Whether every position sees the pixel at its own place in one source, so that its planes are the
// columns.
MW_INLINE int MW_NAME(is_pointwise)(const mw_convolution *c, const mw_operands *o) {
  const mw_window *w = &c->window;
  return o->sources == 1 && w->kernel_height == 1 && w->kernel_width == 1 && w->stride_y == 1 &&
         w->stride_x == 1 && w->pad_top == 0 && w->pad_left == 0;
}

// A group of a convolution for a block of positions.
static void MW_NAME(convolve_block)(const mw_convolution *c, const mw_operands *o, int64_t group,
                                    const MW_NAME(run) * runs, int number, int64_t count) {
  const int64_t depth = c->channels * c->window.kernel_height * c->window.kernel_width;
  const int64_t groups = (c->filters + MW_GROUP - 1) / MW_GROUP;
  const MW_NAME(ending) ending = MW_NAME(ending_of)(c->f, c->alpha, c->beta);
  const int64_t first = group * c->filters;
  // A block within one row goes from the registers into the picture.
  const int is_line = number == 1 && count % 16 == 0;
  const int goes_straight = is_line && !ending.maps;
  MW_NAME(finish_line) line = {.ending = ending, .filters = c->filters};
  if (goes_straight) {
    line.bias = o->bias ? o->bias + first : 0;
    line.y = MW_NAME(row)(o->y, first, runs->row) + runs->column;
    line.stride = o->y->stride;
    if (o->residual) {
      line.residual = MW_NAME(row)(o->residual, first, runs->row) + runs->column;
      line.residual_stride = o->residual->stride;
    }
    if (MW_NAME(is_direct)(c, o)) {
      MW_NAME(direct_run)(c, o, runs, &line);
      return;
    }
  }
  const float *weights = o->weights + group * groups * MW_GROUP * depth, *factors = o->scratch;
  float *sums = o->scratch + depth * c->lanes;
  int64_t stride = c->lanes;
  if (is_line && MW_NAME(is_pointwise)(c, o)) {
    factors = MW_NAME(row)(o->x, group * c->channels, runs->row) + runs->column;
    stride = o->x->stride;
  } else {
    MW_NAME(columns)(c, o, group, runs, number, o->scratch);
  }
  for (int64_t from = 0; from < depth; from += MW_DEPTH) {
    const int64_t part = depth - from < MW_DEPTH ? depth - from : MW_DEPTH;
    MW_NAME(product)(weights, groups, depth, from, part, factors + from * stride, stride,
                     (count + 15) / 16 * 16, sums, c->lanes,
                     goes_straight && from + part == depth ? &line : 0);
  }
  if (goes_straight) return;
  for (int r = 0; r < number; r++) {
    const float *residual =
        o->residual ? MW_NAME(row)(o->residual, first, runs[r].row) + runs[r].column : 0;
    float *y = MW_NAME(row)(o->y, first, runs[r].row) + runs[r].column;
    for (int64_t k = 0; k < c->filters; k++)
      MW_NAME(end_row)(c, &ending, sums + k * c->lanes + runs[r].lane,
                       o->bias ? o->bias[first + k] : 0.0f,
                       residual ? residual + k * o->residual->stride : 0, y + k * o->y->stride,
                       runs[r].count);
  }
}

// Rows that follow each other without a gap in every picture are one long row.
MW_INLINE int MW_NAME(is_gapless)(const mw_planes *p, const mw_band *band) {
  return p->pitch == band->x1 - band->x0 && p->rows >= band->y1;
}

// How many of `rest` positions go into a block of at most `lanes`: the last two blocks share what is
// left, for a block of few sums does not keep the units busy.
MW_INLINE int64_t MW_NAME(share)(int64_t rest, int64_t lanes) {
  if (rest <= lanes) return rest;
  const int64_t half = (rest / 2 + 15) / 16 * 16;
  return half < lanes ? half : lanes;
}

static void MW_NAME(convolve_rows)(const mw_convolution *c, const mw_operands *o,
                                   const mw_band *band) {
  const int64_t width = band->x1 - band->x0, places = width * (band->y1 - band->y0);
  const int64_t groups = o->y->channels / c->filters;
  // Down the columns: the rows that two blocks both see are still near.
  if (MW_NAME(is_direct)(c, o)) {
    for (int64_t lane = 0, count; lane < width; lane += count) {
      count = MW_NAME(share)(width - lane, c->lanes);
      for (int64_t y = band->y0; y < band->y1; y++) {
        const MW_NAME(run) run = {y, band->x0 + lane, count, 0};
        MW_NAME(convolve_block)(c, o, 0, &run, 1, count);
      }
    }
    return;
  }
  for (int64_t first = 0; first < places;) {
    // A block ends with its row where rows are long, so that it is one run.
    const int64_t rest = width >= c->lanes ? width - first % width : places - first;
    const int64_t count = MW_NAME(share)(rest, c->lanes);
    MW_NAME(run) runs[MW_TILES];
    const int number = MW_NAME(runs)(first, count, width, band->y0, band->x0, runs);
    for (int64_t group = 0; group < groups; group++)
      MW_NAME(convolve_block)(c, o, group, runs, number, count);
    first += count;
  }
}

static void MW_NAME(convolve)(const mw_convolution *c, const mw_operands *o, const mw_band *band) {
  const int64_t width = band->x1 - band->x0;
  if (MW_NAME(is_pointwise)(c, o) && width * (band->y1 - band->y0) % 16 == 0 &&
      MW_NAME(is_gapless)(o->x, band) && MW_NAME(is_gapless)(o->y, band) &&
      (!o->residual || MW_NAME(is_gapless)(o->residual, band))) {
    const mw_band line = {0, 1, band->y0 * width, band->y1 * width};
    MW_NAME(convolve_rows)(c, o, &line);
  } else {
    MW_NAME(convolve_rows)(c, o, band);
  }
}
