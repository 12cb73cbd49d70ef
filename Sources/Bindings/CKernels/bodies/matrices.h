// Products of matrices with what goes before and after them, and attention.
//
// The right factor is brought, 48 columns at a time, into tiles [depth][48] that lie together (a
// last tile may be 16 or 32 wide); there its columns may be normalised. The left factor lies in
// groups of 8 rows, [depth][8]. Every sum starts at zero and takes its products in order of depth,
// each by a fused multiply-add, so neither tiles nor registers change a bit.

#define MW_TILE 48

MW_INLINE mw_lanes MW_NAME(load_some)(const float *x, int64_t n) {
  if (n >= MW_LANES) return *(const mw_lanes_unaligned *)x;
  mw_lanes value = (mw_lanes)(0.0f);
  if (n > 0) __builtin_memcpy(&value, x, (size_t)n * 4);
  return value;
}

MW_INLINE void MW_NAME(store_some)(float *y, mw_lanes value, int64_t n) {
  if (n >= MW_LANES)
    *(mw_lanes_unaligned *)y = value;
  else if (n > 0)
    __builtin_memcpy(y, &value, (size_t)n * 4);
}

// Rows [row, row + rows) of a tile's columns, finished: bias, residual and clamping at zero are
// done in registers.
MW_INLINE void MW_NAME(product_rows)(const int rows, const int vectors, const mw_product *p,
                                     const float *tile, int64_t stride, int64_t row, int64_t column,
                                     int64_t count) {
  mw_lanes sums[MW_ROWS * 3];
  const float *left = p->left + row / MW_GROUP * MW_GROUP * p->depth + row % MW_GROUP;
  MW_UNROLL for (int i = 0; i < rows * vectors; i++) sums[i] = (mw_lanes)(0.0f);
  MW_NAME(multiply)(rows, vectors, left, tile, stride, p->depth, sums);
  const int clamps = p->f == mw_relu;
  MW_UNROLL for (int r = 0; r < rows; r++) {
    if (row + r < p->rows) {
      const mw_lanes shift = (mw_lanes)(p->bias ? p->bias[row + r] : 0.0f);
      MW_UNROLL for (int v = 0; v < vectors; v++) {
        const int64_t place = (row + r) * p->stride + column + v * MW_LANES;
        const int64_t n = count - v * MW_LANES;
        mw_lanes value = sums[r * vectors + v] + shift;
        if (p->residual) value = value + MW_NAME(load_some)(p->residual + place, n);
        if (clamps) value = value < (mw_lanes)(0.0f) ? (mw_lanes)(0.0f) : value;
        MW_NAME(store_some)(p->y + place, value, n);
      }
    }
  }
}

// Brings `count` columns of a matrix into a tile [depth][width]; the rest is zero.
MW_INLINE void MW_NAME(fill_tile)(const mw_matrix *x, int64_t depth, int64_t column, int64_t count,
                                  int64_t width, float *tile) {
  const float *from = x->at + column * x->column;
  if (x->column == 1) {
    for (int64_t k = 0; k < depth; k++, from += x->row, tile += width) {
      if (count == MW_TILE) {
        __builtin_memcpy(tile, from, MW_TILE * 4);
      } else {
        __builtin_memcpy(tile, from, (size_t)count * 4);
        for (int64_t i = count; i < width; i++) tile[i] = 0.0f;
      }
    }
    return;
  }
  for (int64_t i = 0; i < width; i++)
    for (int64_t k = 0; k < depth; k++)
      tile[k * width + i] = i < count ? from[i * x->column + k * x->row] : 0.0f;
}

// Columns of a tile to mean 0 and variance 1, then times gamma plus beta, both per row of the tile.
// Sums run down each column in order.
MW_INLINE void MW_NAME(normalize_tile)(float *tile, int64_t depth, int64_t width,
                                       const float *gamma, const float *beta, float epsilon) {
  const float share = 1.0f / (float)depth;
  for (int64_t i = 0; i < width; i += 16) {
    float mean[16] = {0}, scale[16] = {0};
    float *x = tile + i;
    for (int64_t k = 0; k < depth; k++)
      for (int l = 0; l < 16; l++) mean[l] += x[k * width + l];
    for (int l = 0; l < 16; l++) mean[l] *= share;
    for (int64_t k = 0; k < depth; k++)
      for (int l = 0; l < 16; l++) {
        const float d = x[k * width + l] - mean[l];
        scale[l] = MW_FMA(d, d, scale[l]);
      }
    // As a vector, since a root of one float would be a call that sets errno.
    mw_16 root;
    for (int l = 0; l < 16; l++) root[l] = MW_FMA(scale[l], share, epsilon);
    root = __builtin_elementwise_sqrt(root);
    for (int l = 0; l < 16; l++) scale[l] = 1.0f / root[l];
    for (int64_t k = 0; k < depth; k++) {
      const float g = gamma[k], b = beta ? beta[k] : 0.0f;
      for (int l = 0; l < 16; l++)
        x[k * width + l] = MW_FMA((x[k * width + l] - mean[l]) * scale[l], g, b);
    }
  }
}

// All rows of one tile.
MW_INLINE void MW_NAME(product_tile_rows)(const mw_product *p, const float *tile, int64_t width,
                                          int64_t column, int64_t count) {
  for (int64_t i = 0; i < width;) {
    const int64_t vectors = (width - i) / MW_LANES;
    for (int64_t row = 0; row < p->rows; row += MW_ROWS) {
      if (vectors >= 3)
        MW_NAME(product_rows)(MW_ROWS, 3, p, tile + i, width, row, column + i, count - i);
      else if (vectors == 2)
        MW_NAME(product_rows)(MW_ROWS, 2, p, tile + i, width, row, column + i, count - i);
      else
        MW_NAME(product_rows)(MW_ROWS, 1, p, tile + i, width, row, column + i, count - i);
    }
    i += (vectors < 3 ? vectors : 3) * MW_LANES;
  }
}

static void MW_NAME(product_of)(const mw_product *p, float *scratch) {
  const int64_t most = mw_panel_tiles(p->depth) * MW_TILE;
  for (int64_t first = 0; first < p->columns; first += most) {
    const int64_t n = p->columns - first < most ? p->columns - first : most;
    float *tile = scratch;
    for (int64_t i = 0; i < n; i += MW_TILE, tile += MW_TILE * p->depth) {
      const int64_t count = n - i < MW_TILE ? n - i : MW_TILE, width = (count + 15) / 16 * 16;
      MW_NAME(fill_tile)(&p->right, p->depth, first + i, count, width, tile);
      if (p->gamma)
        MW_NAME(normalize_tile)(tile, p->depth, width, p->gamma, p->beta, p->epsilon);
    }
    tile = scratch;
    for (int64_t i = 0; i < n; i += MW_TILE, tile += MW_TILE * p->depth) {
      const int64_t count = n - i < MW_TILE ? n - i : MW_TILE, width = (count + 15) / 16 * 16;
      MW_NAME(product_tile_rows)(p, tile, width, first + i, count);
    }
    if (p->f != mw_identity && p->f != mw_relu)
      for (int64_t r = 0; r < p->rows; r++) {
        float *row = p->y + r * p->stride + first;
        MW_NAME(unary)(p->f, row, row, n, p->alpha_f, p->beta_f);
      }
  }
}

static void MW_NAME(normalize_columns)(const mw_matrix *x, int64_t depth, int64_t columns,
                                       const float *gamma, const float *beta, float epsilon,
                                       float *y, float *scratch) {
  for (int64_t i = 0; i < columns; i += MW_TILE) {
    const int64_t count = columns - i < MW_TILE ? columns - i : MW_TILE;
    const int64_t width = (count + 15) / 16 * 16;
    MW_NAME(fill_tile)(x, depth, i, count, width, scratch);
    MW_NAME(normalize_tile)(scratch, depth, width, gamma, beta, epsilon);
    for (int64_t k = 0; k < depth; k++)
      __builtin_memcpy(y + k * columns + i, scratch + k * width, (size_t)count * 4);
  }
}

// exp(x) of x up to about 0; below −87 it stays at exp(−87), which adds nothing to a sum that holds
// a 1.
MW_INLINE float mw_exp_negative_1(float x) {
  float clamped = x < -87.0f ? -87.0f : x;
  const float magic = 12582912.0f;
  float shifted = MW_FMA(clamped, 1.44269504089f, magic);
  float n = shifted - magic;
  float r = MW_FMA(n, -0.693145751953125f, clamped);
  r = MW_FMA(n, -1.42860682030941723e-6f, r);
  float p = 1.98412698e-4f;
  p = MW_FMA(p, r, 1.38888889e-3f);
  p = MW_FMA(p, r, 8.33333333e-3f);
  p = MW_FMA(p, r, 4.16666667e-2f);
  p = MW_FMA(p, r, 1.66666667e-1f);
  p = MW_FMA(p, r, 0.5f);
  p = MW_FMA(p, r, 1.0f);
  p = MW_FMA(p, r, 1.0f);
  int32_t whole = mw_to_bits(shifted) - mw_to_bits(magic);
  return p * mw_from_bits((int32_t)((uint32_t)(whole + 127) << 23));
}

// Scores [keys][width] to exp(scale (score − largest)), and one over their sum per column. Sums
// take 8 keys at a time.
MW_INLINE void MW_NAME(softmax_tile)(float *scores, int64_t keys, int64_t width, float scale,
                                     float *inverse) {
  for (int64_t i = 0; i < width; i += 16) {
    float highest[16], sum[16];
    float *x = scores + i;
    for (int l = 0; l < 16; l++) {
      highest[l] = x[l];
      sum[l] = 0.0f;
    }
    for (int64_t j = 1; j < keys; j++)
      for (int l = 0; l < 16; l++)
        highest[l] = x[j * width + l] > highest[l] ? x[j * width + l] : highest[l];
    for (int l = 0; l < 16; l++) highest[l] *= -scale;
    for (int64_t first = 0; first < keys; first += MW_GROUP) {
      const int64_t end = keys - first < MW_GROUP ? keys : first + MW_GROUP;
      float part[16] = {0};
      for (int64_t j = first; j < end; j++)
        for (int l = 0; l < 16; l++) {
          const float e = mw_exp_negative_1(MW_FMA(x[j * width + l], scale, highest[l]));
          x[j * width + l] = e;
          part[l] += e;
        }
      for (int l = 0; l < 16; l++) sum[l] += part[l];
    }
    for (int l = 0; l < 16; l++) inverse[i + l] = 1.0f / sum[l];
  }
}

static void MW_NAME(attention)(const mw_attention *a, float *scratch) {
  const int64_t key_groups = (a->keys + MW_GROUP - 1) / MW_GROUP;
  const int64_t value_groups = (a->value_depth + MW_GROUP - 1) / MW_GROUP;
  float *keys = scratch;
  float *values = keys + key_groups * MW_GROUP * a->depth;
  float *queries = values + value_groups * MW_GROUP * a->keys;
  float *scores = queries + MW_TILE * a->depth;
  float *mixed = scores + key_groups * MW_GROUP * MW_TILE;
  mw_pack_rows(&a->k, a->keys, a->depth, 1.0f, keys);
  const mw_matrix turned = {a->v.at, a->v.column, a->v.row};
  mw_pack_rows(&turned, a->value_depth, a->keys, 1.0f, values);
  const mw_matrix columns = {a->q.at, a->q.column, a->q.row};
  for (int64_t i = 0; i < a->queries; i += MW_TILE) {
    const int64_t count = a->queries - i < MW_TILE ? a->queries - i : MW_TILE;
    const int64_t width = (count + 15) / 16 * 16;
    float inverse[MW_TILE];
    MW_NAME(fill_tile)(&columns, a->depth, i, count, width, queries);
    MW_NAME(product)(keys, key_groups, a->depth, 0, a->depth, queries, width, width, scores, width,
                     0);
    MW_NAME(softmax_tile)(scores, a->keys, width, a->scale, inverse);
    MW_NAME(product)(values, value_groups, a->keys, 0, a->keys, scores, width, width, mixed, width,
                     0);
    for (int64_t d = 0; d < a->value_depth; d++) {
      float *out = a->y + d * a->stride + i;
      const float *in = mixed + d * width;
      for (int64_t l = 0; l < count; l++) out[l] = in[l] * inverse[l];
    }
  }
}

// One channel of y: the layers, each brought to y's size, added in order.
static void MW_NAME(resized_sum)(const mw_layer *layers, int64_t count, int64_t channel,
                                 int64_t height, int64_t width, float bias, mw_unary f, float alpha,
                                 float beta, float *y, float *scratch) {
  float *wide = scratch;
  for (int64_t l = 0; l < count; l++) {
    const mw_layer *layer = &layers[l];
    if (!layer->left) continue;
    const float *x = layer->x + channel * layer->height * layer->width;
    for (int64_t i = 0; i < layer->height; i++, x += layer->width, wide += width)
      for (int64_t j = 0; j < width; j++)
        wide[j] = MW_FMA(x[layer->right[j]], layer->right_weight[j],
                         x[layer->left[j]] * layer->left_weight[j]);
  }
  for (int64_t i = 0; i < height; i++, y += width) {
    wide = scratch;
    for (int64_t j = 0; j < width; j++) y[j] = bias;
    for (int64_t l = 0; l < count; l++) {
      const mw_layer *layer = &layers[l];
      if (!layer->left) {
        const float *x = layer->x + (channel * height + i) * width;
        for (int64_t j = 0; j < width; j++) y[j] += x[j];
        continue;
      }
      const float *p = wide + layer->top[i] * width, *q = wide + layer->bottom[i] * width;
      const float u = layer->top_weight[i], v = layer->bottom_weight[i];
      for (int64_t j = 0; j < width; j++) y[j] += MW_FMA(q[j], v, p[j] * u);
      wide += layer->height * width;
    }
    if (f != mw_identity) MW_NAME(unary)(f, y, y, width, alpha, beta);
  }
}
