"""Makes the goldens: timm's float64 results for synthetic weights and images.

    python make_goldens.py                  write Goldens/, then prove that the goldens have power
    python make_goldens.py --check          regenerate in memory and compare with Goldens/
    python make_goldens.py --power-only     only the proof, for all variants
"""

import argparse
import math
import pathlib
import sys
from typing import NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import power
import synthetic
import timm_models

FOLDER = pathlib.Path(__file__).parent / "Goldens"
SAMPLES_PER_STAGE = 96
# timm's float32 must be this close to its float64, or the weights test rounding, not code.
LARGEST_FLOAT32_ERROR = 3e-6
# On another machine, float64 results may differ in their last digits.
CHECK_TOLERANCE = 1e-10


class Case(NamedTuple):
    """One golden: a model with synthetic weights and an image batch of the same seed."""

    variant: str
    seed: int
    height: int
    width: int
    batch: int = 1
    classes: int = 1000

    @property
    def name(self):
        """The name of its file, without the extension."""
        batch = f"-batch{self.batch}" if self.batch != 1 else ""
        classes = f"-classes{self.classes}" if self.classes != 1000 else ""
        return f"{self.variant}-{self.height}x{self.width}{batch}{classes}"


CASES = (
    Case("t8", 0, 256, 256),
    Case("t8", 1, 32, 32),
    Case("t8", 2, 192, 320),
    Case("t8", 3, 64, 64, batch=2, classes=10),
    Case("t12", 4, 125, 107),
    Case("s12", 5, 96, 64),
    Case("sa12", 6, 256, 256),
    Case("sa12", 7, 32, 32),
    Case("sa12", 8, 99, 71, batch=2),
    Case("sa24", 9, 64, 64),
    Case("sa36", 10, 64, 64),
    Case("ma36", 11, 64, 64),
)


def sample_indices(case, stage, count):
    """Sorted flat positions in a stage's output: both ends, and others at random."""
    if count <= SAMPLES_PER_STAGE:
        return np.arange(count, dtype=np.int64)
    stream = synthetic.key(case.seed, f"{stage}.indices")
    draws = (synthetic.uniform(stream, 0, 4 * SAMPLES_PER_STAGE) + 1) / 2
    distinct = dict.fromkeys([0, count - 1, *(math.floor(draw * count) for draw in draws)])
    return np.array(sorted(list(distinct)[:SAMPLES_PER_STAGE]), dtype=np.int64)


def golden(case):
    """The tensors and metadata of one golden, and timm's float32 error in its logits."""
    model = timm_models.build_synthetic(case.variant, case.seed, case.classes)
    images = torch.from_numpy(synthetic.image(case.seed, case.batch, case.height, case.width))
    float32_logits = timm_models.run(model, images).logits
    outputs = timm_models.run(model.double(), images.double())

    tensors = {"logits": outputs.logits, "embedding": outputs.embedding}
    for number, features in enumerate(outputs.stages, start=1):
        stage = f"stage{number}"
        indices = torch.from_numpy(sample_indices(case, stage, features.numel()))
        tensors[f"{stage}.shape"] = torch.tensor(features.shape, dtype=torch.int64)
        tensors[f"{stage}.indices"] = indices
        tensors[f"{stage}.values"] = features.flatten()[indices]
    metadata = {field: str(value) for field, value in case._asdict().items()}
    error = timm_models.relative_error(float32_logits, outputs.logits)
    return {name: tensor.contiguous() for name, tensor in tensors.items()}, metadata, error


def difference(path, tensors, metadata):
    """Why the file at `path` is not this golden, or None if it is."""
    if not path.exists():
        return "is missing"
    with safe_open(path, "pt") as file:
        if file.metadata() != metadata:
            return f"has metadata {file.metadata()}, expected {metadata}"
        if set(file.keys()) != set(tensors):
            return f"has tensors {sorted(file.keys())}, expected {sorted(tensors)}"
        for name, expected in tensors.items():
            actual = file.get_tensor(name)
            if (actual.dtype, actual.shape) != (expected.dtype, expected.shape):
                return f"has another type or shape of {name}"
            error = timm_models.relative_error(actual, expected)
            if not error <= (0 if actual.dtype == torch.int64 else CHECK_TOLERANCE):
                return f"differs in {name} by {error:.1e}"
    return None


def make(check):
    """Writes (or checks) every golden; returns whether all passed."""
    good = True
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        tensors, metadata, error = golden(case)
        path = FOLDER / f"{case.name}.safetensors"
        problem = difference(path, tensors, metadata)
        if problem and not check:
            save_file(tensors, path, metadata)
        if error > LARGEST_FLOAT32_ERROR or (problem and check):
            good = False
        logits = tensors["logits"]
        state = "ok" if problem is None else f"{path.name} {problem}" if check else "written"
        print(
            f"{case.name:24} logits rms {logits.square().mean().sqrt():5.2f}"
            f" max {logits.abs().max():5.2f}   float32 error {error:.1e}   {state}",
            flush=True,
        )
    expected = {f"{case.name}.safetensors" for case in CASES}
    for path in sorted(FOLDER.glob("*.safetensors")):
        if path.name not in expected:
            good = False
            print(f"{path.name} belongs to no case: remove it")
    size = sum(path.stat().st_size for path in FOLDER.iterdir())
    print(f"{len(CASES)} goldens, {size} bytes")
    return good


def main():
    """Parses the command line; the exit status says whether all passed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--power-only", action="store_true")
    parser.add_argument("--variants", nargs="+", default=timm_models.VARIANTS)
    arguments = parser.parse_args()

    good = True
    if not arguments.power_only:
        good = make(check=arguments.check)
    if not arguments.check:
        good = all([power.prove(variant) for variant in arguments.variants]) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
