"""Has the C library give memory back that was freed: a process that runs for a year is as large as it has to be."""

import ctypes

# The options of `mallopt`, in <malloc.h> of glibc.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
# The largest that may be asked for all the time, a picture of 1080p, is taken from the heap: from the system it would
# come page by page, each emptied first. What is larger is seldom asked for.
_OWN_MAPPING_BYTES = 8 * 2**20
_KEPT_BYTES = 4 * 2**20


def keep_little_freed_memory() -> None:
    """Have no more than a little of what was freed kept for later; does nothing where the C library cannot.

    By itself glibc takes the largest block that was ever freed, up to 32 MB, for the usual size, and keeps twice that
    for each thread. https://man7.org/linux/man-pages/man3/mallopt.3.html
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING_BYTES)
        mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
