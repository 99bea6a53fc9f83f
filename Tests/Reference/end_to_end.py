"""Compares the `fastvit` command with timm's float64 on random checkpoints and inputs.

    python end_to_end.py --fastvit ../../.build/release/fastvit --quick
    python end_to_end.py --fastvit ../../.build/release/fastvit

Every variant, form of names and kind of file; sizes up to 384, odd and not square; batches 1 to
3; prefixes, half precision, strided tensors, other numbers of classes. `fastvit infer` must agree
in logits, embedding and feature maps, and timm must load what `fastvit convert` writes.
"""

import argparse
import pathlib
import sys
import tempfile
import time

import conversion
import inference
import timm_models

FULL = inference.full_cases()
QUICK = inference.quick_cases()


def table_row(case, errors, seconds, problem):
    """One line of the report."""
    values = "  ".join(f"{name} {error:.1e}" for name, error in errors.items())
    return f"{str(case):82} {seconds:6.1f} s  {values}  {problem or 'ok'}"


def image(worst_logits):
    """The worst error of each variant as bars; the largest allowed error is 50 marks wide."""
    lines = ["worst logits of each variant; the bar's end would be the allowed 1e-5"]
    for variant, error in worst_logits.items():
        marks = round(50 * error / inference.TOLERANCE)
        lines.append(f"{variant:5} {error:.1e} |{'#' * marks}{' ' * (50 - marks)}|")
    return "\n".join(lines)


def run_all(checks, fastvit):
    """Runs every (case, function), prints the table and the worst; returns whether all passed."""
    failures, worst, worst_logits = 0, {}, {}
    for case, check in checks:
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            errors, problem = check(case, fastvit, pathlib.Path(folder))
            seconds = time.monotonic() - start
        print(table_row(case, errors, seconds, problem), flush=True)
        failures += problem is not None
        for name, error in errors.items():
            # Not-a-number counts as the worst error, so that it cannot hide.
            if name not in worst or not error <= worst[name][0]:
                worst[name] = (error, case)
        if "logits" in errors and not errors["logits"] <= worst_logits.get(case.variant, 0):
            worst_logits[case.variant] = errors["logits"]
    for name, (error, case) in worst.items():
        print(f"worst {name:9} {error:.2e}  {case}")
    print(image(worst_logits))
    print(f"{len(checks)} cases, {failures} failures")
    return failures == 0


def main():
    """Parses the command line; the exit status says whether all passed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fastvit", type=pathlib.Path, required=True, help="the binary")
    parser.add_argument("--quick", action="store_true", help="a small subset")
    parser.add_argument("--variants", nargs="+", choices=timm_models.VARIANTS)
    arguments = parser.parse_args()

    cases = QUICK if arguments.quick else FULL
    conversions = conversion.cases(quick=arguments.quick)
    checks = [(case, inference.check) for case in cases]
    checks += [(case, conversion.check) for case in conversions]
    if arguments.variants:
        checks = [(case, check) for case, check in checks if case.variant in arguments.variants]
    sys.exit(0 if run_all(checks, arguments.fastvit.resolve()) else 1)


if __name__ == "__main__":
    main()
