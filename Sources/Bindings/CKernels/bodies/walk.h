// Visits every row of a walk: all axes but the last are counted, the statement handles the last one,
// with oa, ob, oc and oy the offsets of the row, `last` its axis and n its length.
#pragma once

#define MW_WALK(walk, ...)                                                              \
  do {                                                                                  \
    const int last = (walk)->rank - 1;                                                  \
    const int64_t n = (walk)->extent[last];                                             \
    int64_t index[MW_MAX_RANK] = {0}, oa = 0, ob = 0, oc = 0, oy = 0;                   \
    int axis;                                                                           \
    do {                                                                                \
      __VA_ARGS__;                                                                      \
      for (axis = last - 1; axis >= 0; axis--) {                                        \
        oa += (walk)->a[axis];                                                          \
        ob += (walk)->b[axis];                                                          \
        oc += (walk)->c[axis];                                                          \
        oy += (walk)->y[axis];                                                          \
        if (++index[axis] < (walk)->extent[axis]) break;                                \
        index[axis] = 0;                                                                \
        oa -= (walk)->a[axis] * (walk)->extent[axis];                                   \
        ob -= (walk)->b[axis] * (walk)->extent[axis];                                   \
        oc -= (walk)->c[axis] * (walk)->extent[axis];                                   \
        oy -= (walk)->y[axis] * (walk)->extent[axis];                                   \
      }                                                                                 \
    } while (axis >= 0);                                                                \
    (void)ob;                                                                           \
    (void)oc;                                                                           \
  } while (0)
