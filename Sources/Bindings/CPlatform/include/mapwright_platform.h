#pragma once
#include <stdbool.h>
#include <sys/types.h>

// What Linux offers a process that supervises others, where Swift cannot say it: flock(2) shares its
// name with a struct, posix_spawn(3) has no type-safe face, wait(2)'s status is taken apart by macros.

/// Takes a lock that the kernel releases when the last holder of the descriptor ends.
/// Returns whether it was taken; waits for it only if asked to.
bool mw_lock(int descriptor, bool exclusive, bool wait);

/// Starts a program in a process group of its own, with all signals at their defaults.
///
/// Its descriptors 0, 1 and 2 are `input`, `output` and `errors`; 3 is `kept`; all others are closed,
/// so that nobody who waits for the end of a pipe waits for it. Returns the process id, or minus errno.
pid_t mw_spawn(
    const char *program, char *const arguments[], int input, int output, int errors, int kept);

/// Makes a pipe whose ends are closed in programs started from here. Returns 0 or errno.
int mw_pipe(int ends[2]);

/// Has SIGINT, SIGTERM and SIGHUP end the process at once with a status, after writing the first 256
/// bytes of `words` to standard error; for a process that has nothing to finish yet.
void mw_exit_on_signals(int status, const char *words);

/// Routes SIGINT, SIGTERM and SIGHUP into a pipe, one byte (the number) each, and ignores SIGPIPE.
/// Returns the descriptor to read, or minus errno.
int mw_watch_signals(void);

/// Makes the process deaf to SIGINT, SIGHUP, SIGTERM and SIGPIPE.
void mw_ignore_signals(void);

/// A child that has ended, without waiting: its process id, 0 for none; `code` is its exit code, or
/// minus the signal that ended it.
pid_t mw_reap(pid_t child, bool wait, int *code);

/// Makes a file's content, or a folder's entries, durable. Returns 0 or errno.
int mw_sync(const char *path, bool is_folder);

/// Bytes free for this user on the file system that holds `path`; -1 when that is not known.
long long mw_free_bytes(const char *path);

/// The kind of the file system that holds `path`, as statfs(2) numbers it; 0 when that is not known.
/// (statfs(2), too, shares its name with a struct.)
long long mw_file_system(const char *path);

/// The greatest resident memory of this process so far, in bytes.
long long mw_peak_memory(void);

/// The columns of a terminal; 80 when that is not known.
int mw_terminal_width(int descriptor);

/// The rows of a terminal; 24 when that is not known.
int mw_terminal_height(int descriptor);

/// Processor seconds used by this process so far.
double mw_cpu_seconds(void);

/// Keeps freed memory for what is allocated next: for processes that allocate large blocks of the same
/// sizes again and again. The C library would give each back and have the kernel clear every page anew.
void mw_keep_memory(void);

/// Gives the kernel what lies free between blocks where a process that keeps its memory has grown by a
/// thirty-second beyond what eight pieces of work have taken: blocks of changing sizes leave gaps. Called after
/// every piece. What the process has grown to again by the next call is what its work takes.
void mw_return_gaps(void);
