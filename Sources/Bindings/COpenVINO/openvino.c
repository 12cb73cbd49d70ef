#include "mapwright_openvino.h"

#include <dlfcn.h>
#include <stdio.h>

mw_ov_opening mw_ov_open(const char *path, mw_openvino *functions, char *reason, size_t room) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(reason, room, "%s", dlerror());
    return mw_ov_not_loaded;
  }
#define FIND(name)                                                \
  *(void **)&functions->name = dlsym(library, "ov_" #name);       \
  if (!functions->name) {                                         \
    snprintf(reason, room, "ov_" #name);                          \
    return mw_ov_not_whole;                                       \
  }
  FIND(get_openvino_version)
  FIND(version_free)
  FIND(get_last_err_msg)
  FIND(get_error_info)
  FIND(free)
  FIND(core_create)
  FIND(core_free)
  FIND(core_read_model)
  FIND(core_compile_model)
  FIND(core_get_property)
  FIND(core_get_available_devices)
  FIND(available_devices_free)
  FIND(model_free)
  FIND(model_inputs_size)
  FIND(model_outputs_size)
  FIND(model_const_input_by_index)
  FIND(model_const_output_by_index)
  FIND(model_reshape_single_input)
  FIND(port_get_any_name)
  FIND(port_get_partial_shape)
  FIND(port_get_element_type)
  FIND(output_const_port_free)
  FIND(partial_shape_free)
  FIND(partial_shape_create_static)
  FIND(preprocess_prepostprocessor_create)
  FIND(preprocess_prepostprocessor_free)
  FIND(preprocess_prepostprocessor_get_input_info)
  FIND(preprocess_input_info_free)
  FIND(preprocess_input_info_get_tensor_info)
  FIND(preprocess_input_tensor_info_free)
  FIND(preprocess_input_tensor_info_set_element_type)
  FIND(preprocess_input_tensor_info_set_layout)
  FIND(preprocess_input_info_get_model_info)
  FIND(preprocess_input_model_info_free)
  FIND(preprocess_input_model_info_set_layout)
  FIND(preprocess_prepostprocessor_get_output_info_by_index)
  FIND(preprocess_output_info_free)
  FIND(preprocess_output_info_get_tensor_info)
  FIND(preprocess_output_tensor_info_free)
  FIND(preprocess_output_set_element_type)
  FIND(preprocess_prepostprocessor_build)
  FIND(layout_create)
  FIND(layout_free)
  FIND(compiled_model_create_infer_request)
  FIND(compiled_model_get_property)
  FIND(compiled_model_free)
  FIND(infer_request_set_input_tensor_by_index)
  FIND(infer_request_set_output_tensor_by_index)
  FIND(infer_request_get_output_tensor_by_index)
  FIND(infer_request_start_async)
  FIND(infer_request_wait)
  FIND(infer_request_free)
  FIND(tensor_create_from_host_ptr)
  FIND(tensor_get_shape)
  FIND(tensor_data)
  FIND(tensor_free)
  FIND(shape_free)
#undef FIND
  return mw_ov_opened;
}

int mw_ov_compile(
    const mw_openvino *functions, const ov_core_t *core, const ov_model_t *model,
    const char *device, const char *const *keys, const char *const *values, size_t count,
    ov_compiled_model_t **compiled) {
  const char *words[2 * mw_ov_most_properties] = {0};
  for (size_t i = 0; i < count; i++) {
    words[2 * i] = keys[i];
    words[2 * i + 1] = values[i];
  }
  // Arguments beyond those that are announced are not looked at.
  return functions->core_compile_model(
      core, model, device, 2 * count, compiled, words[0], words[1], words[2], words[3], words[4],
      words[5], words[6], words[7], words[8], words[9], words[10], words[11], words[12], words[13],
      words[14], words[15], words[16], words[17], words[18], words[19]);
}
