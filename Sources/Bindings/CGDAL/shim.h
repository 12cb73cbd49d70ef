#pragma once
#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <gdal_alg.h>
#include <gdal_utils.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>
#include <stdbool.h>

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
