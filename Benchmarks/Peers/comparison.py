"""One setting after another: engines that agree are timed in turns, the others get a reason."""

import contextlib
import datetime
import pathlib
import random
import shlex
import sys

import contestants
import engines
import machine
import summary

# Relative to the largest logit: far above the rounding of float32, far below that of bfloat16.
TOLERANCE = 1e-3


def note(text):
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def settings(arguments):
    """Everything to compare, variant by variant."""
    return [
        summary.Setting(variant, batch, count)
        for variant in arguments.variants
        for batch in arguments.batch
        for count in arguments.threads
    ]


def started(names, setting, ours, stack):
    """Starts the peers and compares their logits with ours: ({name: peer}, {name: row}).

    Only peers that agree stay running, until `stack` is closed.
    """
    running, rows = {}, {}
    for name in names:
        try:
            peer = contestants.Peer(name, setting)
        except RuntimeError as failure:
            rows[name] = summary.Row(name, setting, problem=str(failure))
        else:
            stack.callback(peer.close)
            error = summary.largest_relative_error(peer.logits, ours.logits)
            rows[name] = summary.Row(name, setting, start=peer.start, error=error)
            if error <= TOLERANCE:
                running[name] = peer
            else:
                rows[name] = rows[name]._replace(problem=f"logits differ from ours by {error:.1e}")
                peer.close()
        note(f"  {name}: {rows[name].problem or f'agrees to {rows[name].error:.1e}'}")
    return running, rows


def raced(entrants, rounds, seconds):
    """Times all entrants in slices, in a new order per round: ({name: slices}, {name: failure})."""
    slices, failures = {name: [] for name in entrants}, {}
    for number in range(1, rounds + 1):
        for name in random.sample(list(entrants), len(entrants)):
            if name in failures:
                continue
            try:
                slices[name].append(entrants[name].slice(seconds))
            except RuntimeError as failure:
                failures[name] = f"round {number}: {failure}"
                note(f"  {name} failed in {failures[name]}")
                entrants[name].close()
    return slices, failures


def compared(setting, arguments):
    """All rows of one setting. Raises `RuntimeError` where `fastvit` fails."""
    note(str(setting))
    names = [name for name in engines.ENGINES if name.split("-")[0] in arguments.engines]
    if setting.batch == 1:
        # With one image there is nothing to distribute.
        names = [name for name in names if name != "openvino-throughput"]
    ours = contestants.Ours(arguments.fastvit, setting)
    with contextlib.ExitStack() as stack:
        running, rows = started(names, setting, ours, stack)
        slices, failures = raced({"ours": ours, **running}, arguments.rounds, arguments.seconds)
    if "ours" in failures:
        raise RuntimeError(failures["ours"])
    rows["ours"] = summary.Row(
        "ours", setting, start=ours.start, error=0.0, peak_gflops=ours.median("peak_gflops"),
        gflops=ours.median("gflops"), isa=ours.isa)
    for name in ("ours", *running):
        if name in failures:
            rows[name] = rows[name]._replace(problem=failures[name])
        else:
            rows[name] = rows[name]._replace(slices=tuple(slices[name]))
    return list(rows.values())


def facts(arguments, words):
    """Date, command, settings, machine and versions of this run."""
    def shown(word):
        # A record names no folder of the machine it was made on.
        return pathlib.Path(word).name if pathlib.Path(word).is_absolute() else word

    distributions = {name: None for engine in engines.ENGINES.values()
                     for name in engine.distributions}
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "command": "python3 Benchmarks/Peers/peers.py " + shlex.join(map(shown, words)),
        "settings": {"rounds": arguments.rounds, "seconds a slice": arguments.seconds},
        "machine": machine.described(),
        "versions": {
            "fastvit, the checkout's commit": machine.commit(pathlib.Path(__file__).parent),
            **machine.versions(distributions),
        },
    }
