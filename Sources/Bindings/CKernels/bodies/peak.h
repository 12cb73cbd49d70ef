// What a core can do at most, for the roofline that layers are measured against.

#define MW_CHAINS (MW_LANES == 16 ? 24 : 12)  // sums side by side: enough to hide a multiply-add

// Does rounds · MW_CHAINS · MW_LANES fused multiply-adds; returns their number, and in *y a value
// that depends on all of them.
static int64_t MW_NAME(multiply_add)(int64_t rounds, float *y) {
  mw_lanes sums[MW_CHAINS], factor = (mw_lanes)(*y), total = (mw_lanes)(0.0f);
  MW_UNROLL for (int i = 0; i < MW_CHAINS; i++) sums[i] = (mw_lanes)((float)i);
  for (int64_t round = 0; round < rounds; round++)
    MW_UNROLL for (int i = 0; i < MW_CHAINS; i++) sums[i] =
        __builtin_elementwise_fma(sums[i], factor, factor);
  MW_UNROLL for (int i = 0; i < MW_CHAINS; i++) total = total + sums[i];
  for (int i = 0; i < MW_LANES; i++) *y += total[i];
  return rounds * MW_CHAINS * MW_LANES;
}

// Adds n values up in no order that matters to anyone; n is a multiple of 64.
static float MW_NAME(read)(const float *x, int64_t n) {
  mw_16 a = (mw_16)(0.0f), b = a, c = a, d = a;
  for (int64_t i = 0; i < n; i += 64) {
    a = a + MW_LOAD(x + i);
    b = b + MW_LOAD(x + i + 16);
    c = c + MW_LOAD(x + i + 32);
    d = d + MW_LOAD(x + i + 48);
  }
  a = (a + b) + (c + d);
  return a[0] + a[15];
}
