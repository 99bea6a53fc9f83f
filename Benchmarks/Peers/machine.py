"""The machine as a record describes it: processor, caches, memory, system, versions."""

import importlib.metadata
import os
import pathlib
import platform
import subprocess

CACHES = pathlib.Path("/sys/devices/system/cpu/cpu0/cache")
NOTABLE_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd", "sve")
# These decide which of our kernels run on an x86 processor, so their absence is named too.
DECISIVE_FLAGS = ("avx2", "avx512f")


def cpu_fields(text):
    """The first processor's fields of `/proc/cpuinfo`."""
    fields = {}
    for line in text.splitlines():
        if not line.strip():
            break
        name, _, value = line.partition(":")
        fields[name.strip()] = value.strip()
    return fields


def caches():
    """The caches of the first core, as `L1 Data 48K`."""
    found = []
    for index in sorted(CACHES.glob("index*")):
        level, kind, size = (
            (index / name).read_text(encoding="ascii").strip()
            for name in ("level", "type", "size"))
        found.append(f"L{level} {size}" + ("" if kind == "Unified" else f" {kind.lower()}"))
    return ", ".join(found)


def processor(fields):
    """The name, with family and model where known: some names do not tell generations apart."""
    name = fields.get("model name", platform.machine())
    if "cpu family" in fields and "model" in fields:
        name += f" (family {fields['cpu family']}, model {fields['model']})"
    return name


def instructions(fields):
    """The notable instruction sets that are present, and the decisive ones that are missing."""
    found = fields.get("flags", fields.get("Features", "")).split()
    listed = [flag for flag in NOTABLE_FLAGS if flag in found]
    if "flags" in fields:
        listed += [f"no {flag}" for flag in DECISIVE_FLAGS if flag not in found]
    return ", ".join(listed)


def described():
    """The machine as {title: text}."""
    fields = cpu_fields(pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": processor(fields),
        "instructions": instructions(fields),
        "cores": f"{len(os.sched_getaffinity(0))} allowed of {os.cpu_count()}",
        "caches": caches(),
        "memory": f"{memory:.0f} GB",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
    }


def commit(folder):
    """The checked-out commit, marked `-dirty` where files differ from it; None without git."""
    try:
        result = subprocess.run(
            ["git", "-C", folder, "describe", "--always", "--dirty", "--abbrev=10"],
            capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return result.stdout.strip()


def versions(distributions):
    """The installed versions as {distribution: version or None}."""
    found = {}
    for name in distributions:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found
