"""Memory that a training frees and takes again at each step, kept by the process meanwhile."""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Of malloc.h of the GNU C library.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_MMAP_MAX = -1, -3, -4
LARGEST_INT = 2**31 - 1
DEFAULT_MAPPINGS = 65536
# Where the library's own adjustment ends once a process has freed something large.
ADJUSTED_MMAP_THRESHOLD = 2**25


@contextmanager
def memory_kept() -> Iterator[None]:
    """Keep freed memory in the process, and give it back to the system at the end.

    A gradient or the views of a batch take megabytes. The GNU C library hands such blocks back
    when they are freed, and the system clears every page of them anew when they are next asked
    for, which took up to a quarter of a training step. Elsewhere nothing is changed.
    """
    library = ctypes.CDLL(None) if sys.platform.startswith("linux") else None
    if not (hasattr(library, "mallopt") and hasattr(library, "malloc_trim")):
        yield
        return
    library.mallopt(M_MMAP_MAX, 0)
    library.mallopt(M_TRIM_THRESHOLD, LARGEST_INT)
    try:
        yield
    finally:
        library.mallopt(M_MMAP_MAX, DEFAULT_MAPPINGS)
        library.mallopt(M_MMAP_THRESHOLD, ADJUSTED_MMAP_THRESHOLD)
        library.mallopt(M_TRIM_THRESHOLD, 2 * ADJUSTED_MMAP_THRESHOLD)
        library.malloc_trim(0)
