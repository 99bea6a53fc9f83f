"""A process that holds one engine with one loaded model and times it on request.

    python worker.py ENGINE MODEL_FOLDER IMAGES.npy THREADS

Writes one line of JSON when the model has given its first logits, then one for each line read: a
number of seconds to spend on timed calls. Ends with its input.
"""

import importlib
import json
import os
import pathlib
import sys
import time

WARM_UP_CALLS = 3
SMALLEST_SLICE = 3


def resident_mb():
    """The process's resident memory in megabytes (1e6 bytes)."""
    pages = int(pathlib.Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed_calls(run, seconds):
    """Calls `run` for so many seconds, at least a few times, after a few calls that do not count.

    The processor time is that of all threads, the waiting of some engines for work included.
    """
    for _ in range(WARM_UP_CALLS):
        run()
    samples_ns = []
    start_cpu, start = time.process_time(), time.perf_counter_ns()
    end, now = start + int(seconds * 1e9), start
    while now < end or len(samples_ns) < SMALLEST_SLICE:
        run()
        before, now = now, time.perf_counter_ns()
        samples_ns.append(now - before)
    return {
        "samples_ms": [sample / 1e6 for sample in samples_ns],
        "cpu_seconds": time.process_time() - start_cpu,
        "wall_seconds": (now - start) / 1e9,
    }


def started(engine, model, images, threads):
    """Loads the model, runs it once; the loaded engine and what that took."""
    library_mb = resident_mb()
    start = time.perf_counter()
    loaded = engine(model, images, threads)
    loaded.run()
    logits = loaded.logits()
    first_result_ms = (time.perf_counter() - start) * 1e3
    loaded.run()
    return loaded, {
        "first_result_ms": first_result_ms,
        "resident_mb": resident_mb(),
        "library_mb": library_mb,
        "logits": logits.tolist(),
    }


def main():
    """Serves until its input ends."""
    # Libraries print what they like; the answers keep the pipe for themselves.
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)

    import numpy as np

    import engines
    import exports

    exports.reference_modules()
    engine = engines.ENGINES[sys.argv[1]]
    for module in engine.modules:
        importlib.import_module(module)
    images = np.load(sys.argv[3])
    loaded, report = started(engine, pathlib.Path(sys.argv[2]), images, int(sys.argv[4]))
    print(json.dumps(report), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(timed_calls(loaded.run, float(line))), file=answers, flush=True)


if __name__ == "__main__":
    main()
