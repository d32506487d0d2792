"""Resources of this machine: processor cores and memory, within the limits of a container."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")
_CPUINFO = Path("/proc/cpuinfo")


def cores() -> int:
    """Physical cores available to this process; hyper-threads don't make a model faster."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else psutil.cpu_count() or 1
    logical, physical = psutil.cpu_count() or 1, psutil.cpu_count(logical=False) or 1
    found = max(1, allowed * min(physical, logical) // logical)
    with suppress(OSError, ValueError):  # a container's limit in cgroup v2: `QUOTA PERIOD` or `max PERIOD`
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        found = max(1, min(found, int(quota) // int(period)))
    return found


def available_memory(cgroup: Path = _CGROUP) -> int:
    """Bytes available to a new process without swapping."""
    import psutil

    free = int(psutil.virtual_memory().available)
    with suppress(OSError, ValueError):  # cgroup v2; `max` without a limit
        limit, used = (int((cgroup / f"memory.{name}").read_text()) for name in ("max", "current"))
        cached = dict(line.split() for line in (cgroup / "memory.stat").read_text().splitlines()).get("file", "0")
        free = min(free, max(0, limit - used + int(cached)))
    return free


def memory_of(pid: int) -> int | None:
    """Resident set size of a process, in bytes; None if it has ended."""
    import psutil

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return None


def processor() -> str:
    """The processor's model name."""
    with suppress(OSError):
        for line in _CPUINFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
