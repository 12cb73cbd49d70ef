// Sums, extremes and softmax along an axis. Where values are summed along memory, element i goes to
// lane i mod 16 (8 for double) and the lanes are added in pairs: one order for every machine.

MW_INLINE double MW_NAME(sum_lanes)(const double *lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static double MW_NAME(sum_row)(const float *x, int64_t n) {
  double lanes[8] = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; l++) lanes[l] += (double)x[i + l];
  for (int l = 0; i < n; i++, l++) lanes[l] += (double)x[i];
  return MW_NAME(sum_lanes)(lanes);
}

static double MW_NAME(spread_row)(const float *x, int64_t n, double mean) {
  double lanes[8] = {0};
  int64_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (int l = 0; l < 8; l++) {
      double d = (double)x[i + l] - mean;
      lanes[l] += d * d;
    }
  for (int l = 0; i < n; i++, l++) {
    double d = (double)x[i] - mean;
    lanes[l] += d * d;
  }
  return MW_NAME(sum_lanes)(lanes);
}

// The loop's turns touch different values, whatever the pointers look like.
#define MW_INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")

#define MW_BLOCK 128  // positions taken together where the axis is not the innermost

static void MW_NAME(reduce)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                            double scale) {
  for (int64_t o = 0; o < outer; o++, x += length * inner, y += inner) {
    if (inner == 1) {
      y[0] = (float)(MW_NAME(sum_row)(x, length) * scale);
      continue;
    }
    for (int64_t start = 0; start < inner; start += MW_BLOCK) {
      const int64_t n = inner - start < MW_BLOCK ? inner - start : MW_BLOCK;
      double sums[MW_BLOCK] = {0};
      for (int64_t j = 0; j < length; j++)
        for (int64_t i = 0; i < n; i++) sums[i] += (double)x[j * inner + start + i];
      for (int64_t i = 0; i < n; i++) y[start + i] = (float)(sums[i] * scale);
    }
  }
}

static void MW_NAME(extreme)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                             int sign) {
  for (int64_t o = 0; o < outer; o++, x += length * inner, y += inner) {
    for (int64_t i = 0; i < inner; i++) y[i] = sign > 0 ? -__builtin_inff() : __builtin_inff();
    for (int64_t j = 0; j < length; j++)
      for (int64_t i = 0; i < inner; i++) {
        float v = x[j * inner + i];
        if (sign > 0)
          y[i] = v > y[i] ? v : y[i];
        else
          y[i] = v < y[i] ? v : y[i];
      }
  }
}

static void MW_NAME(softmax_row)(const float *x, float *y, int64_t n, int logarithm) {
  float highest = -__builtin_inff();
  for (int64_t i = 0; i < n; i++) highest = x[i] > highest ? x[i] : highest;
  float lanes[16] = {0};
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int l = 0; l < 16; l++) {
      float e = mw_exp_1(x[i + l] - highest);
      if (!logarithm) y[i + l] = e;
      lanes[l] += e;
    }
  for (int l = 0; i < n; i++, l++) {
    float e = mw_exp_1(x[i] - highest);
    if (!logarithm) y[i] = e;
    lanes[l] += e;
  }
  float sum = 0.0f;
  for (int l = 0; l < 16; l++) sum += lanes[l];
  if (logarithm) {
    const float shift = mw_log_1(sum);
    for (i = 0; i < n; i++) y[i] = (x[i] - highest) - shift;
  } else {
    for (i = 0; i < n; i++) y[i] = y[i] / sum;
  }
}

// Softmax over `length` values, `stride` apart, for n neighbouring positions; x may be y.
static void MW_NAME(softmax_block)(const float *x, int64_t stride, float *y, int64_t stride_y,
                                   int64_t length, int64_t n, int logarithm) {
  float highest[MW_BLOCK], sum[MW_BLOCK];
  for (int64_t i = 0; i < n; i++) {
    highest[i] = -__builtin_inff();
    sum[i] = 0.0f;
  }
  for (int64_t j = 0; j < length; j++)
    MW_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      const float v = x[j * stride + i];
      highest[i] = v > highest[i] ? v : highest[i];
    }
  for (int64_t j = 0; j < length; j++)
    MW_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      const float shifted = x[j * stride + i] - highest[i];
      const float e = mw_exp_1(shifted);
      y[j * stride_y + i] = logarithm ? shifted : e;
      sum[i] += e;
    }
  if (logarithm)
    for (int64_t i = 0; i < n; i++) sum[i] = mw_log_1(sum[i]);
  for (int64_t j = 0; j < length; j++)
    MW_INDEPENDENT for (int64_t i = 0; i < n; i++) {
      float *out = &y[j * stride_y + i];
      *out = logarithm ? *out - sum[i] : *out / sum[i];
    }
}

static void MW_NAME(softmax)(const float *x, float *y, int64_t outer, int64_t length, int64_t inner,
                             int logarithm) {
  for (int64_t o = 0; o < outer; o++, x += length * inner, y += length * inner) {
    if (inner == 1) {
      MW_NAME(softmax_row)(x, y, length, logarithm);
      continue;
    }
    for (int64_t start = 0; start < inner; start += MW_BLOCK)
      MW_NAME(softmax_block)(x + start, inner, y + start, inner, length,
                             inner - start < MW_BLOCK ? inner - start : MW_BLOCK, logarithm);
  }
}

static void MW_NAME(normalize)(const float *x, const float *gamma, const float *beta, float *y,
                               int64_t rows, int64_t length, float epsilon, int per_row,
                               int64_t parameters) {
  for (int64_t r = 0; r < rows; r++, x += length, y += length) {
    const double mean = MW_NAME(sum_row)(x, length) / (double)length;
    const double variance = MW_NAME(spread_row)(x, length, mean) / (double)length;
    const float scale = (float)(1.0 / __builtin_sqrt(variance + (double)epsilon));
    const float centre = (float)mean;
    if (per_row) {
      const float g = scale * gamma[r % parameters], b = beta ? beta[r % parameters] : 0.0f;
      for (int64_t i = 0; i < length; i++) y[i] = MW_FMA(x[i] - centre, g, b);
    } else if (beta) {
      for (int64_t i = 0; i < length; i++) y[i] = MW_FMA((x[i] - centre) * scale, gamma[i], beta[i]);
    } else {
      for (int64_t i = 0; i < length; i++) y[i] = (x[i] - centre) * scale * gamma[i];
    }
  }
}

static void MW_NAME(blend)(const float *x, int64_t outer, int64_t length, int64_t inner,
                           const int32_t *first, const int32_t *second, const float *w0,
                           const float *w1, int64_t out_length, float *y) {
  for (int64_t o = 0; o < outer; o++, x += length * inner, y += out_length * inner) {
    if (inner == 1) {
      for (int64_t j = 0; j < out_length; j++)
        y[j] = MW_FMA(x[second[j]], w1[j], x[first[j]] * w0[j]);
      continue;
    }
    for (int64_t j = 0; j < out_length; j++) {
      const float *p = x + first[j] * inner, *q = x + second[j] * inner;
      const float u = w0[j], v = w1[j];
      for (int64_t i = 0; i < inner; i++) y[j * inner + i] = MW_FMA(q[i], v, p[i] * u);
    }
  }
}
