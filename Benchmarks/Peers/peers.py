"""Compares `fastvit` with other inference engines: same weights, images, cores and run.

    python3 Benchmarks/Peers/peers.py --quick
    python3 Benchmarks/Peers/peers.py --variants all --record

Every engine must first give the same logits as `fastvit`. Then, in each of some rounds, every
engine gets a slice of some seconds, in random order. An engine has a process of its own, which
sleeps while another engine has its slice. Writes Markdown to standard output. Needs a release
build of `fastvit`; makes its own virtual environment (6 GB). Exits with 1 where `fastvit` or a
required engine (OpenVINO, ONNX Runtime) failed or disagreed.
"""

import argparse
import os
import pathlib
import signal
import sys

import environment

FOLDER = pathlib.Path(__file__).parent
REPOSITORY = FOLDER.parents[1]
RECORDS = REPOSITORY / "Benchmarks" / "Records"
VARIANTS = ("t8", "t12", "s12", "sa12", "sa24", "sa36", "ma36")
CHOICES = ("openvino", "onnxruntime", "torch", "ncnn", "executorch")
USUAL = {
    "variants": ["t8", "sa12", "ma36"], "threads": ["1", "all"], "batch": [1, 8],
    "engines": list(CHOICES), "seconds": 2.0, "rounds": 7,
}
QUICK = USUAL | {
    "variants": ["t8"], "batch": [1], "engines": ["openvino", "onnxruntime"], "rounds": 5,
}


def parsed(words):
    """The command line, with the usual or the quick settings where it says nothing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", nargs="+", choices=(*VARIANTS, "all"), metavar="V",
                        help=f"of {', '.join(VARIANTS)}, or all (default: t8 sa12 ma36)")
    parser.add_argument("--threads", nargs="+", type=threads, metavar="N",
                        help="cores to run on; all: those this process may use (default: 1 all)")
    parser.add_argument("--batch", nargs="+", type=positive(int), metavar="N",
                        help="images per call (default: 1 8)")
    parser.add_argument("--engines", nargs="+", choices=CHOICES, metavar="E",
                        help=f"of {', '.join(CHOICES)} (default: all)")
    parser.add_argument("--seconds", type=positive(float), metavar="S",
                        help="length of a slice (default: 2)")
    parser.add_argument("--rounds", type=positive(int), metavar="N",
                        help="slices per engine (default: 7)")
    parser.add_argument("--quick", action="store_true",
                        help="unless said otherwise: t8, batch 1, the required engines, 5 rounds")
    parser.add_argument("--fastvit", type=pathlib.Path, metavar="PATH",
                        default=REPOSITORY / ".build" / "release" / "fastvit",
                        help="our command (default: .build/release/fastvit)")
    parser.add_argument("--record", action="store_true",
                        help="also write a dated record under Benchmarks/Records")
    arguments = parser.parse_args(words)
    for name, value in (QUICK if arguments.quick else USUAL).items():
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    if "all" in arguments.variants:
        arguments.variants = list(VARIANTS)
    allowed = len(os.sched_getaffinity(0))
    counts = {allowed if count == "all" else int(count) for count in arguments.threads}
    arguments.threads = sorted(counts)
    if arguments.threads[-1] > allowed:
        parser.error(f"this process may use {allowed} core(s), not {arguments.threads[-1]}")
    if not os.access(arguments.fastvit, os.X_OK):
        parser.error(f"{arguments.fastvit} is no command: build it with swift build -c release")
    arguments.fastvit = arguments.fastvit.resolve()
    return arguments


def positive(kind):
    """An argument type: a number of this kind above zero."""
    def convert(text):
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ValueError
        return value

    convert.__name__ = f"positive {kind.__name__}"
    return convert


def threads(text):
    """An argument type: a positive number of cores, or all."""
    return text if text == "all" else str(positive(int)(text))


def write_record(known, text, numbers):
    """Writes the record and its numbers, named by the date and the processor."""
    import comparison
    import report

    RECORDS.mkdir(exist_ok=True)
    name = "peers-" + report.slug(f"{known['date']} {known['machine']['processor']}")
    for extension, content in ((".md", text), (".json", numbers)):
        (RECORDS / (name + extension)).write_text(content, encoding="utf-8")
        comparison.note(f"wrote Benchmarks/Records/{name}{extension}")


def main():
    """Runs all settings; the exit status says whether the required engines were compared."""
    arguments = parsed(sys.argv[1:])
    environment.enter()
    # A termination signal must close the workers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("peers: ended"))
    # These modules need the environment's packages.
    import comparison
    import engines
    import machine
    import report

    print(report.machine(machine.described()) + "\n", flush=True)
    rows = []
    try:
        for setting in comparison.settings(arguments):
            found = comparison.compared(setting, arguments)
            print(report.tables(found, engines.TITLES), flush=True)
            rows += found
    except RuntimeError as failure:
        sys.exit(f"peers: ours: {failure}")
    except KeyboardInterrupt:
        sys.exit("peers: interrupted")
    print(report.image(rows, engines.TITLES), end="", flush=True)
    if arguments.record:
        known = comparison.facts(arguments, sys.argv[1:])
        write_record(
            known, report.record(rows, known, engines.TITLES), report.as_json(rows, known))
    failed = [row for row in rows if row.engine in engines.REQUIRED and row.problem]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
