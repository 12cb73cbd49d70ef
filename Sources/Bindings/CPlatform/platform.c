#define _GNU_SOURCE
#include "mapwright_platform.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool mw_lock(int descriptor, bool exclusive, bool wait) {
  int how = (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB);
  int result;
  do result = flock(descriptor, how);
  while (result != 0 && errno == EINTR);
  return result == 0;
}

pid_t mw_spawn(
    const char *program, char *const arguments[], int input, int output, int errors, int kept) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, errors, 2);
  posix_spawn_file_actions_adddup2(&actions, kept, 3);
  posix_spawn_file_actions_addclosefrom_np(&actions, 4);

  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);

  pid_t child = 0;
  int problem = posix_spawn(&child, program, &actions, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return problem == 0 ? child : -problem;
}

int mw_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

static void take_signals(void (*handler)(int)) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  struct sigaction before;
  sigaction(SIGHUP, NULL, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, NULL);  // nohup(1) means it
  // Whoever started us may have blocked them: threads of Dispatch do, and programs pass that on.
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGINT);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGHUP);
  sigprocmask(SIG_UNBLOCK, &wanted, NULL);
}

static int signal_status;
static char signal_words[256];
static size_t signal_words_length;

static void exit_on_signal(int number) {
  (void)number;
  (void)!write(STDERR_FILENO, signal_words, signal_words_length);
  _exit(signal_status);
}

void mw_exit_on_signals(int status, const char *words) {
  signal_status = status;
  signal_words_length = strnlen(words, sizeof signal_words);
  memcpy(signal_words, words, signal_words_length);
  take_signals(exit_on_signal);
}

static int signal_pipe[2] = {-1, -1};

static void forward_signal(int number) {
  int saved = errno;
  unsigned char byte = (unsigned char)number;
  (void)!write(signal_pipe[1], &byte, 1);
  errno = saved;
}

int mw_watch_signals(void) {
  if (signal_pipe[0] < 0 && pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0) return -errno;
  take_signals(forward_signal);
  signal(SIGPIPE, SIG_IGN);
  return signal_pipe[0];
}

void mw_ignore_signals(void) {
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

pid_t mw_reap(pid_t child, bool wait, int *code) {
  int status = 0;
  pid_t ended;
  do ended = waitpid(child, &status, wait ? 0 : WNOHANG);
  while (ended < 0 && errno == EINTR);
  if (ended > 0) *code = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  return ended;
}

int mw_sync(const char *path, bool is_folder) {
  int descriptor = open(path, O_CLOEXEC | (is_folder ? O_RDONLY | O_DIRECTORY : O_RDWR));
  if (descriptor < 0) return errno;
  int problem = fsync(descriptor) == 0 ? 0 : errno;
  if (close(descriptor) != 0 && problem == 0) problem = errno;
  return problem;
}

long long mw_free_bytes(const char *path) {
  struct statvfs state;
  if (statvfs(path, &state) != 0) return -1;
  return (long long)state.f_bavail * (long long)state.f_frsize;
}

long long mw_file_system(const char *path) {
  struct statfs state;
  return statfs(path, &state) == 0 ? (long long)(unsigned int)state.f_type : 0;
}

long long mw_peak_memory(void) {
  // What getrusage tells begins with the peak of the process that has started this one.
  FILE *status = fopen("/proc/self/status", "re");
  char line[256];
  long long kilobytes = 0;
  while (status && fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %lld kB", &kilobytes) == 1) break;
  if (status) fclose(status);
  if (kilobytes > 0) return kilobytes * 1024;
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss * 1024LL : 0;
}

int mw_terminal_width(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

int mw_terminal_height(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

double mw_cpu_seconds(void) {
  struct rusage usage;
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

void mw_keep_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

void mw_return_gaps(void) {
  static long settled;
  static int calls, returned;
  long pages = 0;
  FILE *memory = fopen("/proc/self/statm", "re");
  if (!memory) return;
  if (fscanf(memory, "%*d %ld", &pages) != 1) pages = 0;
  fclose(memory);
  if (pages <= settled + settled / 32) {
    returned = 0;
  } else if (calls < 8 || returned) {
    // It takes so much at first, or has taken it again.
    settled = pages;
    returned = 0;
  } else {
    malloc_trim(0);
    returned = 1;
  }
  calls++;
}
