#ifndef MAPWRIGHT_OPENVINO_H
#define MAPWRIGHT_OPENVINO_H

// What we call of OpenVINO's C API, 2026.x, declared by ourselves: a program that links OpenVINO, or is
// compiled with its headers, could not be built or started without it.
//
// Source: "OpenVINO Runtime C API", https://docs.openvino.ai/2026/api/c_cpp_api/group__ov__c__api.html.
// The numbers of element types and the layouts of the structures belong to the major version: others
// are refused when the library is opened.

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ov_core ov_core_t;
typedef struct ov_model ov_model_t;
typedef struct ov_compiled_model ov_compiled_model_t;
typedef struct ov_infer_request ov_infer_request_t;
typedef struct ov_tensor ov_tensor_t;
typedef struct ov_layout ov_layout_t;
typedef struct ov_output_const_port ov_output_const_port_t;
typedef struct ov_preprocess_prepostprocessor ov_preprocess_prepostprocessor_t;
typedef struct ov_preprocess_input_info ov_preprocess_input_info_t;
typedef struct ov_preprocess_input_tensor_info ov_preprocess_input_tensor_info_t;
typedef struct ov_preprocess_input_model_info ov_preprocess_input_model_info_t;
typedef struct ov_preprocess_output_info ov_preprocess_output_info_t;
typedef struct ov_preprocess_output_tensor_info ov_preprocess_output_tensor_info_t;

typedef struct {
  const char *build_number;
  const char *description;
} ov_version_t;

typedef struct {
  char **devices;
  size_t size;
} ov_available_devices_t;

/// An extent between two limits; `max` is -1 where there is none. Ranks are told the same way.
typedef struct {
  int64_t min, max;
} ov_dimension_t;

typedef struct {
  ov_dimension_t rank;
  ov_dimension_t *dims;
} ov_partial_shape_t;

typedef struct {
  int64_t rank;
  int64_t *dims;
} ov_shape_t;

/// Of the element types, the one that we exchange.
enum { mw_ov_f32 = 4 };

/// The most properties that a model is compiled with.
enum { mw_ov_most_properties = 10 };

/// The functions of an opened library, by their names without `ov_`. All that return an `int` return 0
/// when they succeed.
typedef struct {
  int (*get_openvino_version)(ov_version_t *);
  void (*version_free)(ov_version_t *);
  const char *(*get_last_err_msg)(void);
  const char *(*get_error_info)(int status);
  void (*free)(const char *);

  int (*core_create)(ov_core_t **);
  void (*core_free)(ov_core_t *);
  int (*core_read_model)(const ov_core_t *, const char *path, const char *weights, ov_model_t **);
  int (*core_compile_model)(
      const ov_core_t *, const ov_model_t *, const char *device, size_t words,
      ov_compiled_model_t **, ...);
  int (*core_get_property)(const ov_core_t *, const char *device, const char *key, char **value);
  int (*core_get_available_devices)(const ov_core_t *, ov_available_devices_t *);
  void (*available_devices_free)(ov_available_devices_t *);

  void (*model_free)(ov_model_t *);
  int (*model_inputs_size)(const ov_model_t *, size_t *);
  int (*model_outputs_size)(const ov_model_t *, size_t *);
  int (*model_const_input_by_index)(const ov_model_t *, size_t, ov_output_const_port_t **);
  int (*model_const_output_by_index)(const ov_model_t *, size_t, ov_output_const_port_t **);
  int (*model_reshape_single_input)(const ov_model_t *, ov_partial_shape_t);
  int (*port_get_any_name)(const ov_output_const_port_t *, char **name);
  int (*port_get_partial_shape)(const ov_output_const_port_t *, ov_partial_shape_t *);
  int (*port_get_element_type)(const ov_output_const_port_t *, int32_t *type);
  void (*output_const_port_free)(ov_output_const_port_t *);
  void (*partial_shape_free)(ov_partial_shape_t *);
  int (*partial_shape_create_static)(int64_t rank, const int64_t *dims, ov_partial_shape_t *);

  int (*preprocess_prepostprocessor_create)(
      const ov_model_t *, ov_preprocess_prepostprocessor_t **);
  void (*preprocess_prepostprocessor_free)(ov_preprocess_prepostprocessor_t *);
  int (*preprocess_prepostprocessor_get_input_info)(
      const ov_preprocess_prepostprocessor_t *, ov_preprocess_input_info_t **);
  void (*preprocess_input_info_free)(ov_preprocess_input_info_t *);
  int (*preprocess_input_info_get_tensor_info)(
      const ov_preprocess_input_info_t *, ov_preprocess_input_tensor_info_t **);
  void (*preprocess_input_tensor_info_free)(ov_preprocess_input_tensor_info_t *);
  int (*preprocess_input_tensor_info_set_element_type)(
      ov_preprocess_input_tensor_info_t *, int32_t type);
  int (*preprocess_input_tensor_info_set_layout)(
      ov_preprocess_input_tensor_info_t *, ov_layout_t *);
  int (*preprocess_input_info_get_model_info)(
      const ov_preprocess_input_info_t *, ov_preprocess_input_model_info_t **);
  void (*preprocess_input_model_info_free)(ov_preprocess_input_model_info_t *);
  int (*preprocess_input_model_info_set_layout)(ov_preprocess_input_model_info_t *, ov_layout_t *);
  int (*preprocess_prepostprocessor_get_output_info_by_index)(
      const ov_preprocess_prepostprocessor_t *, size_t, ov_preprocess_output_info_t **);
  void (*preprocess_output_info_free)(ov_preprocess_output_info_t *);
  int (*preprocess_output_info_get_tensor_info)(
      const ov_preprocess_output_info_t *, ov_preprocess_output_tensor_info_t **);
  void (*preprocess_output_tensor_info_free)(ov_preprocess_output_tensor_info_t *);
  int (*preprocess_output_set_element_type)(ov_preprocess_output_tensor_info_t *, int32_t type);
  int (*preprocess_prepostprocessor_build)(
      const ov_preprocess_prepostprocessor_t *, ov_model_t **);
  int (*layout_create)(const char *, ov_layout_t **);
  void (*layout_free)(ov_layout_t *);

  int (*compiled_model_create_infer_request)(const ov_compiled_model_t *, ov_infer_request_t **);
  int (*compiled_model_get_property)(const ov_compiled_model_t *, const char *key, char **value);
  void (*compiled_model_free)(ov_compiled_model_t *);
  int (*infer_request_set_input_tensor_by_index)(
      ov_infer_request_t *, size_t, const ov_tensor_t *);
  int (*infer_request_set_output_tensor_by_index)(
      ov_infer_request_t *, size_t, const ov_tensor_t *);
  int (*infer_request_get_output_tensor_by_index)(
      const ov_infer_request_t *, size_t, ov_tensor_t **);
  int (*infer_request_start_async)(ov_infer_request_t *);
  int (*infer_request_wait)(ov_infer_request_t *);
  void (*infer_request_free)(ov_infer_request_t *);

  int (*tensor_create_from_host_ptr)(int32_t type, ov_shape_t, void *, ov_tensor_t **);
  int (*tensor_get_shape)(const ov_tensor_t *, ov_shape_t *);
  int (*tensor_data)(const ov_tensor_t *, void **);
  void (*tensor_free)(ov_tensor_t *);
  int (*shape_free)(ov_shape_t *);
} mw_openvino;

/// How opening a library ended.
typedef enum {
  mw_ov_opened,
  /// The loader does not load it.
  mw_ov_not_loaded,
  /// It is loaded, and lacks a function.
  mw_ov_not_whole,
} mw_ov_opening;

/// Opens a library, which stays open as long as the process lives.
///
/// `reason` receives the loader's words, or the name of the function that is missing, cut to `room`
/// bytes with its closing zero.
mw_ov_opening mw_ov_open(const char *path, mw_openvino *functions, char *reason, size_t room);

/// `ov_core_compile_model`, which takes its properties as variable arguments: Swift cannot call it.
///
/// `count` is `mw_ov_most_properties` at most.
int mw_ov_compile(
    const mw_openvino *functions, const ov_core_t *core, const ov_model_t *model,
    const char *device, const char *const *keys, const char *const *values, size_t count,
    ov_compiled_model_t **compiled);

#endif
