"""The parent's side: starts a contestant, reads its logits, times it in slices, closes it."""

import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time

import numpy as np

import engines
import exports
import summary

FOLDER = pathlib.Path(__file__).parent
# Inductor compiles for one or two minutes.
START_SECONDS = 900
ANSWER_SECONDS = 300


def pinned(cores):
    """What a child process does first: it pins itself to the first `cores` of the allowed cores.

    This must precede the engine's library, because some libraries count the cores only once.
    """
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    return lambda: os.sched_setaffinity(0, allowed)


def environment(threads):
    """The child's environment: OpenMP's number of threads, and caches inside this folder only."""
    return os.environ | {
        "OMP_NUM_THREADS": str(threads),
        "TORCHINDUCTOR_CACHE_DIR": str(exports.cache() / "inductor"),
    }


class Peer:
    """Another engine, in a worker process that sleeps (stopped by signal) between its slices."""

    def __init__(self, name, setting):
        engine = engines.ENGINES[name]
        batch = getattr(engine, "batch_of_file", setting.batch)
        model = exports.require(engine.file_kind, setting.variant, batch)
        images = exports.require("images", setting.variant, setting.batch)
        self.complaints = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [sys.executable, FOLDER / "worker.py", name, model, images / "images.npy",
             str(setting.threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, text=True,
            env=environment(setting.threads), preexec_fn=pinned(setting.threads))
        try:
            report = self.answer(START_SECONDS)
        except BaseException:
            self.close()
            raise
        self.process.send_signal(signal.SIGSTOP)
        self.logits = np.array(report.pop("logits"))
        self.start = summary.Start(**report)

    def answer(self, seconds):
        """The worker's next line; raises `RuntimeError` with its error message where none comes."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        line = self.process.stdout.readline() if ready else ""
        if line:
            return json.loads(line)
        self.complaints.seek(0)
        lines = self.complaints.read().strip().splitlines()
        raise RuntimeError(lines[-1][:200] if ready and lines else "no answer from the worker")

    def slice(self, seconds):
        """Wakes the worker for a slice. Raises `RuntimeError` where the worker fails."""
        self.process.send_signal(signal.SIGCONT)
        # Where the worker has died, `answer` says why.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
        times = self.answer(seconds + ANSWER_SECONDS)
        self.process.send_signal(signal.SIGSTOP)
        return summary.summarised(**times)

    def close(self):
        """Ends the worker; a second call does nothing."""
        self.process.kill()
        self.process.wait()
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.complaints.close()


class Ours:
    """The `fastvit` command; each slice is a process of its own, `fastvit bench`."""

    def __init__(self, binary, setting):
        self.binary = binary
        self.setting = setting
        self.weights = (
            exports.require("safetensors", setting.variant, setting.batch) / "model.safetensors")
        self.rows = []
        self.logits = self.inferred()

    def command(self, *arguments):
        """Runs a subcommand: (output, cores kept busy). Raises `RuntimeError` where it fails."""
        before, start = os.times(), time.perf_counter()
        process = subprocess.run(
            [self.binary, *map(str, arguments)], capture_output=True, text=True, check=False,
            preexec_fn=pinned(self.setting.threads))
        after, wall = os.times(), time.perf_counter() - start
        if process.returncode != 0:
            raise RuntimeError(f"exit {process.returncode}: {process.stderr.strip()[:200]}")
        cpu = (after.children_user + after.children_system
               - before.children_user - before.children_system)
        return process.stdout, cpu / wall

    def inferred(self):
        """The logits of `fastvit infer`."""
        images = exports.require("images", self.setting.variant, self.setting.batch)
        with tempfile.TemporaryDirectory() as work:
            output = pathlib.Path(work, "logits.npy")
            self.command(
                "infer", "--weights", self.weights, "--input", images / "images.npy",
                "--output", output, "--threads", self.setting.threads)
            return np.load(output)

    def slice(self, seconds):
        """One run of `fastvit bench`. Raises `RuntimeError` where it fails."""
        output, cores = self.command(
            "bench", "--model", self.setting.variant, "--weights", self.weights,
            "--threads", self.setting.threads, "--batch", self.setting.batch,
            "--size", f"{exports.SIZE}x{exports.SIZE}", "--seconds", seconds, "--json", "-")
        try:
            row = summary.engine_row(json.loads(output))
            latency = row["latency_ms"]
            result = summary.Slice(
                latency["median"], latency.get("p10"), latency["p90"], row["iterations"],
                # An old command does not count the cores of its calls: take those of the process.
                row.get("cores_busy", cores))
        except (KeyError, ValueError) as failure:
            raise RuntimeError(f"the benchmark's JSON: {failure!r}") from failure
        self.rows.append(row)
        return result

    def median(self, key):
        """The median over the slices of one number of the command's JSON; None where unknown."""
        known = [row[key] for row in self.rows if row.get(key) is not None]
        return float(np.median(known)) if known else None

    @property
    def isa(self):
        """The instruction set that the command chose; None where it does not say."""
        return self.rows[-1].get("isa")

    @property
    def start(self):
        """First result and memory as the command measures them: medians over its runs."""
        return summary.Start(self.median("first_result_ms"), self.median("resident_mb"), None)

    def close(self):
        """Does nothing: no process outlives its slice."""
