/* Loaded before libc: the n-th write or sync of a file under one folder fails, once.
 *
 * faults_arm(folder, what, n) begins to count: what is 'w' for a write that fails with EIO, 'f' for one that finds the
 * disk full, 's' for one that writes half, 'y' for a sync that fails with EIO; n counts from 1, 0 fails nothing.
 * faults_seen() is how many calls of that kind there were. faults_retried() is how many files were synced again after
 * a failed sync without having been written in between: nobody may believe such a sync. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = 1024 };

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static char folder[2048], what;
static long seen, at, retried;
static char doubtful[FILES];

void faults_arm(const char *where, char kind, long n)
{
    pthread_mutex_lock(&guard);
    strncpy(folder, where, sizeof folder - 1);
    what = kind, at = n, seen = retried = 0;
    memset(doubtful, 0, sizeof doubtful);
    pthread_mutex_unlock(&guard);
}

long faults_seen(void) { return seen; }
long faults_retried(void) { return retried; }

static int watched(int file)
{
    char link[64], path[2048];
    ssize_t length;
    int kept = errno;

    if (!what)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, path, sizeof path - 1);
    errno = kept;
    if (length < 0)
        return 0;
    path[length] = 0;
    return !strncmp(path, folder, strlen(folder));
}

/* Whether this call is the one that fails. */
static int now(void)
{
    int fails;
    pthread_mutex_lock(&guard);
    fails = ++seen == at;
    pthread_mutex_unlock(&guard);
    return fails;
}

static int writing(int file)
{
    if (!watched(file))
        return 0;
    if (file < FILES)
        doubtful[file] = 0;
    return what != 'y' && now();
}

static int syncing(int file)
{
    if (!watched(file))
        return 0;
    if (file < FILES && doubtful[file])
        retried++;
    if (what != 'y' || !now())
        return 0;
    if (file < FILES)
        doubtful[file] = 1;
    errno = EIO;
    return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* What a failing write of size bytes still writes, or -1 with errno set. */
static ssize_t rest(size_t size)
{
    if (what == 's' && size > 1)
        return size / 2;
    errno = what == 'w' ? EIO : ENOSPC;
    return -1;
}

ssize_t write(int file, const void *data, size_t size)
{
    if (writing(file)) {
        ssize_t half = rest(size);
        return half < 0 ? half : REAL(write)(file, data, half);
    }
    return REAL(write)(file, data, size);
}

ssize_t pwrite(int file, const void *data, size_t size, off_t place)
{
    if (writing(file)) {
        ssize_t half = rest(size);
        return half < 0 ? half : REAL(pwrite)(file, data, half, place);
    }
    return REAL(pwrite)(file, data, size, place);
}

ssize_t pwrite64(int file, const void *data, size_t size, off64_t place)
{
    if (writing(file)) {
        ssize_t half = rest(size);
        return half < 0 ? half : REAL(pwrite64)(file, data, half, place);
    }
    return REAL(pwrite64)(file, data, size, place);
}

int fsync(int file) { return syncing(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return syncing(file) ? -1 : REAL(fdatasync)(file); }

int close(int file)
{
    if (file >= 0 && file < FILES)
        doubtful[file] = 0;
    return REAL(close)(file);
}
