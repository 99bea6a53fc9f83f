"""The comparison as text: a Markdown table, a record of it, and the JSON of all numbers."""

import json
import math
import re
import statistics

import summary

COLUMNS = (
    "engine", "median ms", "p10 / p90 ms", "images/s", "× ours", "× ours, paired", "× best peer",
    "of peak", "first result ms", "memory MB", "cores busy",
)
# Fewer busy cores than this share of the given ones are marked: the engine did not get its cores.
BUSY_SHARE = 0.85


def number(value, digits=2):
    """The value with `digits` decimals, or a dash where nothing was measured."""
    return "–" if value is None else f"{value:.{digits}f}"


def own(rows):
    """Our own row; None where it was not timed."""
    return next((row for row in rows if row.engine == "ours" and row.slices), None)


def best_peer(rows):
    """The fastest row of another engine; None where no peer was timed."""
    timed = [row for row in rows if row.engine != "ours" and row.slices]
    return min(timed, key=lambda row: row.median_ms, default=None)


def peak_fraction(row, ours):
    """The row's multiply-add rate over the peak that `fastvit` measured in the same run."""
    if ours is None or not ours.peak_gflops or not ours.gflops:
        return None
    operations = ours.gflops * ours.median_ms
    return operations / row.median_ms / ours.peak_gflops


def cells(row, ours, best, titles):
    """One line of the table."""
    title = titles[row.engine]
    if not row.slices:
        return [title, f"not timed: {row.problem}", *[""] * (len(COLUMNS) - 2)]
    median, setting = row.median_ms, row.setting
    memory = number(row.start.resident_mb, 0)
    if row.start.library_mb is not None:
        memory += f" (+{row.start.resident_mb - row.start.library_mb:.0f})"
    fraction = peak_fraction(row, ours)
    mark = "" if row.cores >= BUSY_SHARE * setting.threads else " !"
    return [
        title,
        number(median),
        f"{number(row.p10_ms)} / {number(row.p90_ms)}",
        number(setting.batch / median * 1e3, 1),
        number(summary.ratio(row, ours)),
        number(summary.paired_ratio(row, ours)),
        number(median / best.median_ms if best else None),
        "–" if fraction is None else f"{100 * fraction:.0f} %",
        number(row.start.first_result_ms, 0),
        memory,
        number(row.cores) + mark,
    ]


def table(rows, titles):
    """The rows of one setting as a Markdown table, fastest first, rows without times last."""
    ours, best = own(rows), best_peer(rows)
    ordered = sorted(rows, key=lambda row: row.median_ms if row.slices else float("inf"))
    lines = [COLUMNS, ["---"] + ["---:"] * (len(COLUMNS) - 1)]
    lines += [cells(row, ours, best, titles) for row in ordered]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def grouped(rows):
    """The rows by setting, in the order of the settings' first rows."""
    groups = {}
    for row in rows:
        groups.setdefault(row.setting, []).append(row)
    return groups


def tables(rows, titles):
    """A heading and a table per setting."""
    parts = []
    for setting, members in grouped(rows).items():
        ours, note = own(members), ""
        if ours and ours.isa:
            note += f"; our kernels {ours.isa}"
        if ours and ours.peak_gflops:
            note += f"; multiply-add peak measured meanwhile {ours.peak_gflops:.0f} GFLOP/s"
        parts.append(f"### {setting}{note}\n\n{table(members, titles)}\n")
    return "\n".join(parts)


# Characters of a bar per unit of the ratio.
BAR = 30


def image(rows, titles):
    """Bars: the time of the fastest peer of each setting over ours, by medians.

    Each number of cores and batch ends with the geometric mean, and with the geometric mean of the
    same peers' paired ratios.
    """
    groups = {}
    for setting, members in grouped(rows).items():
        ours, best = own(members), best_peer(members)
        if ours and best:
            groups.setdefault((setting.threads, setting.batch), []).append((ours, best))
    lines = []
    for (threads, batch), pairs in groups.items():
        images = "" if batch == 1 else f", {batch} images"
        lines.append(f"{threads} core{'' if threads == 1 else 's'}{images}")
        for ours, best in pairs:
            factor = summary.ratio(best, ours)
            bar = "#" * round(BAR * factor)
            lines.append(f"  {ours.setting.variant:5}{ours.median_ms:7.2f} ms  {factor:.2f} {bar} "
                         f"{titles[best.engine]}")
        mean = statistics.geometric_mean(summary.ratio(best, ours) for ours, best in pairs)
        paired = statistics.geometric_mean(summary.paired_ratio(best, ours) for ours, best in pairs)
        lines.append(f"  geometric mean    {mean:.2f} {'#' * round(BAR * mean)} "
                     f"({paired:.2f} by pairs of slices)")
    head = "time of the fastest other engine over ours; longer is better for us"
    return "\n".join(["```", head, *lines, "```"]) + "\n" if lines else ""


def machine(described):
    """The machine as one line; runs can be compared only where these lines are equal."""
    return "; ".join(described[name] for name in ("processor", "instructions", "cores"))


def slug(text):
    """A part of a file name: lower case letters, digits and single hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def as_json(rows, facts):
    """Everything that was measured as JSON, with every slice."""
    def listed(row):
        ours = own(groups[row.setting])
        return {
            "engine": row.engine,
            **row.setting._asdict(),
            "isa": row.isa,
            "median_ms": row.median_ms,
            "over_ours": summary.ratio(row, ours),
            "over_ours_paired": summary.paired_ratio(row, ours),
            "p10_ms": row.p10_ms,
            "p90_ms": row.p90_ms,
            "calls": row.calls,
            "cores_busy": row.cores,
            # JSON knows no infinity and no not-a-number; the problem's text names them.
            "error": row.error if math.isfinite(row.error or 0) else None,
            "problem": row.problem,
            "peak_gflops": row.peak_gflops,
            "gflops": row.gflops,
            "start": row.start._asdict() if row.start else None,
            "slices": [s._asdict() for s in row.slices],
        }

    groups = grouped(rows)
    report = {**facts, "rows": [listed(row) for row in rows]}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def record(rows, facts, titles):
    """The record as Markdown: command, machine, versions and every table."""
    def listed(entries):
        return "\n".join(f"| {name} | {value} |" for name, value in entries.items())

    settings = ", ".join(f"{name}: {value}" for name, value in facts["settings"].items())
    versions = {name: version or "not known" for name, version in facts["versions"].items()}
    return f"""# The peers beside us, {facts["date"]}

    {facts["command"]}

Single precision everywhere, 256×256, random weights in timm's merged form ({settings}).
What the columns mean and what is fair about them is in `Benchmarks/Peers/README.md`.

| machine | |
|---|---|
{listed(facts["machine"])}

| software | version |
|---|---|
{listed(versions)}

{image(rows, titles)}
{tables(rows, titles)}"""
