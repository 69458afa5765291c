"""How long a call takes, for the benchmarks beside this file."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(call: Callable[[], object], runs: int = 3) -> float:
    """Of this process's time, so that a busy machine changes little: the best of the runs."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best
