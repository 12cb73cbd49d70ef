// Factors as products of matrices take them, the space that products need, and whether weights are
// numbers. Nothing is summed.
#include "mapwright_kernels.h"

#define GROUP 8   // rows of a left factor that lie together
#define TILE 48   // columns of a right factor that lie together
#define CHUNK 256  // values looked at before it is asked whether any of them was bad

static int is_bad(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, 4);
  return (bits & 0x7f800000u) == 0x7f800000u;
}

int64_t mw_first_not_finite(const float *x, int64_t n) {
  for (int64_t first = 0; first < n; first += CHUNK) {
    const int64_t end = n - first < CHUNK ? n : first + CHUNK;
    int bad = 0;
    for (int64_t i = first; i < end; i++) bad |= is_bad(x[i]);
    if (!bad) continue;
    for (int64_t i = first; i < end; i++)
      if (is_bad(x[i])) return i;
  }
  return -1;
}

void mw_pack_rows(const mw_matrix *a, int64_t rows, int64_t depth, float factor, float *y) {
  for (int64_t first = 0; first < rows; first += GROUP) {
    const int64_t count = rows - first < GROUP ? rows - first : GROUP;
    const float *from = a->at + first * a->row;
    for (int64_t k = 0; k < depth; k++, y += GROUP) {
      for (int64_t r = 0; r < count; r++) y[r] = factor * from[r * a->row + k * a->column];
      for (int64_t r = count; r < GROUP; r++) y[r] = 0.0f;
    }
  }
}

// About 400 KB: a share of the second-level cache, and long enough runs of each row.
int64_t mw_panel_tiles(int64_t depth) {
  const int64_t tiles = 100000 / ((depth > 0 ? depth : 1) * TILE);
  return tiles < 1 ? 1 : tiles > 8 ? 8 : tiles;
}

int64_t mw_product_floats(int64_t depth, int64_t columns) {
  const int64_t tiles = (columns + TILE - 1) / TILE, most = mw_panel_tiles(depth);
  return (tiles < most ? tiles : most) * TILE * depth;
}

int64_t mw_attention_floats(int64_t keys, int64_t depth, int64_t value_depth) {
  const int64_t padded_keys = (keys + GROUP - 1) / GROUP * GROUP;
  const int64_t padded_values = (value_depth + GROUP - 1) / GROUP * GROUP;
  return padded_keys * depth + padded_values * keys +
         TILE * (depth + padded_keys + padded_values);
}
