// Functions of one and of two values over whole tensors, and what follows a convolution.

#define MW_UNARY(expression)                                    \
  _Pragma("clang loop vectorize(assume_safety)")                \
  for (int64_t i = 0; i < n; i++) {                             \
    float v = x[i];                                             \
    y[i] = (expression);                                        \
  }                                                             \
  break

static void MW_NAME(unary)(mw_unary f, const float *x, float *y, int64_t n, float alpha,
                           float beta) {
  switch (f) {
    case mw_identity:
      if (x != y) __builtin_memmove(y, x, (size_t)n * 4);
      break;
    case mw_relu: MW_UNARY(v < 0.0f ? 0.0f : v);
    case mw_leaky_relu: MW_UNARY(v < 0.0f ? v * alpha : v);
    case mw_clip: MW_UNARY((v < alpha ? alpha : v) > beta ? beta : (v < alpha ? alpha : v));
    case mw_sigmoid: MW_UNARY(mw_sigmoid_1(v));
    case mw_hard_sigmoid:
      for (int64_t i = 0; i < n; i++) {
        float t = MW_FMA(x[i], alpha, beta);
        t = t < 0.0f ? 0.0f : t;
        y[i] = t > 1.0f ? 1.0f : t;
      }
      break;
    case mw_hard_swish:
      for (int64_t i = 0; i < n; i++) {
        float t = MW_FMA(x[i], 0.16666667f, 0.5f);
        t = t < 0.0f ? 0.0f : t;
        y[i] = x[i] * (t > 1.0f ? 1.0f : t);
      }
      break;
    case mw_elu: MW_UNARY(v < 0.0f ? alpha * (mw_exp_1(v) - 1.0f) : v);
    case mw_tanh: MW_UNARY(mw_tanh_1(v));
    case mw_softplus: MW_UNARY(mw_softplus_1(v));
    case mw_mish: MW_UNARY(mw_mish_1(v));
    case mw_gelu: MW_UNARY(0.5f * v * (1.0f + mw_erf_1(v * 0.70710678f)));
    case mw_gelu_tanh:
      MW_UNARY(0.5f * v *
               (1.0f + mw_tanh_1(0.79788456f * MW_FMA(v * v * v, 0.044715f, v))));
    case mw_erf: MW_UNARY(mw_erf_1(v));
    case mw_sqrt: MW_UNARY(__builtin_sqrtf(v));
    case mw_exp: MW_UNARY(mw_exp_1(v));
    case mw_log: MW_UNARY(mw_log_1(v));
    case mw_absolute: MW_UNARY(__builtin_fabsf(v));
    case mw_negate: MW_UNARY(-v);
    case mw_floor: MW_UNARY(__builtin_floorf(v));
    case mw_ceil: MW_UNARY(__builtin_ceilf(v));
    case mw_reciprocal: MW_UNARY(1.0f / v);
  }
}

// The innermost axis: dense against dense, dense against one value, or any strides.
#define MW_BINARY(expression)                                                   \
  if (sa == 1 && sb == 1) {                                                     \
    _Pragma("clang loop vectorize(assume_safety)")                              \
    for (int64_t i = 0; i < n; i++) {                                           \
      float p = a[i], q = b[i];                                                 \
      y[i] = (expression);                                                      \
    }                                                                           \
  } else if (sa == 1 && sb == 0) {                                              \
    const float q = b[0];                                                       \
    _Pragma("clang loop vectorize(assume_safety)")                              \
    for (int64_t i = 0; i < n; i++) {                                           \
      float p = a[i];                                                           \
      y[i] = (expression);                                                      \
    }                                                                           \
  } else {                                                                      \
    _Pragma("clang loop vectorize(assume_safety)")                              \
    for (int64_t i = 0; i < n; i++) {                                           \
      float p = a[i * sa], q = b[i * sb];                                       \
      y[i] = (expression);                                                      \
    }                                                                           \
  }                                                                             \
  break

static void MW_NAME(binary_row)(mw_binary f, const float *a, int64_t sa, const float *b, int64_t sb,
                                float *y, int64_t n) {
  switch (f) {
    case mw_add: MW_BINARY(p + q);
    case mw_subtract: MW_BINARY(p - q);
    case mw_multiply: MW_BINARY(p * q);
    case mw_divide: MW_BINARY(p / q);
    case mw_minimum: MW_BINARY(p < q || p != p ? p : q);
    case mw_maximum: MW_BINARY(p > q || p != p ? p : q);
    case mw_power: MW_BINARY(mw_power_1(p, q));
    case mw_prelu: MW_BINARY(p < 0.0f ? p * q : p);
  }
}

static void MW_NAME(binary)(mw_binary f, const mw_walk *walk, const float *a, const float *b,
                            float *y) {
  MW_WALK(walk, MW_NAME(binary_row)(f, a + oa, walk->a[last], b + ob, walk->b[last], y + oy, n));
}

static void MW_NAME(finish)(mw_unary f, float *y, const float *bias, const float *residual,
                            int64_t rows, int64_t n, int64_t stride, float alpha, float beta) {
  for (int64_t r = 0; r < rows; r++) {
    float *row = y + r * stride;
    const float shift = bias ? bias[r] : 0.0f;
    if (residual) {
      const float *other = residual + r * stride;
      for (int64_t i = 0; i < n; i++) row[i] = row[i] + shift + other[i];
    } else if (f == mw_relu) {
      for (int64_t i = 0; i < n; i++) {
        float v = row[i] + shift;
        row[i] = v < 0.0f ? 0.0f : v;
      }
      continue;
    } else if (bias) {
      for (int64_t i = 0; i < n; i++) row[i] += shift;
    }
    if (f != mw_identity) MW_NAME(unary)(f, row, row, n, alpha, beta);
  }
}

static void MW_NAME(affine)(const float *x, const float *scale, const float *shift, float *y,
                            int64_t rows, int64_t n) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < n; i++) y[r * n + i] = MW_FMA(x[r * n + i], scale[r], shift[r]);
}

static void MW_NAME(quantize)(mw_type type, const float *x, void *y, int64_t n, float scale,
                              int32_t zero) {
  const float lowest = type == mw_u8 ? 0.0f : -128.0f, highest = type == mw_u8 ? 255.0f : 127.0f;
  const float magic = 12582912.0f;
  for (int64_t i = 0; i < n; i++) {
    float v = x[i] / scale;
    v = v > 1e6f ? 1e6f : v;
    v = v < -1e6f ? -1e6f : v;
    v = (v + magic) - magic + (float)zero;
    v = v > highest ? highest : v;
    v = v >= lowest ? v : lowest;
    if (type == mw_u8)
      ((uint8_t *)y)[i] = (uint8_t)v;
    else
      ((int8_t *)y)[i] = (int8_t)v;
  }
}

static void MW_NAME(dequantize)(mw_type type, const void *x, float *y, int64_t n, float scale,
                                int32_t zero) {
  for (int64_t i = 0; i < n; i++) {
    int32_t v = type == mw_u8   ? ((const uint8_t *)x)[i]
                : type == mw_i8 ? ((const int8_t *)x)[i]
                                : ((const int32_t *)x)[i];
    y[i] = (float)((int64_t)v - zero) * scale;
  }
}
