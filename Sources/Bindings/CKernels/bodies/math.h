// exp, log, tanh, erf and what is made of them, for one float. Polynomials and fused multiply-adds
// only, without branches on values, so that loops over them vectorise and every path gives equal
// bits. Largest error found against double precision (all within the tested ranges): see
// KernelTests.

#define MW_FMA(a, b, c) __builtin_fmaf(a, b, c)
#define MW_INLINE static inline __attribute__((always_inline, unused))

MW_INLINE float mw_from_bits(int32_t bits) {
  float value;
  __builtin_memcpy(&value, &bits, 4);
  return value;
}

MW_INLINE int32_t mw_to_bits(float value) {
  int32_t bits;
  __builtin_memcpy(&bits, &value, 4);
  return bits;
}

// exp(x) = 2^n exp(r), |r| <= ln 2 / 2; Taylor of degree 7 leaves 5e-9. The scale is applied in two
// steps so that results down to the smallest subnormal come out.
MW_INLINE float mw_exp_1(float x) {
  float clamped = x > 89.0f ? 89.0f : x;
  clamped = clamped < -104.0f ? -104.0f : clamped;
  const float magic = 12582912.0f;  // 1.5 · 2^23: adding it rounds to an integer, half to even
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
  int32_t half = whole >> 1;
  int32_t rest = whole - half;
  return p * mw_from_bits((int32_t)((uint32_t)(half + 127) << 23)) *
         mw_from_bits((int32_t)((uint32_t)(rest + 127) << 23));
}

// log(x) = e ln 2 + 2 artanh(s), s = (m − 1) / (m + 1), m in [√½, √2).
MW_INLINE float mw_log_1(float x) {
  float scaled = x < 1.17549435e-38f ? x * 16777216.0f : x;  // lifts subnormals
  float bias = x < 1.17549435e-38f ? 24.0f : 0.0f;
  int32_t bits = mw_to_bits(scaled);
  int32_t exponent = (bits - 0x3f3504f3) >> 23;
  float m = mw_from_bits((int32_t)((uint32_t)bits - ((uint32_t)exponent << 23)));
  float e = (float)exponent - bias;
  float f = m - 1.0f;
  float s = f / (f + 2.0f);
  float z = s * s;
  float p = 0.2222222222f;
  p = MW_FMA(p, z, 0.2857142857f);
  p = MW_FMA(p, z, 0.4f);
  p = MW_FMA(p, z, 0.6666666667f);
  // 2 artanh(s) = 2s + s z p, and 2s = f − s f exactly enough
  float small = MW_FMA(s * z, p, -s * f);
  small = MW_FMA(e, -2.12194440e-4f, small) + f;
  float result = MW_FMA(e, 0.693359375f, small);
  result = x == 0.0f ? -__builtin_inff() : result;
  result = x < 0.0f ? __builtin_nanf("") : result;
  return x > 3.40282346e38f || x != x ? x : result;
}

// log(1 + z) for z in [0, 1].
MW_INLINE float mw_log1p_unit(float z) {
  float s = z / (z + 2.0f);
  float q = s * s;
  float p = 0.1333333333f;
  p = MW_FMA(p, q, 0.1538461538f);
  p = MW_FMA(p, q, 0.1818181818f);
  p = MW_FMA(p, q, 0.2222222222f);
  p = MW_FMA(p, q, 0.2857142857f);
  p = MW_FMA(p, q, 0.4f);
  p = MW_FMA(p, q, 0.6666666667f);
  p = MW_FMA(p, q, 2.0f);
  return s * p;
}

MW_INLINE float mw_copysign_1(float magnitude, float sign) {
  return __builtin_copysignf(magnitude, sign);
}

// Near 0 Lambert's continued fraction, elsewhere 1 − 2 / (exp(2|x|) + 1).
MW_INLINE float mw_tanh_1(float x) {
  float a = __builtin_fabsf(x);
  float z = x * x;
  float top = MW_FMA(MW_FMA(21.0f, z, 1260.0f), z, 10395.0f);
  float bottom = MW_FMA(MW_FMA(z + 210.0f, z, 4725.0f), z, 10395.0f);
  float near = x * (top / bottom);
  float far = 1.0f - 2.0f / (mw_exp_1(2.0f * a) + 1.0f);
  return a < 0.6f ? near : mw_copysign_1(far, x);
}

// Below 1 the Maclaurin series; above, 1 − exp(−x²) t Q(t) with t = 1 / (1 + x/2). Q was fitted to
// erfc(x) exp(x²) / t at 2,000 Chebyshev nodes of [0.9, 4.3]: relative error 1.8e-9.
MW_INLINE float mw_erf_1(float x) {
  float a = __builtin_fabsf(x);
  float z = x * x;
  float p = 1.3122532963802805e-8f;
  p = MW_FMA(p, z, -1.4503852223150469e-7f);
  p = MW_FMA(p, z, 1.4589169000933706e-6f);
  p = MW_FMA(p, z, -1.3227513227513228e-5f);
  p = MW_FMA(p, z, 1.0683760683760684e-4f);
  p = MW_FMA(p, z, -7.575757575757576e-4f);
  p = MW_FMA(p, z, 4.6296296296296294e-3f);
  p = MW_FMA(p, z, -2.380952380952381e-2f);
  p = MW_FMA(p, z, 0.1f);
  p = MW_FMA(p, z, -0.3333333333333333f);
  p = MW_FMA(p, z, 1.0f);
  float near = x * 1.1283791670955126f * p;
  float t = 1.0f / MW_FMA(0.5f, a, 1.0f);
  float q = 0.05195062980055809f;
  q = MW_FMA(q, t, -0.08857350051403046f);
  q = MW_FMA(q, t, -0.11063438653945923f);
  q = MW_FMA(q, t, 0.2094881534576416f);
  q = MW_FMA(q, t, 0.11116991937160492f);
  q = MW_FMA(q, t, 0.265194296836853f);
  q = MW_FMA(q, t, 0.2793435752391815f);
  q = MW_FMA(q, t, 0.28226718306541443f);
  float far = 1.0f - mw_exp_1(-z) * t * q;
  far = a > 4.0f ? 1.0f : far;
  float result = a < 1.0f ? near : mw_copysign_1(far, x);
  return x != x ? x : result;
}

MW_INLINE float mw_sigmoid_1(float x) { return 1.0f / (1.0f + mw_exp_1(-x)); }

MW_INLINE float mw_softplus_1(float x) {
  float positive = x > 0.0f ? x : 0.0f;
  return positive + mw_log1p_unit(mw_exp_1(-__builtin_fabsf(x)));
}

// x tanh(ln(1 + e)) = x (e² + 2e) / (e² + 2e + 2) with e = exp(x).
MW_INLINE float mw_mish_1(float x) {
  float e = mw_exp_1(x > 20.0f ? 20.0f : x);
  float top = MW_FMA(e, e, 2.0f * e);
  float result = x * (top / (top + 2.0f));
  return x > 20.0f ? x : result;
}

// a^b for any a and b, in double: log by its artanh series, exp by Taylor.
MW_INLINE float mw_power_1(float a, float b) {
  if (b == 2.0f) return a * a;
  if (b == 1.0f) return a;
  if (b == 0.0f || a == 1.0f) return 1.0f;
  if (b == 0.5f) return __builtin_sqrtf(a);
  if (b == -1.0f) return 1.0f / a;
  if (a != a || b != b) return a + b;
  int whole = b == __builtin_truncf(b);
  int odd = whole && __builtin_fabsf(b) < 16777216.0f && (((int64_t)b) & 1);
  float size = __builtin_fabsf(a);
  if (a < 0.0f && !whole) return __builtin_nanf("");
  float sign = a < 0.0f && odd ? -1.0f : 1.0f;
  if (size == 0.0f) return b > 0.0f ? sign * 0.0f : sign * __builtin_inff();
  if (size > 3.40282346e38f) return b > 0.0f ? sign * __builtin_inff() : sign * 0.0f;
  double d = size;
  int64_t bits;
  __builtin_memcpy(&bits, &d, 8);
  int64_t exponent = (bits - 0x3fe6a09e667f3bcdLL) >> 52;
  bits -= (int64_t)((uint64_t)exponent << 52);
  double m;
  __builtin_memcpy(&m, &bits, 8);
  double s = (m - 1.0) / (m + 1.0), z = s * s, term = s, logarithm = 0.0;
  for (int k = 1; k <= 21; k += 2, term *= z) logarithm += term / k;
  double product = b * (2.0 * logarithm + exponent * 0.6931471805599453);
  if (product > 89.0) return sign * __builtin_inff();
  if (product < -104.0) return sign * 0.0f;
  int64_t n = (int64_t)(product * 1.4426950408889634 + (product < 0 ? -0.5 : 0.5));
  double r = product - n * 0.6931471805599453, sum = 1.0, power = 1.0;
  for (int k = 1; k <= 14; k++) {
    power *= r / k;
    sum += power;
  }
  int64_t scale = (int64_t)((uint64_t)(n + 1023) << 52);
  double two;
  __builtin_memcpy(&two, &scale, 8);
  return sign * (float)(sum * two);
}
