// Four registers of steps as bytes, by instructions that saturate: the same bytes as
// mw_byte_join gives, in half the instructions. `first` and `last` are the lowest and the highest
// byte. Packing works within 128 bits and so does the shuffle, so pixels keep their order.
MW_INLINE mw_pixels MW_BYTE(saturate)(const mw_reals *steps, int32_t zero, int32_t first,
                                      int32_t last) {
  MW_WIDE whole[4];
  // Numbers beyond 2^31 would become the lowest integer.
  MW_UNROLL for (int c = 0; c < 4; c++) whole[c] =
      MW_OP(cvtps_epi32)(MW_OP(min_ps)(steps[c], (mw_reals)(1048576.0f)));
  const MW_WIDE shift = MW_OP(set1_epi16)((int16_t)zero);
  const MW_WIDE low = MW_OP(adds_epi16)(MW_OP(packs_epi32)(whole[0], whole[1]), shift);
  const MW_WIDE high = MW_OP(adds_epi16)(MW_OP(packs_epi32)(whole[2], whole[3]), shift);
  MW_WIDE bytes = MW_OP(packus_epi16)(low, high);
  bytes = MW_OP(max_epu8)(bytes, MW_OP(set1_epi8)((int8_t)first));
  bytes = MW_OP(min_epu8)(bytes, MW_OP(set1_epi8)((int8_t)last));
  return (mw_pixels)MW_OP(shuffle_epi8)(bytes, MW_TRANSPOSED);
}
