"""Tests of what needs no engine: `python3 -m unittest discover Benchmarks/Peers`."""

import contextlib
import io
import json
import math
import pathlib
import sys
import unittest

import environment
import machine
import peers
import report
import summary

SETTING = summary.Setting("t8", 8, 2)
TITLES = {"ours": "ours", "fast": "fast", "slow": "slow", "broken": "broken"}


def timed(engine, medians, cores=2.0, **rest):
    """A row whose slices have these medians, p10 a tenth below and p90 a tenth above."""
    slices = tuple(summary.Slice(m, 0.9 * m, 1.1 * m, 100, cores) for m in medians)
    start = summary.Start(40.0, 120.0, 50.0)
    return summary.Row(engine, SETTING, slices=slices, start=start, error=1e-6, **rest)


# In the second round a disturbance slowed all engines to less than half their speed.
OURS = timed("ours", [10.0, 25.0, 8.0], peak_gflops=500.0, gflops=400.0, isa="avx2")
FAST = timed("fast", [8.0, 100.0, 7.0], cores=1.0)
SLOW = timed("slow", [20.0, 60.0, 20.0])
BROKEN = summary.Row("broken", SETTING, error=0.5, problem="logits differ from ours by 5.0e-01")
ROWS = [OURS, BROKEN, SLOW, FAST]


class SummaryTests(unittest.TestCase):
    """Percentiles, slices, rows."""

    def test_percentile_is_nearest_rank(self):
        values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6]
        self.assertEqual([summary.percentile(values, p) for p in (1, 10, 11, 50, 90, 91, 100)],
                         [1, 1, 2, 5, 9, 10, 10])
        self.assertEqual(summary.percentile([7.5], 90), 7.5)

    def test_slice_of_samples(self):
        found = summary.summarised([3.0, 1.0, 2.0, 10.0], cpu_seconds=1.5, wall_seconds=1.0)
        self.assertEqual(found, summary.Slice(2.5, 1.0, 10.0, 4, 1.5))

    def test_row_takes_the_median_round(self):
        self.assertEqual((FAST.median_ms, FAST.p10_ms, FAST.calls), (8.0, 0.9 * 8.0, 300))
        unknown = FAST._replace(slices=tuple(s._replace(p10_ms=None) for s in FAST.slices))
        self.assertIsNone(unknown.p10_ms)
        self.assertIsNone(BROKEN.median_ms)

    def test_pairs_are_of_one_round(self):
        self.assertEqual(summary.ratio(FAST, OURS), 0.8)
        self.assertEqual(summary.paired_ratio(FAST, OURS), 0.875)
        # A pause of the machine between the middle slices of two engines must favour neither.
        disturbed = timed("ours", [10.0, 10.0, 30.0, 30.0, 30.0])
        other = timed("other", [12.0, 12.0, 12.0, 36.0, 36.0])
        self.assertAlmostEqual(summary.ratio(other, disturbed), 0.4)
        self.assertAlmostEqual(summary.paired_ratio(other, disturbed), 1.2)

    def test_ratios_need_both(self):
        for pair in ((BROKEN, OURS), (FAST, BROKEN), (FAST, None)):
            self.assertIsNone(summary.ratio(*pair))
            self.assertIsNone(summary.paired_ratio(*pair))
        with self.assertRaises(ValueError):
            summary.paired_ratio(FAST, timed("ours", [1.0]))

    def test_reader_finds_the_engine_row(self):
        row = {"latency_ms": {"median": 1.0}, "end_to_end": {"latency_ms": {"median": 2.0}}}
        for written in (row, {"engine": row, "cpu": "x"}, [row, {"latency_ms": {}}]):
            self.assertIs(summary.engine_row(written), row)
        for nothing in ({}, [], {"cpu": "x"}, {"engine": {"median": 1.0}}):
            with self.assertRaises(ValueError):
                summary.engine_row(nothing)


class Array(list):
    """The part of an array that the comparison of logits needs."""

    @property
    def shape(self):
        """The shape of a vector."""
        return (len(self),)

    def __sub__(self, other):
        return Array(a - b for a, b in zip(self, other))

    def __abs__(self):
        return Array(map(abs, self))

    def max(self):
        """The largest element, or not-a-number where there is one."""
        return math.nan if any(map(math.isnan, self)) else max(self)


class AgreementTests(unittest.TestCase):
    """How far logits are apart."""

    def test_error_is_relative_to_the_largest_logit(self):
        self.assertEqual(
            summary.largest_relative_error(Array([1.0, -3.0]), Array([1.0, -4.0])), 0.25)

    def test_other_shapes_and_not_a_number_never_agree(self):
        other = summary.largest_relative_error(Array([1.0]), Array([1.0, 2.0]))
        self.assertFalse(other <= 1e-3)
        broken = summary.largest_relative_error(Array([1.0, math.nan]), Array([1.0, 2.0]))
        self.assertFalse(broken <= 1e-3)


class ReportTests(unittest.TestCase):
    """Tables, the record, its JSON."""

    def test_image_shows_leads_and_their_geometric_mean(self):
        other = [row._replace(setting=summary.Setting("sa12", 8, 2)) for row in (OURS, SLOW)]
        lines = report.image(ROWS + other, TITLES).splitlines()
        self.assertEqual(lines[2:6], [
            "2 cores, 8 images",
            "  t8     10.00 ms  0.80 " + 24 * "#" + " fast",
            "  sa12   10.00 ms  2.00 " + 60 * "#" + " slow",
            "  geometric mean    1.26 " + 38 * "#" + " (1.45 by pairs of slices)",
        ])
        self.assertEqual(report.image([OURS, BROKEN], TITLES), "")

    def lines(self):
        """The table's lines below its head, as lists of cells."""
        body = report.table(ROWS, TITLES).splitlines()[2:]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in body]

    def test_fastest_first_and_failures_last(self):
        self.assertEqual([line[0] for line in self.lines()], ["fast", "ours", "slow", "broken"])

    def test_ratios(self):
        ratios = {line[0]: line[4:8] for line in self.lines()}
        self.assertEqual(ratios["fast"], ["0.80", "0.88", "1.00", "100 %"])
        self.assertEqual(ratios["ours"], ["1.00", "1.00", "1.25", "80 %"])
        self.assertEqual(ratios["slow"], ["2.00", "2.40", "2.50", "40 %"])

    def test_heading_names_kernels_and_peak(self):
        heading = report.tables(ROWS, TITLES).splitlines()[0]
        self.assertEqual(
            heading, "### t8 batch 8 on 2 core(s); our kernels avx2; multiply-add peak measured "
            "meanwhile 500 GFLOP/s")
        without_ours = report.tables([FAST], TITLES).splitlines()[0]
        self.assertEqual(without_ours, "### t8 batch 8 on 2 core(s)")

    def test_images_memory_and_idle_cores(self):
        fast, ours = self.lines()[:2]
        self.assertEqual(fast[3], "1000.0")
        self.assertEqual(fast[9], "120 (+70)")
        self.assertEqual((fast[10], ours[10]), ("1.00 !", "2.00"))

    def test_failure_says_why(self):
        self.assertEqual(self.lines()[3][1], "not timed: logits differ from ours by 5.0e-01")

    def test_every_line_has_every_column(self):
        self.assertEqual({len(line) for line in self.lines()}, {len(report.COLUMNS)})

    def test_record_and_json_hold_everything(self):
        facts = {"date": "2026-11-21 06:00 UTC", "command": "python3 peers.py",
                 "settings": {"rounds": 3}, "machine": {"cores": "2"}, "versions": {"ncnn": None}}
        text = report.record(ROWS, facts, TITLES)
        for part in ("2026-11-21", "python3 peers.py", "| cores | 2 |", "| ncnn | not known |",
                     "500 GFLOP/s", "| broken | not timed"):
            self.assertIn(part, text)
        numbers = json.loads(report.as_json(ROWS, facts))
        self.assertEqual([row["engine"] for row in numbers["rows"]],
                         ["ours", "broken", "slow", "fast"])
        self.assertEqual(len(numbers["rows"][3]["slices"]), 3)
        self.assertIsNone(numbers["rows"][1]["median_ms"])
        self.assertEqual([row["isa"] for row in numbers["rows"]], ["avx2", None, None, None])
        self.assertEqual([row["over_ours"] for row in numbers["rows"]], [1, None, 2, 0.8])
        paired = [row["over_ours_paired"] for row in numbers["rows"]]
        self.assertEqual(paired, [1, None, 2.4, 0.875])

    def test_slug(self):
        self.assertEqual(report.slug("2026-11-21 06:00 UTC AMD EPYC (x)"),
                         "2026-11-21-06-00-utc-amd-epyc-x")


class CommandLineTests(unittest.TestCase):
    """Defaults and mistakes."""

    def parsed(self, *words):
        """The arguments; Python itself stands in for the command."""
        return peers.parsed([*words, "--fastvit", sys.executable])

    def test_quick_is_a_default_and_not_an_order(self):
        quick = self.parsed("--quick")
        self.assertEqual((quick.variants, quick.batch, quick.rounds), (["t8"], [1], 5))
        self.assertEqual(quick.engines, ["openvino", "onnxruntime"])
        self.assertEqual(self.parsed("--quick", "--rounds", "2", "--batch", "8").batch, [8])

    def test_all_variants_and_one_core_once(self):
        self.assertEqual(self.parsed("--variants", "all").variants, list(peers.VARIANTS))
        self.assertEqual(self.parsed("--threads", "1", "1").threads, [1])

    def test_mistakes(self):
        for words in (["--threads", "0"], ["--threads", "100000"], ["--seconds", "nan"],
                      ["--rounds", "1.5"], ["--variants", "b0"], ["--engines", "magic"]):
            with self.subTest(words), self.assertRaises(SystemExit) as exit_:
                with contextlib.redirect_stderr(io.StringIO()):
                    self.parsed(*words)
            self.assertEqual(exit_.exception.code, 2)


class EnvironmentTests(unittest.TestCase):
    """The list of requirements, the description of a processor."""

    def test_groups(self):
        self.assertEqual(environment.groups("# why\n\na==1\n# optional\nb==2\n"),
                         (["a==1"], ["b==2"]))

    def test_every_requirement_is_pinned(self):
        required, optional = environment.groups(
            pathlib.Path(environment.REQUIREMENTS).read_text(encoding="utf-8"))
        self.assertTrue({"openvino", "onnxruntime"} <= {line.split("==")[0] for line in required})
        for line in required + optional:
            self.assertRegex(line, r"^[a-z]+==[0-9.]+$")

    def test_processors_are_told_apart(self):
        intel = {"model name": "A", "cpu family": "6", "model": "143", "flags": "sse avx2 avx512f"}
        self.assertEqual(machine.processor(intel), "A (family 6, model 143)")
        self.assertEqual(machine.instructions(intel), "avx2, avx512f")
        self.assertEqual(machine.instructions({"flags": "avx2 vaes"}), "avx2, no avx512f")
        arm = {"CPU implementer": "0x41", "Features": "fp asimd"}
        self.assertEqual(machine.instructions(arm), "asimd")
        self.assertNotIn("family", machine.processor(arm))
        described = {"processor": "A", "instructions": "avx2", "cores": "2", "memory": "1 GB"}
        self.assertEqual(report.machine(described), "A; avx2; 2")

    def test_first_processor(self):
        text = "processor\t: 0\nmodel name\t: A: B\n\nprocessor\t: 1\nmodel name\t: C\n"
        self.assertEqual(machine.cpu_fields(text), {"processor": "0", "model name": "A: B"})


if __name__ == "__main__":
    unittest.main()
