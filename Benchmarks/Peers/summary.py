"""From samples to figures: those of a slice, of a start and of an engine."""

import math
import statistics
from typing import NamedTuple, Optional


class Slice(NamedTuple):
    """One engine's slice of one round: times of a call (one batch) in milliseconds.

    `cores` is processor time over wall time: how many cores were busy.
    """

    median_ms: float
    p10_ms: Optional[float]
    p90_ms: float
    calls: int
    cores: float


class Start(NamedTuple):
    """A fresh process: time from opening the file to the first logits, and memory afterwards.

    Memory is in megabytes (1e6 bytes); `library_mb` is what was resident before the file was
    opened. Each is None where it is not known.
    """

    first_result_ms: Optional[float]
    resident_mb: Optional[float]
    library_mb: Optional[float]


class Setting(NamedTuple):
    """What every engine of a comparison must do."""

    variant: str
    batch: int
    threads: int

    def __str__(self):
        return f"{self.variant} batch {self.batch} on {self.threads} core(s)"


class Row(NamedTuple):
    """An engine's figures in one setting, or the reason why there are none.

    Slice number i of every row was taken in round i. Only our own row has `peak_gflops`, `gflops`
    and the name of its instruction set, `isa`.
    """

    engine: str
    setting: Setting
    slices: tuple = ()
    start: Optional[Start] = None
    error: Optional[float] = None
    problem: Optional[str] = None
    peak_gflops: Optional[float] = None
    gflops: Optional[float] = None
    isa: Optional[str] = None

    @property
    def median_ms(self):
        """The median over the rounds of the slices' medians; None where nothing was timed."""
        return statistics.median(s.median_ms for s in self.slices) if self.slices else None

    @property
    def p10_ms(self):
        """The median over the rounds of the slices' tenth percentiles; None where unknown."""
        known = [s.p10_ms for s in self.slices if s.p10_ms is not None]
        return statistics.median(known) if known else None

    @property
    def p90_ms(self):
        """The median over the rounds of the slices' ninetieth percentiles."""
        return statistics.median(s.p90_ms for s in self.slices) if self.slices else None

    @property
    def cores(self):
        """How many cores were busy, as the median over the rounds."""
        return statistics.median(s.cores for s in self.slices) if self.slices else None

    @property
    def calls(self):
        """How many calls were timed."""
        return sum(s.calls for s in self.slices)


def ratio(row, ours):
    """The row's median over ours; None where either was not timed."""
    return row.median_ms / ours.median_ms if row.slices and ours and ours.slices else None


def paired_ratio(row, ours):
    """The median over the rounds of the row's slice over ours; None where either was not timed.

    A disturbance that slows all engines of a round does not change the ratio of that round, while
    the medians of two engines may come from different rounds.
    """
    if not (row.slices and ours and ours.slices):
        return None
    return statistics.median(
        theirs.median_ms / own.median_ms
        for theirs, own in zip(row.slices, ours.slices, strict=True))


def percentile(values, percent):
    """The nearest-rank percentile of a non-empty list: an element of it, for 0 < percent <= 100."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


def summarised(samples_ms, cpu_seconds, wall_seconds):
    """A slice from the times of its calls."""
    return Slice(
        median_ms=statistics.median(samples_ms),
        p10_ms=percentile(samples_ms, 10),
        p90_ms=percentile(samples_ms, 90),
        calls=len(samples_ms),
        cores=cpu_seconds / wall_seconds,
    )


def engine_row(report):
    """The engine's object in the output of `fastvit bench --json`: the top level, one of its values
    (`engine`), or the first of a list; it has `latency_ms`. Raises `ValueError` without one.
    """
    candidates = report if isinstance(report, list) else [report, *report.values()]
    for candidate in candidates:
        if isinstance(candidate, dict) and "latency_ms" in candidate:
            return candidate
    raise ValueError("no object with latency_ms in the benchmark's JSON")


def largest_relative_error(actual, expected):
    """The largest difference of two arrays over the largest magnitude of the second.

    Infinite where the shapes differ, so that it exceeds every tolerance.
    """
    if actual.shape != expected.shape:
        return math.inf
    return float(abs(actual - expected).max() / abs(expected).max())
