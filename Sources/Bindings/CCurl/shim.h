#pragma once
// Its checks of types are macros around the calls below, and know nothing of options in variables.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// libcurl sets options and tells results by variadic functions, which Swift cannot call.

static inline CURLcode mw_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode mw_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

/// The text is copied.
static inline CURLcode mw_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode mw_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

/// The list is not copied: it must live until the transfer has ended.
static inline CURLcode mw_curl_set_headers(CURL *handle, struct curl_slist *list) {
  return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}

typedef size_t (*mw_curl_bytes)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode mw_curl_set_bytes(CURL *handle, CURLoption option, mw_curl_bytes call) {
  return curl_easy_setopt(handle, option, call);
}

typedef int (*mw_curl_seek)(void *context, curl_off_t offset, int origin);

static inline CURLcode mw_curl_set_seek(CURL *handle, mw_curl_seek call) {
  return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, call);
}

static const size_t mw_curl_read_abort = CURL_READFUNC_ABORT;
static const long mw_curl_everything = CURL_GLOBAL_ALL;
static const size_t mw_curl_words_size = CURL_ERROR_SIZE;
