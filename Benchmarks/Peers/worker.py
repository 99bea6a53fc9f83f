"""A process that holds one engine with one loaded model and times it on request.

    python worker.py ENGINE MODEL_FOLDER IMAGES.npy THREADS

Writes one line of JSON after the first logits. Then it reads lines, each a number of seconds for
timed calls, and answers each with a line of JSON. Ends when its input ends.
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
    """Times calls of `run` for `seconds`, at least `SMALLEST_SLICE`, after some untimed calls.

    The processor time is that of all threads; it includes spinning while an engine waits for work.
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
    """Loads the model and runs it: (loaded engine, first-result time, memory and logits)."""
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
    """Serves until the input ends."""
    # Libraries print to standard output; answers must be alone on the pipe.
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
