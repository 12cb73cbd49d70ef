// Dot products of four bytes without VNNI. The instruction that multiplies bytes saturates its sums
// of two; so bytes are widened to 16 bits, even and odd ones apart, and pairs of those are summed
// in 32 bits, which is exact.
typedef int16_t mw_shorts __attribute__((ext_vector_type(2 * MW_LANES)));
#define MW_EVENS(a) ((a)&0x00ff00ff)
#define MW_ODDS(a) ((mw_words)((mw_pixels)(a) >> 8) & 0x00ff00ff)
#define MW_EVENS_SIGNED(w) \
  ((mw_words)(((mw_shorts)(w) << 8) >> 8))
#define MW_ODDS_SIGNED(w) ((mw_words)((mw_shorts)(w) >> 8))
#define MW_DOT(sum, a, w)                                                   \
  ((sum) + MW_PAIRS(MW_EVENS(a), MW_EVENS_SIGNED(w)) + MW_PAIRS(MW_ODDS(a), MW_ODDS_SIGNED(w)))
