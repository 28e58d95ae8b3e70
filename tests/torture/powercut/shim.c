/* Writes down, in order, everything a process does to the files below given folders.
 *
 * Loaded with LD_PRELOAD. POWERCUT_ROOTS: folders, with colons between; POWERCUT_JOURNAL: the file
 * that the operations are appended to. A write to a file called "powercut.marks" below a root
 * becomes a mark in the journal. Only what succeeded is written down, under one lock, so that the
 * order in the journal is the order of the operations. A sync has a beginning and an end: what was
 * written before it began is safe after it ended. POWERCUT_KILL_AT: the process kills itself (SIGKILL)
 * after that many operations; "3 2 .mp4": at the third from the making of the second such file on.
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
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { CREATE = 1, MKDIR, WRITE, SIZE, SYNC, SYNCED, RENAME, UNLINK, RMDIR, LINK, MARK, UNKNOWN };

struct record {
    uint32_t kind, path_size, data_size, device;
    uint64_t time_ns, inode, a;
};

#define MOST_FDS 65536
static struct { int tracked, mark; ino_t inode; dev_t device; } known[MOST_FDS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -1;
static char roots[8][PATH_MAX];
static int root_count;
static uint64_t syncs, done, kill_at, files, after_files; /* kill_at 0: never */
static char suffix[16];

#define REAL(name) ((__typeof__(&name))real(#name, __COUNTER__))
static void *found[128];
static void *real(const char *name, int slot) {
    if (!found[slot]) found[slot] = dlsym(RTLD_NEXT, name);
    return found[slot];
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("POWERCUT_JOURNAL"), *list = getenv("POWERCUT_ROOTS");
    if (!path || !list) return;
    char copy[8 * PATH_MAX];
    snprintf(copy, sizeof copy, "%s", list);
    char *rest = copy, *one;
    while ((one = strsep(&rest, ":")) && root_count < 8)
        if (*one && realpath(one, roots[root_count])) root_count++;
    const char *when = getenv("POWERCUT_KILL_AT");
    if (when) sscanf(when, "%lu %lu %15s", &kill_at, &after_files, suffix);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0) { perror(path); abort(); }
    journal = fcntl(fd, F_DUPFD_CLOEXEC, 900);
    if (journal < 0) journal = fd; else syscall(SYS_close, fd);
}

static int below(const char *path) {
    for (int i = 0; i < root_count; i++) {
        size_t n = strlen(roots[i]);
        if (!strncmp(path, roots[i], n) && (path[n] == '/' || !path[n])) return 1;
    }
    return 0;
}

/* The lock is held, except for a mark of a sync. */
static void note(int kind, struct stat *st, uint64_t a, const char *path, const void *data, size_t size) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct record r = {kind, path ? strlen(path) : 0, size, st ? st->st_dev : 0,
                       now.tv_sec * 1000000000ull + now.tv_nsec, st ? st->st_ino : 0, a};
    struct iovec parts[3] = {{&r, sizeof r}, {(void *)path, r.path_size}, {(void *)data, size}};
    size_t all = sizeof r + r.path_size + size;
    if (syscall(SYS_writev, journal, parts, 3) != (ssize_t)all) {
        static const char sorry[] = "powercut: the journal cannot be written\n";
        syscall(SYS_write, 2, sorry, sizeof sorry - 1);
        abort();
    }
    size_t n = strlen(suffix);
    if (kind == CREATE && n && r.path_size >= n && !strcmp(path + r.path_size - n, suffix)) files++;
    if (files >= after_files && ++done == kill_at) syscall(SYS_kill, getpid(), SIGKILL);
}

static int path_of_fd(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0) return 0;
    path[n] = 0;
    return 1;
}

/* The whole path of an entry, whose last part is not followed; 0 when it is none of ours. */
static int path_of(int dir, const char *given, char *path) {
    if (!given || journal < 0) return 0;
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", given);
    size_t n = strlen(copy);
    while (n > 1 && copy[n - 1] == '/') copy[--n] = 0;
    char *slash = strrchr(copy, '/');
    const char *name = slash ? slash + 1 : copy;
    const char *parent = !slash ? "." : slash == copy ? "/" : (*slash = 0, copy);
    int saved = errno;
    int fd = syscall(SYS_openat, dir, parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    char base[PATH_MAX];
    int good = fd >= 0 && path_of_fd(fd, base);
    if (fd >= 0) syscall(SYS_close, fd);
    errno = saved;
    if (!good || strlen(base) + strlen(name) + 2 > PATH_MAX) return 0;
    sprintf(path, "%s/%s", base, name);
    return below(path);
}

static int ours(int fd, struct stat *st) {
    if (journal < 0 || fd < 0 || fd >= MOST_FDS || !known[fd].tracked) return 0;
    int saved = errno, good = !fstat(fd, st);
    errno = saved;
    return good && st->st_ino == known[fd].inode && st->st_dev == known[fd].device;
}

static int opened(int dir, const char *given, int flags, mode_t mode) {
    int (*really)(int, const char *, int, ...) = REAL(openat);
    int creates = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;
    if (journal < 0) return really(dir, given, flags, mode);
    if (creates || flags & O_TRUNC) pthread_mutex_lock(&lock);
    struct stat st;
    int saved = errno;
    int existed = !(flags & O_CREAT) || !fstatat(dir, given, &st, 0);
    errno = saved;
    int fd = really(dir, given, flags, mode);
    saved = errno;
    char path[PATH_MAX];
    if (fd >= 0 && fd < MOST_FDS) {
        known[fd].tracked = 0;
        if (path_of_fd(fd, path) && below(path) && !fstat(fd, &st)) {
            known[fd].inode = st.st_ino;
            known[fd].device = st.st_dev;
            const char *name = strrchr(path, '/');
            known[fd].mark = name && !strcmp(name, "/powercut.marks");
            known[fd].tracked = 1;
            if (known[fd].mark) existed = 1;
            else if ((flags & O_TMPFILE) == O_TMPFILE) note(UNKNOWN, &st, 0, "O_TMPFILE", 0, 0);
            else if (!existed) note(CREATE, &st, 0, path, 0, 0);
            else if (flags & O_TRUNC) note(SIZE, &st, 0, 0, 0, 0);
        }
    }
    if (creates || flags & O_TRUNC) pthread_mutex_unlock(&lock);
    errno = saved;
    return fd;
}

#define MODE(flags) mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list v; va_start(v, flags); mode = va_arg(v, mode_t); va_end(v); }
int open(const char *p, int f, ...) { MODE(f) return opened(AT_FDCWD, p, f, mode); }
int open64(const char *p, int f, ...) { MODE(f) return opened(AT_FDCWD, p, f | O_LARGEFILE, mode); }
int openat(int d, const char *p, int f, ...) { MODE(f) return opened(d, p, f, mode); }
int openat64(int d, const char *p, int f, ...) { MODE(f) return opened(d, p, f | O_LARGEFILE, mode); }
int creat(const char *p, mode_t m) { return opened(AT_FDCWD, p, O_CREAT | O_WRONLY | O_TRUNC, m); }
int creat64(const char *p, mode_t m) { return creat(p, m); }
int __open_2(const char *p, int f) { return opened(AT_FDCWD, p, f, 0); }
int __open64_2(const char *p, int f) { return opened(AT_FDCWD, p, f, 0); }
int __openat_2(int d, const char *p, int f) { return opened(d, p, f, 0); }
int __openat64_2(int d, const char *p, int f) { return opened(d, p, f, 0); }

static void wrote(int fd, struct stat *st, off_t at, const void *data, ssize_t size) {
    int saved = errno;
    if (known[fd].mark) note(MARK, 0, 0, 0, data, size);
    else note(WRITE, st, at, 0, data, size);
    errno = saved;
}

ssize_t write(int fd, const void *data, size_t size) {
    struct stat st;
    if (!ours(fd, &st)) return REAL(write)(fd, data, size);
    pthread_mutex_lock(&lock);
    ssize_t n = REAL(write)(fd, data, size);
    if (n > 0) wrote(fd, &st, lseek(fd, 0, SEEK_CUR) - n, data, n);
    pthread_mutex_unlock(&lock);
    return n;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
    struct stat st;
    if (!ours(fd, &st)) return syscall(SYS_pwrite64, fd, data, size, at);
    pthread_mutex_lock(&lock);
    ssize_t n = syscall(SYS_pwrite64, fd, data, size, at);
    if (n > 0) wrote(fd, &st, at, data, n);
    pthread_mutex_unlock(&lock);
    return n;
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return pwrite64(fd, data, size, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct stat st;
    if (!ours(fd, &st)) return REAL(writev)(fd, parts, count);
    ssize_t all = 0; /* one part at a time: a short write is allowed */
    for (int i = 0; i < count; i++) {
        ssize_t n = write(fd, parts[i].iov_base, parts[i].iov_len);
        if (n < 0) return all ? all : n;
        all += n;
        if ((size_t)n < parts[i].iov_len) break;
    }
    return all;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
    ssize_t all = 0;
    for (int i = 0; i < count; i++) {
        ssize_t n = pwrite64(fd, parts[i].iov_base, parts[i].iov_len, at + all);
        if (n < 0) return all ? all : n;
        all += n;
        if ((size_t)n < parts[i].iov_len) break;
    }
    return all;
}
ssize_t pwritev(int fd, const struct iovec *p, int c, off_t at) { return pwritev64(fd, p, c, at); }
ssize_t pwritev2(int fd, const struct iovec *p, int c, off_t at, int f) { (void)f; return pwritev64(fd, p, c, at); }
ssize_t pwritev64v2(int fd, const struct iovec *p, int c, off64_t at, int f) { (void)f; return pwritev64(fd, p, c, at); }

int ftruncate64(int fd, off64_t size) {
    struct stat st;
    if (!ours(fd, &st)) return syscall(SYS_ftruncate, fd, size);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_ftruncate, fd, size);
    if (!r) note(SIZE, &st, size, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    return r;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int truncate64(const char *path, off64_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    int r = ftruncate64(fd, size);
    syscall(SYS_close, fd);
    return r;
}
int truncate(const char *path, off_t size) { return truncate64(path, size); }

int fallocate64(int fd, int mode, off64_t at, off64_t size) {
    struct stat st;
    if (!ours(fd, &st)) return syscall(SYS_fallocate, fd, mode, at, size);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_fallocate, fd, mode, at, size);
    if (!r && mode & ~FALLOC_FL_KEEP_SIZE) note(UNKNOWN, &st, 0, "fallocate", 0, 0);
    else if (!r && !mode && at + size > st.st_size) note(SIZE, &st, at + size, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    return r;
}
int fallocate(int fd, int mode, off_t at, off_t size) { return fallocate64(fd, mode, at, size); }
int posix_fallocate64(int fd, off64_t at, off64_t size) { return fallocate64(fd, 0, at, size) ? errno : 0; }
int posix_fallocate(int fd, off_t at, off_t size) { return posix_fallocate64(fd, at, size); }

static int sync_by(long number, int fd) {
    struct stat st;
    if (!ours(fd, &st)) return syscall(number, fd);
    pthread_mutex_lock(&lock);
    uint64_t id = ++syncs;
    note(SYNC, &st, id, 0, 0, 0);
    pthread_mutex_unlock(&lock);
    int r = syscall(number, fd);
    if (!r) {
        pthread_mutex_lock(&lock);
        note(SYNCED, &st, id, 0, 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return r;
}
int fsync(int fd) { return sync_by(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
    char a[PATH_MAX], b[PATH_MAX];
    int in = path_of(from_dir, from, a), out = path_of(to_dir, to, b);
    if (!in && !out) return syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_renameat2, from_dir, from, to_dir, to, flags);
    if (!r && (!in || !out || flags & ~1u)) note(UNKNOWN, 0, 0, "rename", 0, 0);
    else if (!r) note(RENAME, 0, 0, a, b, strlen(b));
    pthread_mutex_unlock(&lock);
    return r;
}
int rename(const char *a, const char *b) { return renameat2(AT_FDCWD, a, AT_FDCWD, b, 0); }
int renameat(int c, const char *a, int d, const char *b) { return renameat2(c, a, d, b, 0); }

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    char a[PATH_MAX], b[PATH_MAX];
    int in = path_of(from_dir, from, a), out = path_of(to_dir, to, b);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_linkat, from_dir, from, to_dir, to, flags);
    if (!r && in && out) note(LINK, 0, 0, a, b, strlen(b));
    else if (!r && out) note(UNKNOWN, 0, 0, "link", 0, 0);
    pthread_mutex_unlock(&lock);
    return r;
}
int link(const char *a, const char *b) { return linkat(AT_FDCWD, a, AT_FDCWD, b, 0); }

int unlinkat(int dir, const char *given, int flags) {
    char path[PATH_MAX];
    if (!path_of(dir, given, path)) return syscall(SYS_unlinkat, dir, given, flags);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_unlinkat, dir, given, flags);
    if (!r) note(flags & AT_REMOVEDIR ? RMDIR : UNLINK, 0, 0, path, 0, 0);
    pthread_mutex_unlock(&lock);
    return r;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int remove(const char *path) {
    int r = unlink(path);
    return r && (errno == EISDIR || errno == EPERM) ? rmdir(path) : r;
}

int mkdirat(int dir, const char *given, mode_t mode) {
    char path[PATH_MAX];
    if (!path_of(dir, given, path)) return syscall(SYS_mkdirat, dir, given, mode);
    pthread_mutex_lock(&lock);
    int r = syscall(SYS_mkdirat, dir, given, mode);
    struct stat st;
    if (!r && !fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW)) note(MKDIR, &st, 0, path, 0, 0);
    pthread_mutex_unlock(&lock);
    return r;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* Copies within the kernel would pass us by: their callers know how to copy by hand. */
ssize_t sendfile64(int out, int in, off64_t *at, size_t size) {
    struct stat st;
    if (ours(out, &st)) { errno = EINVAL; return -1; }
    return syscall(SYS_sendfile, out, in, at, size);
}
ssize_t sendfile(int out, int in, off_t *at, size_t size) { return sendfile64(out, in, at, size); }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t size, unsigned flags) {
    struct stat st;
    if (ours(out, &st)) { errno = EXDEV; return -1; }
    return syscall(SYS_copy_file_range, in, a, out, b, size, flags);
}

static int mapped(int protection, int flags, int fd) {
    struct stat st;
    char path[PATH_MAX];
    if (fd < 0 || !(flags & MAP_SHARED) || !(protection & PROT_WRITE) || !ours(fd, &st)) return 0;
    if (!path_of_fd(fd, path)) return 1;
    size_t n = strlen(path);
    return n < 4 || strcmp(path + n - 4, "-shm"); /* SQLite's index of the WAL is made anew */
}
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    if (journal >= 0 && mapped(protection, flags, fd)) {
        pthread_mutex_lock(&lock);
        note(UNKNOWN, 0, 0, "mmap", 0, 0);
        pthread_mutex_unlock(&lock);
    }
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset);
}
void *mmap(void *at, size_t size, int p, int f, int fd, off_t offset) { return mmap64(at, size, p, f, fd, offset); }
