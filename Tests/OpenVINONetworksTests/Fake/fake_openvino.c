// A library that answers as OpenVINO does, for devices that no test has: it has a GPU and an NPU beside
// its CPU, writes down what models are compiled with, and refuses what a real device would refuse.
//
// Every model takes [?, 3, ?, ?] and gives the first channel, doubled: [N, 1, H, W]. A picture is looked
// at as late as can be, when it is waited for, and its map is no number until then.
//
// Compiled by FakeOpenVINO.swift, with VERSION and, for a library that is too old, OLD. Programs that open
// it write what they compile to the file FAKE_OPENVINO_LOG too, and a picture takes FAKE_OPENVINO_MS
// milliseconds, divided by the number of streams; the output is called FAKE_OPENVINO_OUTPUT there. A picture
// whose middle is of one colour gives no number if FAKE_OPENVINO_FAULT is `nan`, and ends the process if it
// is `abort`.

#include <mapwright_openvino.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char log_text[4000];
static char last_error[300];
static int fail_next_run;

/// What models were compiled with so far, a line each.
const char *fake_log(void) { return log_text; }
/// Lets the next inference fail.
void fake_fail_next_run(void) { fail_next_run = 1; }

struct ov_core { int unused; };
struct ov_model { int64_t dims[4]; };
struct ov_compiled_model { int64_t dims[4]; char precision[16]; int streams; };
struct ov_output_const_port { int is_input; int64_t dims[4]; };
struct ov_tensor { float *data; };
struct ov_infer_request { int64_t dims[4]; float *in, *out; int streams, is_under_way; };

static int refuse(const char *words) {
  snprintf(last_error, sizeof last_error, "Exception from src/fake.cpp:1:\n%s\n", words);
  return -1;
}

int ov_get_openvino_version(ov_version_t *v) {
  v->build_number = VERSION;
  v->description = "fake";
  return 0;
}
void ov_version_free(ov_version_t *v) { (void)v; }
const char *ov_get_last_err_msg(void) { return strdup(last_error); }
const char *ov_get_error_info(int status) { return status == -1 ? "GENERAL_ERROR" : "UNKNOWN"; }
void ov_free(const char *p) { free((void *)p); }
int ov_core_create(ov_core_t **c) { *c = calloc(1, sizeof **c); return 0; }
void ov_core_free(ov_core_t *c) { free(c); }

int ov_core_read_model(const ov_core_t *c, const char *path, const char *w, ov_model_t **m) {
  (void)c, (void)w;
  if (strstr(path, "huge")) return refuse("Loading input model; std::bad_alloc");
  if (strstr(path, "corrupt")) return refuse("Start-end tags mismatch at offset 35");
  *m = calloc(1, sizeof **m);
  int64_t dims[4] = {-1, 3, -1, -1};
  memcpy((*m)->dims, dims, sizeof dims);
  return 0;
}

int ov_core_compile_model(
    const ov_core_t *c, const ov_model_t *m, const char *device, size_t words,
    ov_compiled_model_t **out, ...) {
  (void)c;
  size_t start = strlen(log_text), used = start;
  used += snprintf(log_text + used, sizeof log_text - used, "%s", device);
  *out = calloc(1, sizeof **out);
  memcpy((*out)->dims, m->dims, sizeof m->dims);
  (*out)->streams = 1;
  va_list list;
  va_start(list, out);
  for (size_t i = 0; i < words; i += 2) {
    const char *key = va_arg(list, const char *), *value = va_arg(list, const char *);
    used += snprintf(log_text + used, sizeof log_text - used, " %s=%s", key, value);
    if (!strcmp(key, "NUM_STREAMS")) (*out)->streams = atoi(value);
    // This NPU computes in f16, whatever is asked for.
    if (!strcmp(key, "INFERENCE_PRECISION_HINT"))
      snprintf((*out)->precision, 16, "%s", strstr(device, "NPU") ? "f16" : value);
  }
  va_end(list);
  snprintf(log_text + used, sizeof log_text - used, "\n");
  const char *path = getenv("FAKE_OPENVINO_LOG");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (file) {
    fputs(log_text + start, file);
    fclose(file);
  }
  if (m->dims[2] > 4096) {
    free(*out);
    return refuse("[GPU] out of memory: std::bad_alloc");
  }
  return 0;
}

int ov_core_get_property(const ov_core_t *c, const char *d, const char *key, char **value) {
  (void)c;
  if (strcmp(key, "FULL_DEVICE_NAME")) return refuse("no such property");
  char name[60];
  snprintf(name, sizeof name, "Fake %s", d);
  *value = strdup(name);
  return 0;
}
int ov_core_get_available_devices(const ov_core_t *c, ov_available_devices_t *list) {
  (void)c;
  static const char *names[] = {"CPU", "GPU.0", "GPU.1", "NPU"};
  list->size = 4;
  list->devices = malloc(4 * sizeof(char *));
  for (int i = 0; i < 4; i++) list->devices[i] = strdup(names[i]);
  return 0;
}
void ov_available_devices_free(ov_available_devices_t *list) {
  for (size_t i = 0; i < list->size; i++) free(list->devices[i]);
  free(list->devices);
}

void ov_model_free(ov_model_t *m) { free(m); }
int ov_model_inputs_size(const ov_model_t *m, size_t *n) { (void)m; *n = 1; return 0; }
int ov_model_outputs_size(const ov_model_t *m, size_t *n) { (void)m; *n = 1; return 0; }
static int port(const ov_model_t *m, int is_input, ov_output_const_port_t **p) {
  *p = calloc(1, sizeof **p);
  (*p)->is_input = is_input;
  memcpy((*p)->dims, m->dims, sizeof m->dims);
  if (!is_input) (*p)->dims[1] = 1;
  return 0;
}
int ov_model_const_input_by_index(const ov_model_t *m, size_t i, ov_output_const_port_t **p) {
  (void)i;
  return port(m, 1, p);
}
int ov_model_const_output_by_index(const ov_model_t *m, size_t i, ov_output_const_port_t **p) {
  (void)i;
  return port(m, 0, p);
}
int ov_model_reshape_single_input(const ov_model_t *m, ov_partial_shape_t s) {
  for (int i = 0; i < 4; i++) ((ov_model_t *)m)->dims[i] = s.dims[i].max;
  return 0;
}
int ov_port_get_any_name(const ov_output_const_port_t *p, char **name) {
  const char *output = getenv("FAKE_OPENVINO_OUTPUT");
  *name = strdup(p->is_input ? "x" : output ? output : "y");
  return 0;
}
int ov_port_get_partial_shape(const ov_output_const_port_t *p, ov_partial_shape_t *s) {
  s->rank.min = s->rank.max = 4;
  s->dims = malloc(4 * sizeof *s->dims);
  for (int i = 0; i < 4; i++) {
    s->dims[i].min = p->dims[i] < 0 ? 0 : p->dims[i];
    s->dims[i].max = p->dims[i];
  }
  return 0;
}
int ov_port_get_element_type(const ov_output_const_port_t *p, int32_t *t) {
  (void)p;
  *t = mw_ov_f32;
  return 0;
}
void ov_output_const_port_free(ov_output_const_port_t *p) { free(p); }
void ov_partial_shape_free(ov_partial_shape_t *s) { free(s->dims); }
int ov_partial_shape_create_static(int64_t rank, const int64_t *dims, ov_partial_shape_t *s) {
  s->rank.min = s->rank.max = rank;
  s->dims = malloc(rank * sizeof *s->dims);
  for (int i = 0; i < rank; i++) s->dims[i].min = s->dims[i].max = dims[i];
  return 0;
}

// The edges of its model are as we want them: nothing is ever adapted.
#define NEVER(name) \
  int name(void) { return refuse(#name " is not for this model"); }
NEVER(ov_preprocess_prepostprocessor_create)
NEVER(ov_preprocess_prepostprocessor_free)
NEVER(ov_preprocess_prepostprocessor_get_input_info)
NEVER(ov_preprocess_input_info_free)
NEVER(ov_preprocess_input_info_get_tensor_info)
NEVER(ov_preprocess_input_tensor_info_free)
NEVER(ov_preprocess_input_tensor_info_set_element_type)
NEVER(ov_preprocess_input_tensor_info_set_layout)
NEVER(ov_preprocess_input_info_get_model_info)
NEVER(ov_preprocess_input_model_info_free)
NEVER(ov_preprocess_input_model_info_set_layout)
NEVER(ov_preprocess_prepostprocessor_get_output_info_by_index)
NEVER(ov_preprocess_output_info_free)
NEVER(ov_preprocess_output_info_get_tensor_info)
NEVER(ov_preprocess_output_tensor_info_free)
NEVER(ov_preprocess_output_set_element_type)
NEVER(ov_preprocess_prepostprocessor_build)
NEVER(ov_layout_create)
NEVER(ov_layout_free)

int ov_compiled_model_create_infer_request(
    const ov_compiled_model_t *m, ov_infer_request_t **r) {
  *r = calloc(1, sizeof **r);
  memcpy((*r)->dims, m->dims, sizeof m->dims);
  (*r)->streams = m->streams;
  return 0;
}
int ov_compiled_model_get_property(const ov_compiled_model_t *m, const char *key, char **value) {
  if (strcmp(key, "INFERENCE_PRECISION_HINT")) return refuse("no such property");
  *value = strdup(m->precision);
  return 0;
}
void ov_compiled_model_free(ov_compiled_model_t *m) { free(m); }
int ov_infer_request_set_input_tensor_by_index(
    ov_infer_request_t *r, size_t i, const ov_tensor_t *t) {
  (void)i;
  r->in = t->data;
  return 0;
}
int ov_infer_request_set_output_tensor_by_index(
    ov_infer_request_t *r, size_t i, const ov_tensor_t *t) {
  (void)i;
  r->out = t->data;
  return 0;
}
int ov_infer_request_get_output_tensor_by_index(
    const ov_infer_request_t *r, size_t i, ov_tensor_t **t) {
  (void)i;
  *t = calloc(1, sizeof **t);
  (*t)->data = r->out;
  return 0;
}
int ov_infer_request_start_async(ov_infer_request_t *r) {
  if (fail_next_run) {
    fail_next_run = 0;
    return refuse("[GPU] the device was lost");
  }
  if (r->is_under_way) return refuse("the request is busy");
  r->is_under_way = 1;
  for (int64_t i = 0; i < r->dims[0] * r->dims[2] * r->dims[3]; i++) r->out[i] = NAN;
  return 0;
}
static int has_plain_middle(const ov_infer_request_t *r) {
  int64_t height = r->dims[2], width = r->dims[3];
  const float *middle = r->in + height / 2 * width + width / 2;
  for (int y = -3; y <= 3; y++)
    for (int x = -3; x <= 3; x++)
      if (middle[y * width + x] != middle[0]) return 0;
  return 1;
}
int ov_infer_request_wait(ov_infer_request_t *r) {
  if (!r->is_under_way) return 0;
  r->is_under_way = 0;
  const char *milliseconds = getenv("FAKE_OPENVINO_MS");
  if (milliseconds) usleep(1000 * atoi(milliseconds) / r->streams);
  const char *fault = getenv("FAKE_OPENVINO_FAULT");
  if (fault && has_plain_middle(r)) {
    if (!strcmp(fault, "abort")) abort();
    if (!strcmp(fault, "nan")) return 0;
  }
  int64_t plane = r->dims[2] * r->dims[3];
  for (int64_t n = 0; n < r->dims[0]; n++)
    for (int64_t i = 0; i < plane; i++) r->out[n * plane + i] = 2 * r->in[n * 3 * plane + i];
  return 0;
}
void ov_infer_request_free(ov_infer_request_t *r) {
  // A real one would write to memory that its owner has let go.
  if (r->is_under_way) abort();
  free(r);
}

int ov_tensor_create_from_host_ptr(int32_t type, ov_shape_t s, void *data, ov_tensor_t **t) {
  (void)type, (void)s;
  *t = calloc(1, sizeof **t);
  (*t)->data = data;
  return 0;
}
int ov_tensor_get_shape(const ov_tensor_t *t, ov_shape_t *s) { (void)t, (void)s; return 0; }
int ov_tensor_data(const ov_tensor_t *t, void **data) { *data = t->data; return 0; }
void ov_tensor_free(ov_tensor_t *t) { free(t); }
#ifndef OLD
int ov_shape_free(ov_shape_t *s) { (void)s; return 0; }
#endif
