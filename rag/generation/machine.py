"""What this machine offers a language model: processor cores and memory, limits of its container included.

Knows nothing of models.
"""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_CPUINFO = Path("/proc/cpuinfo")


def cores() -> int:
    """Physical cores that this process may use: two threads of one core share what a model is limited by."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else psutil.cpu_count() or 1
    logical, physical = psutil.cpu_count() or 1, psutil.cpu_count(logical=False) or 1
    found = max(1, allowed * min(physical, logical) // logical)
    with suppress(OSError, ValueError):  # a container's share, which cgroup v2 writes as `QUOTA PERIOD` or `max PERIOD`
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        found = max(1, min(found, int(quota) // int(period)))
    return found


def available_memory(cgroup: Path = _CGROUP) -> int:
    """Bytes that a new process may take without swapping."""
    import psutil

    free = int(psutil.virtual_memory().available)
    with suppress(OSError, ValueError):  # cgroup v2; without a limit it says `max`
        limit, used = (int((cgroup / f"memory.{name}").read_text()) for name in ("max", "current"))
        cached = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines()).get("file", "0")
        free = min(free, max(0, limit - used + int(cached)))
    return free


def memory_of(pid: int) -> int | None:
    """Bytes of memory that the process holds (its resident set); None if it has gone."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def processor() -> str:
    """The processor's model, e.g. to keep what was measured on it apart from others."""
    with suppress(OSError):
        for line in _CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
