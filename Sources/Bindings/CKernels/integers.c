// Moving, choosing, comparing and converting elements of any type, and integer arithmetic.
#include "bodies/walk.h"
#include "mapwright_kernels.h"

#define MW_COPY(type)                                                             \
  static void copy_##type(const mw_walk *walk, const type *x, type *y) {          \
    MW_WALK(walk, {                                                               \
      const type *in = x + oa;                                                    \
      type *out = y + oy;                                                         \
      const int64_t from = walk->a[last], to = walk->y[last];                     \
      if (from == 1 && to == 1)                                                   \
        __builtin_memcpy(out, in, (size_t)n * sizeof(type));                      \
      else if (from == 0 && to == 1)                                              \
        for (int64_t i = 0; i < n; i++) out[i] = in[0];                           \
      else                                                                        \
        for (int64_t i = 0; i < n; i++) out[i * to] = in[i * from];               \
    });                                                                           \
  }                                                                               \
  static void select_##type(const mw_walk *walk, const uint8_t *a, const type *b, \
                            const type *c, type *y) {                             \
    MW_WALK(walk, {                                                               \
      for (int64_t i = 0; i < n; i++)                                             \
        y[oy + i] = a[oa + i * walk->a[last]] ? b[ob + i * walk->b[last]]         \
                                              : c[oc + i * walk->c[last]];        \
    });                                                                           \
  }
MW_COPY(uint8_t)
MW_COPY(uint32_t)
MW_COPY(uint64_t)

void mw_copy(int64_t element_bytes, const mw_walk *walk, const void *x, void *y) {
  switch (element_bytes) {
    case 1: copy_uint8_t(walk, x, y); break;
    case 4: copy_uint32_t(walk, x, y); break;
    default: copy_uint64_t(walk, x, y); break;
  }
}

#define MW_TAKE(type)                                                                   \
  {                                                                                     \
    const type other = filler ? *(const type *)filler : 0;                              \
    for (int64_t i = 0; i < n; i++)                                                     \
      ((type *)y)[i] = x && index[i] >= 0 ? ((const type *)x)[index[i]] : other;        \
  }                                                                                     \
  break

void mw_take(int64_t element_bytes, const void *x, const int32_t *index, int64_t n,
             const void *filler, void *y) {
  switch (element_bytes) {
    case 1: MW_TAKE(uint8_t);
    case 4: MW_TAKE(uint32_t);
    default: MW_TAKE(uint64_t);
  }
}

void mw_select(int64_t element_bytes, const mw_walk *walk, const uint8_t *a, const void *b,
               const void *c, void *y) {
  switch (element_bytes) {
    case 1: select_uint8_t(walk, a, b, c, y); break;
    case 4: select_uint32_t(walk, a, b, c, y); break;
    default: select_uint64_t(walk, a, b, c, y); break;
  }
}

#define MW_EACH(expression)                                                  \
  MW_WALK(walk, {                                                            \
    for (int64_t i = 0; i < n; i++) {                                        \
      const T p = a[oa + i * walk->a[last]];                                 \
      const T q = b[ob + i * walk->b[last]];                                 \
      y[oy + i] = (expression);                                              \
    }                                                                        \
  });                                                                        \
  break

// Arithmetic runs in uint64_t, where wrapping is defined, and is cut back to the type.
#define MW_ARITHMETIC(T_)                                                                       \
  static void arithmetic_##T_(mw_binary f, const mw_walk *walk, const T_ *a, const T_ *b,       \
                              T_ *y) {                                                          \
    typedef T_ T;                                                                               \
    switch (f) {                                                                                \
      case mw_add: MW_EACH((T)((uint64_t)p + (uint64_t)q));                                     \
      case mw_subtract: MW_EACH((T)((uint64_t)p - (uint64_t)q));                                \
      case mw_multiply: MW_EACH((T)((uint64_t)p * (uint64_t)q));                                \
      case mw_divide: MW_EACH(q == 0 ? 0 : q == (T)-1 && (T)-1 < 0 ? (T)(0 - (uint64_t)p)       \
                                                                   : (T)(p / q));               \
      case mw_minimum: MW_EACH(p < q ? p : q);                                                  \
      case mw_maximum: MW_EACH(p > q ? p : q);                                                  \
      default: break;                                                                           \
    }                                                                                           \
  }                                                                                             \
  MW_COMPARISON(T_)

#define MW_COMPARISON(T_)                                                                      \
  static void comparison_##T_(mw_comparison f, const mw_walk *walk, const T_ *a, const T_ *b,  \
                              uint8_t *y) {                                                    \
    typedef T_ T;                                                                              \
    switch (f) {                                                                               \
      case mw_equal: MW_EACH(p == q);                                                          \
      case mw_less: MW_EACH(p < q);                                                            \
      case mw_less_or_equal: MW_EACH(p <= q);                                                  \
      case mw_greater: MW_EACH(p > q);                                                         \
      case mw_greater_or_equal: MW_EACH(p >= q);                                               \
    }                                                                                          \
  }
MW_ARITHMETIC(uint8_t)
MW_ARITHMETIC(int8_t)
MW_ARITHMETIC(int32_t)
MW_ARITHMETIC(int64_t)
MW_COMPARISON(float)

void mw_binary_integer(mw_type type, mw_binary f, const mw_walk *walk, const void *a,
                       const void *b, void *y) {
  switch (type) {
    case mw_u8: case mw_bool: arithmetic_uint8_t(f, walk, a, b, y); break;
    case mw_i8: arithmetic_int8_t(f, walk, a, b, y); break;
    case mw_i32: arithmetic_int32_t(f, walk, a, b, y); break;
    case mw_i64: arithmetic_int64_t(f, walk, a, b, y); break;
    case mw_f32: break;
  }
}

void mw_compare(mw_type type, mw_comparison f, const mw_walk *walk, const void *a, const void *b,
                uint8_t *y) {
  switch (type) {
    case mw_u8: case mw_bool: comparison_uint8_t(f, walk, a, b, y); break;
    case mw_i8: comparison_int8_t(f, walk, a, b, y); break;
    case mw_i32: comparison_int32_t(f, walk, a, b, y); break;
    case mw_i64: comparison_int64_t(f, walk, a, b, y); break;
    case mw_f32: comparison_float(f, walk, a, b, y); break;
  }
}

// A float outside the range of an integer type has no conversion in C; here it saturates.
static int64_t whole(float v, double lowest, double highest) {
  if (v != v) return 0;
  if ((double)v <= lowest) return (int64_t)lowest;
  if ((double)v >= highest) return highest >= 9223372036854775807.0 ? INT64_MAX : (int64_t)highest;
  return (int64_t)v;
}

#define MW_CAST_TO(S)                                                                             \
  switch (to) {                                                                                   \
    case mw_f32: for (int64_t i = 0; i < n; i++) ((float *)y)[i] = (float)((const S *)x)[i]; break; \
    case mw_u8: for (int64_t i = 0; i < n; i++) ((uint8_t *)y)[i] = (uint8_t)((const S *)x)[i]; break; \
    case mw_i8: for (int64_t i = 0; i < n; i++) ((int8_t *)y)[i] = (int8_t)((const S *)x)[i]; break; \
    case mw_i32: for (int64_t i = 0; i < n; i++) ((int32_t *)y)[i] = (int32_t)((const S *)x)[i]; break; \
    case mw_i64: for (int64_t i = 0; i < n; i++) ((int64_t *)y)[i] = (int64_t)((const S *)x)[i]; break; \
    case mw_bool: for (int64_t i = 0; i < n; i++) ((uint8_t *)y)[i] = ((const S *)x)[i] != 0; break; \
  }                                                                                               \
  break

static void cast_float(mw_type to, const float *x, void *y, int64_t n) {
  if (to == mw_f32) {
    __builtin_memmove(y, x, (size_t)n * sizeof(float));
    return;
  }
  for (int64_t i = 0; i < n; i++) switch (to) {
      case mw_f32: break;
      case mw_u8: ((uint8_t *)y)[i] = (uint8_t)whole(x[i], 0, 255); break;
      case mw_i8: ((int8_t *)y)[i] = (int8_t)whole(x[i], -128, 127); break;
      case mw_i32: ((int32_t *)y)[i] = (int32_t)whole(x[i], -2147483648.0, 2147483647.0); break;
      case mw_i64:
        ((int64_t *)y)[i] = whole(x[i], -9223372036854775808.0, 9223372036854775807.0);
        break;
      case mw_bool: ((uint8_t *)y)[i] = x[i] != 0.0f; break;
    }
}

void mw_cast(mw_type from, mw_type to, const void *x, void *y, int64_t n) {
  switch (from) {
    case mw_f32: cast_float(to, x, y, n); break;
    case mw_u8: case mw_bool: MW_CAST_TO(uint8_t);
    case mw_i8: MW_CAST_TO(int8_t);
    case mw_i32: MW_CAST_TO(int32_t);
    case mw_i64: MW_CAST_TO(int64_t);
  }
}

void mw_argmax_f32(const float *x, int64_t *y, int64_t outer, int64_t length, int64_t inner,
                   int last) {
  for (int64_t o = 0; o < outer; o++, x += length * inner, y += inner)
    for (int64_t i = 0; i < inner; i++) {
      int64_t best = 0;
      for (int64_t j = 1; j < length; j++) {
        const float v = x[j * inner + i], b = x[best * inner + i];
        if (v > b || (last && v == b)) best = j;
      }
      y[i] = best;
    }
}
