// From floats to bytes and back, and sums of two values of bytes.

static void MW_BYTE(sum)(int64_t height, int64_t width, int64_t quads, const uint8_t *a,
                         mw_byte_grid from_a, const uint8_t *b, mw_byte_grid from_b,
                         mw_byte_grid to, float lowest, float highest, uint8_t *y) {
  const int64_t pitch = mw_byte_pitch(width), plane = mw_byte_plane(height, width);
  const mw_reals factor_a = (mw_reals)(from_a.scale / to.scale);
  const int32_t first = to.zero + (int32_t)lowest, last = to.zero + (int32_t)highest;
  const mw_reals factor_b = (mw_reals)(from_b.scale / to.scale);
  for (int64_t q = 0; q < quads; q++) {
    for (int64_t row = 0; row < height; row++) {
      const int64_t offset = q * plane + 4 * MW_BYTE_MARGIN + row * pitch;
      for (int64_t i = 0; i < width; i += MW_LANES) {
        const mw_pixels left = MW_BYTE(load)(a + offset + 4 * i, 1);
        const mw_pixels right = b ? MW_BYTE(load)(b + offset + 4 * i, 1) : (mw_pixels)(0);
        mw_reals steps[4];
        MW_UNROLL for (int c = 0; c < 4; c++) {
          steps[c] = (MW_BYTE(channel)(left, c) - (float)from_a.zero) * factor_a;
          if (b)
            steps[c] = __builtin_elementwise_fma(
                MW_BYTE(channel)(right, c) - (float)from_b.zero, factor_b, steps[c]);
        }
        MW_BYTE(store)(y + offset + 4 * i, MW_BYTE(saturate)(steps, to.zero, first, last));
      }
    }
    MW_BYTE(margins)(y + q * plane, width, 0, height, to.zero);
  }
}

static void MW_BYTE(quantize)(int64_t height, int64_t width, int64_t channels, const float *x,
                              mw_byte_grid to, float lowest, float highest, uint8_t *y) {
  const int64_t pitch = mw_byte_pitch(width), plane = mw_byte_plane(height, width);
  for (int64_t q = 0; 4 * q < channels; q++) {
    for (int64_t row = 0; row < height; row++) {
      uint8_t *out = y + q * plane + 4 * MW_BYTE_MARGIN + row * pitch;
      for (int64_t i = 0; i < width; i += MW_LANES) {
        mw_reals steps[4];
        MW_UNROLL for (int c = 0; c < 4; c++) {
          steps[c] = (mw_reals)(0.0f);
          if (4 * q + c >= channels) continue;
          const float *in = x + ((4 * q + c) * height + row) * width + i;
          if (i + MW_LANES <= width)
            steps[c] = *(const mw_reals_unaligned *)in;
          else
            for (int lane = 0; lane < width - i; lane++) steps[c][lane] = in[lane];
          steps[c] = steps[c] / (mw_reals)(to.scale);
        }
        MW_BYTE(store)(out + 4 * i, MW_BYTE(join)(steps, lowest, highest, to.zero));
      }
    }
    MW_BYTE(margins)(y + q * plane, width, 0, height, to.zero);
  }
}

static void MW_BYTE(dequantize)(int64_t height, int64_t width, int64_t channels, const uint8_t *x,
                                mw_byte_grid from, float *y) {
  const int64_t pitch = mw_byte_pitch(width), plane = mw_byte_plane(height, width);
  for (int64_t channel = 0; channel < channels; channel++) {
    const uint8_t *in = x + channel / 4 * plane + 4 * MW_BYTE_MARGIN + channel % 4;
    for (int64_t row = 0; row < height; row++, y += width)
      for (int64_t i = 0; i < width; i++)
        y[i] = ((float)in[row * pitch + 4 * i] - (float)from.zero) * from.scale;
  }
}
