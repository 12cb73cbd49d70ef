// Weights as the convolution in tiles wants them: computed once on loading, in double precision.
#include "mapwright_kernels.h"

#pragma clang fp contract(off)

// G: for a point p the row (1, p, p²) / Π (p − q) over the other points q, the points being 0,
// ±a, ±b and infinity; signs are shared out with Bᵀ and Aᵀ in bodies/winograd.h.
#define A 0.70710678118654752440
#define B 1.41421356237309504880
static const double factors[6][3] = {
    {1, 0, 0},
    {-1 / 1.5, -A / 1.5, -0.5 / 1.5},
    {-1 / 1.5, A / 1.5, -0.5 / 1.5},
    {1 / 6.0, B / 6.0, 2 / 6.0},
    {1 / 6.0, -B / 6.0, 2 / 6.0},
    {0, 0, 1},
};

// G w Gᵀ of one kernel: value (i, j) goes to y[(i · 6 + j) plane].
static void transform(const float *w, float *y, int64_t plane) {
  double half[6][3];
  for (int i = 0; i < 6; i++)
    for (int x = 0; x < 3; x++)
      half[i][x] = factors[i][0] * (double)w[x] + factors[i][1] * (double)w[3 + x] +
                   factors[i][2] * (double)w[6 + x];
  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++)
      y[(i * 6 + j) * plane] = (float)(half[i][0] * factors[j][0] + half[i][1] * factors[j][1] +
                                       half[i][2] * factors[j][2]);
}

void mw_winograd_weights(const float *w, int64_t filters, int64_t channels, float *y) {
  const int64_t plane = (filters + 7) / 8 * channels * 8;
  for (int64_t first = 0; first < filters; first += 8)
    for (int64_t c = 0; c < channels; c++)
      for (int64_t k = first; k < filters && k < first + 8; k++)
        transform(w + (k * channels + c) * 9, y + (first / 8 * channels + c) * 8 + k % 8, plane);
}
