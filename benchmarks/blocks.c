// Counts the blocks that a process decodes and writes of TIFF files: loaded before libtiff (LD_PRELOAD), it
// hands every call on, and appends "r" or "w", the file, the directory and the block to the file that BLOCKS
// names.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct tiff TIFF;

static void note(char what, TIFF *tiff, uint32_t block) {
  static int file = -1;
  static const char *(*name)(TIFF *);
  static uint64_t (*directory)(TIFF *);
  if (file < 0) {
    const char *path = getenv("BLOCKS");
    if (!path) return;
    name = (const char *(*)(TIFF *))dlsym(RTLD_NEXT, "TIFFFileName");
    directory = (uint64_t(*)(TIFF *))dlsym(RTLD_NEXT, "TIFFCurrentDirOffset");
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
  char line[4096];
  int length = snprintf(line, sizeof line, "%c %llu %u %s\n", what, (unsigned long long)directory(tiff), block, name(tiff));
  // One write a line: processes and threads share the file.
  if (length >= (int)sizeof line || write(file, line, (size_t)length) != length) abort();
}

#define COUNTED(function, what)                                                        \
  intptr_t function(TIFF *tiff, uint32_t block, void *buffer, intptr_t size) {         \
    static intptr_t (*next)(TIFF *, uint32_t, void *, intptr_t);                       \
    if (!next) next = (intptr_t (*)(TIFF *, uint32_t, void *, intptr_t))dlsym(RTLD_NEXT, #function); \
    note(what, tiff, block);                                                           \
    return next(tiff, block, buffer, size);                                            \
  }

COUNTED(TIFFReadEncodedTile, 'r')
COUNTED(TIFFReadEncodedStrip, 'r')
COUNTED(TIFFWriteEncodedTile, 'w')
COUNTED(TIFFWriteEncodedStrip, 'w')
COUNTED(TIFFWriteRawTile, 'w')
COUNTED(TIFFWriteRawStrip, 'w')
