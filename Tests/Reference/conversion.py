"""`fastvit convert` against timm: its output must load strictly and compute the same."""

from typing import NamedTuple

import timm.utils.model
from safetensors.torch import load_file

import checkpoints
import inference
import random_weights
import timm_models

BATCH_NORM_EPSILON = 1e-5
ROUNDING = 1e-6
SIZE = 96


class Case(NamedTuple):
    """A random checkpoint to convert."""

    variant: str
    form: checkpoints.Form
    extension: str
    seed: int
    classes: int = 1000

    def __str__(self):
        return f"convert {self.variant:4} {self.form}{self.extension} {self.classes} classes"


def cases(quick):
    """Every variant with some form, kind of file and number of classes."""
    chosen = ("t8", "sa12") if quick else timm_models.VARIANTS
    count = len(checkpoints.FORMS)
    result = []
    for index, variant in enumerate(chosen):
        for turn in range(1 if quick else 2):
            result.append(Case(
                variant,
                checkpoints.FORMS[(index + 2 * turn) % count],
                inference.EXTENSIONS[(index + turn) % len(inference.EXTENSIONS)],
                seed=1000 + 2 * index + turn,
                classes=(1000, 10)[turn],
            ))
    return result


def not_an_identity(state):
    """The first batch norm or layer scale that changes its input, or None if there is none.

    A norm's bias may hold what has no place in the layer beside it: the 7x7's bias, the shift
    before queries, keys and values.
    """
    expected = {"running_mean": 0, "running_var": 1 - BATCH_NORM_EPSILON, "gamma": 1}
    for name, tensor in state.items():
        stem, _, part = name.rpartition(".")
        if part == "weight" and f"{stem}.running_var" in state:
            value = 1
        elif part in expected:
            value = expected[part]
        else:
            continue
        if not (tensor - value).abs().max() <= ROUNDING:
            return f"{name} is no identity"
    return None


def check(case, binary, folder):
    """Converts a checkpoint, loads the result into timm, compares logits in float64."""
    trained = random_weights.build(case.variant, case.seed, case.classes)
    state, original = checkpoints.make(trained, case.form)
    weights, output = folder / f"weights{case.extension}", folder / "converted.safetensors"
    checkpoints.write(weights, state, case.variant)
    problem = inference.fastvit(binary, "convert", "--weights", weights, "--output", output)
    if problem:
        return {}, problem

    converted = load_file(output)
    model = timm.utils.model.reparameterize_model(timm_models.build(case.variant, case.classes))
    try:
        model.load_state_dict(converted, strict=True)
    except RuntimeError as error:
        return {}, f"timm refuses: {str(error)[:400]}"
    images = random_weights.images(case.seed, 1, SIZE, SIZE).double()
    expected = timm_models.run(original, images)
    actual = timm_models.run(model.double(), images)
    error = timm_models.relative_error(actual.logits, expected.logits)
    problem = not_an_identity(converted)
    if not error <= inference.TOLERANCE:
        problem = "converted logits are off"
    return {"converted": error}, problem
