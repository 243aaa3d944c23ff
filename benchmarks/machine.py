"""The machine that numbers are of."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("netc", "pydantic", "torch", "onnx", "onnxscript", "onnxruntime", "openvino")


def description() -> dict[str, str]:
    """What a number means nothing without: processor, cores, system, and the versions of what was run."""
    return {
        "processor": processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "system": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        **{package: installed(package) for package in PACKAGES},
    }


def processor() -> str:
    """The processor's name, as Linux has it; elsewhere what Python knows."""
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def installed(package: str) -> str:
    """A package's version."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def load() -> str:
    """How much else ran: the system's load average of the last minute, in processes."""
    return f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
