#pragma once
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <cpl_vsi_error.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <gdal_utils.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

// What Swift cannot see (macros, variadics) or what GDAL changed between releases. Anything longer
// than a screenful belongs in Swift.

/// Closes a dataset and reports whether the final flush reached the disk.
/// GDALClose() returns void up to GDAL 3.6 and CPLErr from 3.7 on. Warnings are not failures.
static inline bool mw_gdal_close(GDALDatasetH dataset) {
  CPLErrorReset();
#if GDAL_VERSION_NUM >= GDAL_COMPUTE_VERSION(3, 7, 0)
  return GDALClose(dataset) < CE_Failure && CPLGetLastErrorType() < CE_Failure;
#else
  GDALClose(dataset);
  return CPLGetLastErrorType() < CE_Failure;
#endif
}

/// Says that something failed, as GDAL does.
static inline void mw_gdal_fail(const char *words) {
  CPLError(CE_Failure, CPLE_OpenFailed, "%s", words);
}

/// Opens a file on the net, where that is not allowed: says so.
static void *mw_gdal_refuse(void *unused, const char *path, const char *access) {
  (void)unused, (void)path, (void)access;
  mw_gdal_fail("files on the net are not read unless --allow-remote says so");
  return NULL;
}

/// Has every path that begins with `prefix` refused in this process, whoever asks for it.
static inline bool mw_gdal_block(const char *prefix) {
  VSIFilesystemPluginCallbacksStruct *callbacks = VSIAllocFilesystemPluginCallbacksStruct();
  callbacks->open = mw_gdal_refuse;
  int status = VSIInstallPluginHandler(prefix, callbacks);
  VSIFreeFilesystemPluginCallbacksStruct(callbacks);
  return status == 0;
}

_Static_assert(sizeof(long) == 8, "struct stat64 is struct stat where long has 64 bits");

/// A file's size and the time it was written. GDAL's struct stat64 is one that Swift's C does not see.
static inline bool mw_gdal_stat(const char *path, int64_t *bytes, int64_t *seconds) {
  struct stat state;
  int flags = VSI_STAT_EXISTS_FLAG | VSI_STAT_SIZE_FLAG;
  if (VSIStatExL(path, (VSIStatBufL *)&state, flags) != 0) return false;
  *bytes = (int64_t)state.st_size;
  *seconds = (int64_t)state.st_mtime;
  return true;
}
