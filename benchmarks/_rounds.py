"""Two ways to do the same, timed in turns."""

import statistics
import time
from collections.abc import Callable

Timed = tuple[Callable[[], object], int]
"""A function, and how often it does what is counted."""


def in_turns(case: str, ours: Timed, theirs: Timed, rounds: int) -> dict[str, str | float]:
    """CPU milliseconds of both, and theirs over ours: medians over rounds in which both run."""
    spent = []
    for _ in range(rounds):
        each = []
        for run, times in (ours, theirs):
            started = time.process_time()
            run()
            each.append(1e3 * (time.process_time() - started) / times)
        spent.append(each)
    return {
        "case": case,
        "ours_ms": statistics.median(own for own, _ in spent),
        "theirs_ms": statistics.median(other for _, other in spent),
        "ratio": statistics.median(other / own for own, other in spent),
    }
