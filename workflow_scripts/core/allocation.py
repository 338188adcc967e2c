"""How memory is given back: large arrays to the system at once, not to a heap with holes."""

import os

MB = 1 << 20
GIVEN_BACK = {
    "MALLOC_MMAP_THRESHOLD_": str(8 * MB),
    "MALLOC_TRIM_THRESHOLD_": str(128 * MB),
}
"""Variables of the C library of Linux, in bytes: arrays from this size on are given back as soon
as they are freed, and the free end of the heap is from that size on.

By default both sizes grow with what is freed, up to 32 MB. Aligned arrays of such a size, freed
between small ones that stay, then leave holes that are a little too small for the next: a step that
holds 0.1 GB grew to 4.5. Smaller sizes than these cost time, as each new page is cleared."""


def export_allocation() -> None:
    """Set the variables, but for those that a user has set; the C library reads them at its start.

    To be called in the process that starts jobs.
    """
    for name, value in GIVEN_BACK.items():
        os.environ.setdefault(name, value)
