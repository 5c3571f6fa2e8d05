// Loaded before the system's library (LD_PRELOAD): files below $DEAD_FOLDER do not open while there is a file $DEAD_WHILE, as on a
// network mount whose server is gone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void wait_for(const char *path) {
  const char *folder = getenv("DEAD_FOLDER"), *flag = getenv("DEAD_WHILE");
  if (folder == NULL || flag == NULL || path == NULL || strncmp(path, folder, strlen(folder)) != 0) return;
  while (access(flag, F_OK) == 0) usleep(10000);
}

#define OPENING(name)                                              \
  int name(const char *path, int flags, ...) {                     \
    va_list more;                                                  \
    va_start(more, flags);                                         \
    int mode = va_arg(more, int);                                  \
    va_end(more);                                                  \
    wait_for(path);                                                \
    int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, #name); \
    return real(path, flags, mode);                                \
  }
OPENING(open)
OPENING(open64)

#define STREAM(name)                                                  \
  FILE *name(const char *path, const char *mode) {                    \
    wait_for(path);                                                   \
    FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, #name); \
    return real(path, mode);                                          \
  }
STREAM(fopen)
STREAM(fopen64)
