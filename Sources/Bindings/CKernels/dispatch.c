// Which table runs here: the only place that asks the processor.
#include "mapwright_kernels.h"

#include <unistd.h>

extern const mw_kernels mw_kernels_portable;
#if defined(__x86_64__)
extern const mw_kernels mw_kernels_avx2, mw_kernels_avx512;
#endif

int32_t mw_all_kernels(const mw_kernels **tables) {
  int32_t count = 0;
  tables[count++] = &mw_kernels_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    tables[count++] = &mw_kernels_avx2;
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    tables[count++] = &mw_kernels_avx512;
#endif
  return count;
}

const mw_kernels *mw_best_kernels(void) {
  const mw_kernels *tables[3];
  return tables[mw_all_kernels(tables) - 1];
}

int64_t mw_cache_bytes(void) {
#if defined(_SC_LEVEL2_CACHE_SIZE)
  const long bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
  if (bytes >= 512 << 10) return bytes < 4 << 20 ? bytes : 4 << 20;
#endif
  return 1 << 20;
}
