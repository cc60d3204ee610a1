"""What the figures were measured on: without it they say nothing."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import psutil

LIBRARIES = ("aiokafka", "faststream", "pydantic", "sqlalchemy", "duckdb", "cbe")


def describe() -> str:
    """One line: processor, cores, memory, versions, and how busy the machine was."""
    memory = psutil.virtual_memory().total / 2**30
    load = psutil.getloadavg()[0]
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}; "
        f"Python {platform.python_version()}, {libraries}; load {load:.1f}"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())
