/*
 * Stands between the agent and the C library (LD_PRELOAD) and writes down, in their order, all calls that change the data folder, and every byte that leaves
 * the process through a socket. The same calls can be made to fail from outside, by a control file that is mapped here.
 *
 * Environment: FOYER_RECORD_ROOT the data folder, FOYER_RECORD_LOG the file to append to, FOYER_RECORD_CONTROL the control file (optional).
 * What it cannot see: writes through mmap. SQLite maps its -shm alone, and builds that anew from the log whenever nobody has the store open.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, WRITE, TRUNCATE, SYNC, RENAME, UNLINK, MKDIR, RMDIR, SYNC_DIRECTORY, OUT, MARK, FAILED, PROCESS };
enum { CREATED = 1, EMPTIED = 2 };
/* Classes of calls that can be made to fail, as bits of the control file. */
enum { C_WRITE = 1, C_SYNC = 2, C_OPEN = 4, C_NAME = 8, C_TRUNCATE = 16, C_READ = 32 };
enum { DO_COUNT = 0, DO_FAIL = 1, DO_KILL = 2, DO_SHORT = 3 };

/* One record: this header, then `total - sizeof(struct header)` bytes. */
struct header {
  uint32_t total, kind, file, flags;
  uint64_t offset, size;
};

struct control {
  uint32_t classes, action, error, from, forever;
  /* Written here: calls of these classes so far, and how many were made to fail. */
  uint32_t counted, fired;
};

#define FDS 65536
#define OUT_MAX 131072
static uint32_t file_of[FDS];
static char directory_of[FDS];
static uint32_t files;
static char root[PATH_MAX];
static size_t root_length;
static int log_fd = -1;
static volatile struct control *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* One write for one record: the file is appended to by the driver as well. */
static void put(uint32_t kind, uint32_t file, uint32_t flags, uint64_t offset, uint64_t size, const struct iovec *parts, int count) {
  if (log_fd < 0) return;
  struct iovec all[18];
  struct header head = {sizeof head, kind, file, flags, offset, size};
  int n = 1;
  for (int i = 0; i < count && n < 18; i++) {
    all[n] = parts[i];
    head.total += (uint32_t)parts[i].iov_len;
    n++;
  }
  all[0].iov_base = &head;
  all[0].iov_len = sizeof head;
  int kept = errno;
  if (syscall(SYS_writev, log_fd, all, n) != (long)head.total) abort();
  errno = kept;
}

__attribute__((constructor)) static void begin(void) {
  const char *folder = getenv("FOYER_RECORD_ROOT"), *file = getenv("FOYER_RECORD_LOG"), *map = getenv("FOYER_RECORD_CONTROL");
  if (folder && realpath(folder, root)) root_length = strlen(root);
  if (file) log_fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (map) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, map, O_RDWR | O_CLOEXEC, 0);
    void *at = fd < 0 ? MAP_FAILED : mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at != MAP_FAILED) control = at;
    if (fd >= 0) syscall(SYS_close, fd);
  }
  /* Only the agent itself: what it starts inherits neither the recorder nor its files. */
  unsetenv("LD_PRELOAD");
  /* Numbers of files begin anew. */
  put(PROCESS, 0, 0, 0, (uint64_t)getpid(), 0, 0);
}

static void put_text(uint32_t kind, uint32_t file, uint32_t flags, const char *text, size_t length) {
  struct iovec part = {(void *)text, length};
  put(kind, file, flags, 0, 0, &part, 1);
}

/* The part of an absolute path behind the data folder; null when it is elsewhere. */
static const char *inside(int at, const char *path, char *buffer) {
  if (!root_length || !path) return 0;
  if (path[0] != '/') {
    char link[64];
    if (at == AT_FDCWD) {
      if (!getcwd(buffer, PATH_MAX)) return 0;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", at);
      ssize_t n = readlink(link, buffer, PATH_MAX - 1);
      if (n < 0) return 0;
      buffer[n] = 0;
    }
    size_t n = strlen(buffer);
    if (n + strlen(path) + 2 > PATH_MAX) return 0;
    buffer[n] = '/';
    strcpy(buffer + n + 1, path);
    path = buffer;
  }
  if (strncmp(path, root, root_length) != 0) return 0;
  if (path[root_length] == 0) return ".";
  return path[root_length] == '/' ? path + root_length + 1 : 0;
}

/* Whether this call is to fail; 1 for an error that is set, 2 for a write that stops half way. Called with the lock held. */
static int fails(uint32_t class) {
  if (!control || !(control->classes & class)) return 0;
  uint32_t n = ++control->counted;
  if (control->action == DO_COUNT || n < control->from || (n > control->from && !control->forever)) return 0;
  control->fired++;
  put_text(FAILED, class, control->action, "", 0);
  if (control->action == DO_KILL) kill(getpid(), SIGKILL);
  if (control->action == DO_SHORT && class == C_WRITE) return 2;
  errno = (int)control->error;
  return 1;
}

static int is_file(int fd) { return fd >= 0 && fd < FDS && file_of[fd] != 0; }

static void forget(int fd) {
  if (fd >= 0 && fd < FDS) {
    file_of[fd] = 0;
    directory_of[fd] = 0;
  }
}

static int open_recorded(int at, const char *path, int flags, mode_t mode) {
  char buffer[PATH_MAX];
  const char *name = inside(at, path, buffer);
  if (!name) {
    int fd = (int)syscall(SYS_openat, at, path, flags, mode);
    forget(fd);
    return fd;
  }
  pthread_mutex_lock(&lock);
  int fd = -1;
  if (!fails(C_OPEN)) {
    int isNew = (flags & O_CREAT) && syscall(SYS_faccessat, at, path, F_OK) != 0;
    if (isNew) errno = 0;
    fd = (int)syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && fd < FDS) {
      struct stat about;
      forget(fd);
      if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)) {
        file_of[fd] = ++files;
        put_text(OPEN, file_of[fd], (isNew ? CREATED : 0) | ((flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY ? EMPTIED : 0), name, strlen(name));
      } else if (S_ISDIR(about.st_mode)) {
        file_of[fd] = ++files;
        directory_of[fd] = 1;
        put_text(OPEN, file_of[fd], 0, name, strlen(name));
      }
    }
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? (mode_t)va_arg(rest, int) : 0; }
#define WITH_MODE(flags) \
  va_list rest; \
  va_start(rest, flags); \
  mode_t mode = mode_of(flags, rest); \
  va_end(rest)

int open(const char *path, int flags, ...) { WITH_MODE(flags); return open_recorded(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { WITH_MODE(flags); return open_recorded(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int at, const char *path, int flags, ...) { WITH_MODE(flags); return open_recorded(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { WITH_MODE(flags); return open_recorded(at, path, flags | O_LARGEFILE, mode); }
int creat(const char *path, mode_t mode) { return open_recorded(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd) {
  forget(fd);
  return (int)syscall(SYS_close, fd);
}

/* libuv closes by number. */
long syscall(long number, ...) {
  REAL(syscall);
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long), d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_close) forget((int)a);
  return real(number, a, b, c, d, e, f);
}

static void outside(int fd, const struct iovec *parts, int count) {
  struct stat about;
  if (log_fd < 0 || fd <= 2 || fstat(fd, &about) != 0 || !S_ISSOCK(about.st_mode)) return;
  struct iovec kept[16];
  size_t room = OUT_MAX;
  int n = 0;
  for (int i = 0; i < count && n < 16 && room > 0; i++, n++) {
    kept[n] = parts[i];
    if (kept[n].iov_len > room) kept[n].iov_len = room;
    room -= kept[n].iov_len;
  }
  pthread_mutex_lock(&lock);
  put(OUT, (uint32_t)fd, 0, 0, 0, kept, n);
  pthread_mutex_unlock(&lock);
}

static ssize_t real_writev(int fd, const struct iovec *parts, int count) { return (ssize_t)syscall(SYS_writev, fd, parts, count); }

/* offset -1: at the file's own position. */
static ssize_t write_recorded(int fd, const struct iovec *parts, int count, off64_t offset) {
  if (!is_file(fd)) {
    outside(fd, parts, count);
    return offset < 0 ? real_writev(fd, parts, count) : (ssize_t)syscall(SYS_pwritev, fd, parts, count, offset, 0);
  }
  pthread_mutex_lock(&lock);
  ssize_t written = -1;
  struct iovec half;
  int how = fails(C_WRITE);
  if (how == 2) {
    half = parts[0];
    half.iov_len = half.iov_len / 2;
    parts = &half;
    count = 1;
  }
  if (how != 1) {
    written = offset < 0 ? real_writev(fd, parts, count) : (ssize_t)syscall(SYS_pwritev, fd, parts, count, offset, 0);
    if (written > 0) {
      off64_t at = offset < 0 ? lseek64(fd, 0, SEEK_CUR) - written : offset;
      struct iovec kept[16];
      size_t room = (size_t)written;
      int n = 0;
      for (int i = 0; i < count && n < 16 && room > 0; i++, n++) {
        kept[n] = parts[i];
        if (kept[n].iov_len > room) kept[n].iov_len = room;
        room -= kept[n].iov_len;
      }
      put(WRITE, file_of[fd], 0, (uint64_t)at, (uint64_t)written, kept, n);
    }
  }
  pthread_mutex_unlock(&lock);
  return written;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  return write_recorded(fd, &part, 1, -1);
}
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_recorded(fd, parts, count, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
  struct iovec part = {(void *)bytes, length};
  return write_recorded(fd, &part, 1, offset);
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return pwrite(fd, bytes, length, offset); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return write_recorded(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return write_recorded(fd, parts, count, offset); }

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  REAL(sendmsg);
  outside(fd, message->msg_iov, (int)message->msg_iovlen);
  return real(fd, message, flags);
}

static ssize_t read_recorded(int fd, void *bytes, size_t length, off64_t offset) {
  if (is_file(fd) && control && (control->classes & C_READ)) {
    pthread_mutex_lock(&lock);
    int how = fails(C_READ);
    pthread_mutex_unlock(&lock);
    if (how) return -1;
  }
  return (ssize_t)syscall(SYS_pread64, fd, bytes, length, offset);
}
ssize_t pread(int fd, void *bytes, size_t length, off_t offset) { return read_recorded(fd, bytes, length, offset); }
ssize_t pread64(int fd, void *bytes, size_t length, off64_t offset) { return read_recorded(fd, bytes, length, offset); }

static int truncate_recorded(int fd, off64_t size) {
  if (!is_file(fd)) return (int)syscall(SYS_ftruncate, fd, size);
  pthread_mutex_lock(&lock);
  int status = -1;
  if (!fails(C_TRUNCATE)) {
    status = (int)syscall(SYS_ftruncate, fd, size);
    if (status == 0) put(TRUNCATE, file_of[fd], 0, 0, (uint64_t)size, 0, 0);
  }
  pthread_mutex_unlock(&lock);
  return status;
}
int ftruncate(int fd, off_t size) { return truncate_recorded(fd, size); }
int ftruncate64(int fd, off64_t size) { return truncate_recorded(fd, size); }

static int sync_recorded(int fd, long number) {
  if (!is_file(fd)) return (int)syscall(number, fd);
  pthread_mutex_lock(&lock);
  int status = -1;
  if (!fails(C_SYNC)) {
    status = (int)syscall(number, fd);
    if (status == 0) put(directory_of[fd] ? SYNC_DIRECTORY : SYNC, file_of[fd], 0, 0, 0, 0, 0);
  }
  pthread_mutex_unlock(&lock);
  return status;
}
int fsync(int fd) { return sync_recorded(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_recorded(fd, SYS_fdatasync); }

static int rename_recorded(int from_at, const char *from, int to_at, const char *to, unsigned flags) {
  char from_buffer[PATH_MAX], to_buffer[PATH_MAX];
  const char *old = inside(from_at, from, from_buffer), *new = inside(to_at, to, to_buffer);
  if (!old || !new) return (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
  pthread_mutex_lock(&lock);
  int status = -1;
  if (!fails(C_NAME)) {
    status = (int)syscall(SYS_renameat2, from_at, from, to_at, to, flags);
    struct iovec parts[2] = {{(void *)old, strlen(old) + 1}, {(void *)new, strlen(new)}};
    if (status == 0) put(RENAME, 0, 0, 0, 0, parts, 2);
  }
  pthread_mutex_unlock(&lock);
  return status;
}
int rename(const char *from, const char *to) { return rename_recorded(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int from_at, const char *from, int to_at, const char *to) { return rename_recorded(from_at, from, to_at, to, 0); }

static int remove_recorded(int at, const char *path, int flags) {
  char buffer[PATH_MAX];
  const char *name = inside(at, path, buffer);
  if (!name) return (int)syscall(SYS_unlinkat, at, path, flags);
  pthread_mutex_lock(&lock);
  int status = -1;
  if (!fails(C_NAME)) {
    status = (int)syscall(SYS_unlinkat, at, path, flags);
    if (status == 0) put_text(flags & AT_REMOVEDIR ? RMDIR : UNLINK, 0, 0, name, strlen(name));
  }
  pthread_mutex_unlock(&lock);
  return status;
}
int unlink(const char *path) { return remove_recorded(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return remove_recorded(at, path, flags); }
int rmdir(const char *path) { return remove_recorded(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdir(const char *path, mode_t mode) {
  char buffer[PATH_MAX];
  const char *name = inside(AT_FDCWD, path, buffer);
  if (!name) return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
  pthread_mutex_lock(&lock);
  int status = -1;
  if (!fails(C_NAME)) {
    status = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (status == 0) put_text(MKDIR, 0, 0, name, strlen(name));
  }
  pthread_mutex_unlock(&lock);
  return status;
}
