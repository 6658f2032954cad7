/* Loaded before a program's own libraries it moves the clock that the program reads: by as many seconds as stand, as a
 * long long, in the file that JISHI_TEST_CLOCK names. Its page's process is moved with it: the times of keys go from the one to the other. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long moved_s(void) {
    static volatile const long long *shared;
    static const long long none = 0;
    if (shared == NULL) {
        const char *path = getenv("JISHI_TEST_CLOCK");
        int is_driver = strcmp(program_invocation_short_name, "WebKitWebDriver") == 0;
        int file = path != NULL && !is_driver ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        void *page = file < 0 ? MAP_FAILED : mmap(NULL, sizeof none, PROT_READ, MAP_SHARED, file, 0);
        if (file >= 0) close(file);
        shared = page == MAP_FAILED ? &none : page;
    }
    return *shared;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, which, now);
    if (failed == 0 && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) now->tv_sec += moved_s();
    return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    (void)zone;
    struct timespec precise;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec precise;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) return -1;
    if (told != NULL) *told = precise.tv_sec;
    return precise.tv_sec;
}
