"""`fastvit infer` against timm's float64: the cases of `end_to_end.py` and the check of each."""

import subprocess
from typing import NamedTuple

import numpy as np
import torch

import checkpoints
import random_weights
import timm_models

TOLERANCE = 1e-5
EXTENSIONS = (".safetensors", ".pth.tar", ".bin")

# (height, width, batch): one per form and kind of file. The deep variants get fewer pixels.
SIZES = (
    (256, 256, 1), (224, 224, 2), (192, 320, 1), (250, 231, 1), (32, 32, 3), (384, 384, 1),
    (320, 192, 2), (288, 288, 1), (231, 250, 3), (33, 65, 2), (300, 224, 1), (256, 256, 2),
)
DEEP_SIZES = (
    (224, 224, 1), (64, 64, 3), (192, 320, 1), (250, 231, 1), (32, 32, 3), (384, 384, 1),
    (33, 65, 2), (96, 96, 1), (256, 256, 1), (128, 160, 2), (101, 75, 1), (32, 64, 1),
)
DEEP_VARIANTS = ("sa24", "sa36", "ma36")


class Case(NamedTuple):
    """A random checkpoint and a random input."""

    variant: str
    form: checkpoints.Form
    extension: str
    height: int
    width: int
    batch: int
    seed: int
    classes: int = 1000
    prefix: str = ""
    type: str = "float32"
    views: bool = False

    def __str__(self):
        text = (f"infer   {self.variant:4} {self.form}{self.extension}"
                f" {self.batch}x{self.height}x{self.width}")
        text += "" if self.classes == 1000 else f" {self.classes} classes"
        text += "" if self.type == "float32" else f" {self.type}"
        text += " views" if self.views else ""
        return text + (f" {self.prefix}" if self.prefix else "")


def full_cases():
    """Every variant, form and kind of file; the other properties are spread over these cases."""
    cases = []
    for variant in timm_models.VARIANTS:
        sizes = DEEP_SIZES if variant in DEEP_VARIANTS else SIZES
        kinds = [(form, ext) for form in checkpoints.FORMS for ext in EXTENSIONS]
        for (form, extension), (height, width, batch) in zip(kinds, sizes):
            seed = len(cases)
            cases.append(Case(
                variant, form, extension, height, width, batch, seed,
                classes=(1000, 1000, 10, 1000, 21841 if variant == "t8" else 37)[seed % 5],
                prefix=("", "module.", "image_encoder.model.", "")[seed // 3 % 4],
                type=("float32", "float32", "float16", "float32", "bfloat16")[seed // 2 % 5],
                views=extension != ".safetensors" and seed % 4 == 1,
            ))
    return cases


def quick_cases():
    """One small case per variant, per form and per kind of file, not per combination."""
    apple, apple_merged, timm, timm_merged = checkpoints.FORMS
    return [
        Case("t8", apple, ".pth.tar", 96, 96, 1, 0),
        Case("t8", apple_merged, ".bin", 64, 64, 1, 1, prefix="module."),
        Case("t8", timm, ".safetensors", 75, 101, 2, 2, type="float16"),
        Case("t8", timm_merged, ".bin", 32, 32, 3, 3, classes=10, views=True),
        Case("t12", timm, ".bin", 64, 96, 1, 4),
        Case("s12", apple, ".safetensors", 64, 64, 1, 5, prefix="image_encoder.model."),
        Case("sa12", apple, ".bin", 97, 65, 1, 6),
        Case("sa12", apple_merged, ".pth.tar", 96, 64, 2, 7, type="bfloat16"),
        Case("sa12", timm, ".pth.tar", 64, 64, 1, 8),
        Case("sa12", timm_merged, ".safetensors", 32, 32, 1, 9),
        Case("sa24", apple_merged, ".safetensors", 64, 64, 1, 10),
        Case("sa36", timm, ".safetensors", 64, 64, 1, 11),
        Case("ma36", apple, ".pth.tar", 64, 64, 1, 12),
    ]


def fastvit(binary, *arguments):
    """Runs the command; returns its exit status and error message, or None on success."""
    result = subprocess.run(
        [binary, *map(str, arguments)], capture_output=True, text=True, check=False)
    if result.returncode == 0:
        return None
    return f"exit {result.returncode}: {result.stderr.strip()[:400]}"


def compare(path, expected):
    """The relative error of an NPY file, and what is wrong with its header (None if nothing)."""
    array = np.load(path)
    if array.dtype != np.dtype("<f4") or array.shape != tuple(expected.shape):
        return float("nan"), f"{path.name} is {array.dtype} {array.shape}"
    return timm_models.relative_error(torch.from_numpy(array), expected), None


def check(case, binary, folder):
    """Writes the checkpoint and the input, runs the command twice, compares all outputs."""
    trained = random_weights.build(case.variant, case.seed, case.classes)
    state, model = checkpoints.make(
        trained, case.form, checkpoints.TYPES[case.type], case.prefix)
    weights = folder / f"weights{case.extension}"
    checkpoints.write(
        weights, checkpoints.as_views(state) if case.views else state, case.variant)
    images = random_weights.images(case.seed, case.batch, case.height, case.width)
    np.save(folder / "x.npy", images.numpy())

    expected = timm_models.run(model, images.double())
    common = ("infer", "--weights", weights, "--input", folder / "x.npy", "--output")
    maps = folder / "maps"
    problem = fastvit(binary, *common, folder / "logits.npy", "--feature-maps", maps) or fastvit(
        binary, *common, folder / "embedding.npy", "--features")
    if problem:
        return {}, problem

    errors, problems = {}, []
    outputs = {"logits": expected.logits, "embedding": expected.embedding}
    for name, tensor in outputs.items():
        errors[name], wrong = compare(folder / f"{name}.npy", tensor)
        problems += [wrong] if wrong else []
    stage_errors = []
    for number, tensor in enumerate(expected.stages, start=1):
        error, wrong = compare(maps / f"stage{number}.npy", tensor)
        stage_errors.append(error)
        problems += [wrong] if wrong else []
    # Maximum and comparison are written so that not-a-number fails.
    errors["stages"] = torch.tensor(stage_errors).max().item()
    problems += [f"{name} are off" for name, error in errors.items() if not error <= TOLERANCE]
    return errors, "; ".join(problems) or None
