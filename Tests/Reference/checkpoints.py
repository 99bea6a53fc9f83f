"""Writes checkpoints in the published ways: four forms, three kinds of files.

    python checkpoints.py OUT.safetensors --variant sa12 --names apple --reparameterised
    python checkpoints.py OUT.pth.tar --variant t8 --random 7 --prefix module. --type float16
"""

import argparse
import collections
import pathlib
from typing import NamedTuple

import timm.utils.model
import torch
from safetensors.torch import save_file

import apple_names
import random_weights
import timm_models

TYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
EXTENSIONS = (".safetensors", ".pth.tar", ".pth", ".bin")


class Form(NamedTuple):
    """Whose names, and whether the training-time branches are merged."""

    names: str
    reparameterised: bool

    def __str__(self):
        return f"{self.names}-{'reparameterised' if self.reparameterised else 'training'}"


FORMS = tuple(Form(names, merged) for names in ("apple", "timm") for merged in (False, True))


@torch.no_grad()
def reparameterised(model):
    """timm's inference form of a model, merged in float64 and rounded to float32."""
    return timm.utils.model.reparameterize_model(model.double()).float()


def rounded(model, dtype):
    """The state dict of `model` rounded to `dtype`; the model then holds the same numbers."""
    state = model.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point():
            state[name] = tensor.to(dtype)
    model.load_state_dict(state, strict=True)
    return state


def make(model, form, dtype=torch.float32, prefix=""):
    """The tensors of a checkpoint of `model`, and the float64 model that they describe.

    `model` has the training form. The float64 model holds exactly the numbers of the tensors.
    """
    if form.reparameterised:
        model = reparameterised(model)
    state = rounded(model, dtype)
    metadata = state._metadata
    if form.names == "apple":
        state = apple_names.to_apple(state)
    state = collections.OrderedDict((prefix + name, tensor) for name, tensor in state.items())
    # torch keeps versions of modules on its state dicts, and pickles these versions too.
    state._metadata = metadata
    return state, model.double()


def as_views(state):
    """The same tensors as views: matrices column-major, vectors parts of one storage."""
    views = collections.OrderedDict()
    vectors = [name for name, tensor in state.items() if tensor.dim() == 1]
    shared = torch.cat([state[name] for name in vectors])
    parts = dict(zip(vectors, shared.split([state[name].numel() for name in vectors])))
    for name, tensor in state.items():
        if name in parts:
            views[name] = parts[name]
        elif tensor.dim() >= 2:
            views[name] = tensor.transpose(0, 1).contiguous().transpose(0, 1)
        else:
            views[name] = tensor
    return views


def training_checkpoint(state, variant):
    """A training script's checkpoint: the weights with optimiser, epoch and arguments."""
    first = next(iter(state.values()))
    moments = {"step": torch.tensor(300.0), "exp_avg": torch.zeros_like(first)}
    arguments = argparse.Namespace(model=f"fastvit_{variant}", lr=1e-3, opt="adamw", crop_pct=None)
    return {
        "epoch": 299,
        "arch": f"fastvit_{variant}",
        "state_dict": state,
        "optimizer": {
            "state": {0: moments},
            "param_groups": [{"lr": 1e-6, "betas": (0.9, 0.999), "amsgrad": False, "params": [0]}],
        },
        "version": 2,
        "args": arguments,
        "metric": 76.2,
    }


def write(path, state, variant):
    """Writes a checkpoint; the extension decides the kind of file."""
    name = str(path)
    if name.endswith(".safetensors"):
        tensors = {name: tensor.contiguous() for name, tensor in state.items()}
        save_file(tensors, path, {"format": "pt"})
    elif name.endswith((".pth.tar", ".pth")):
        torch.save(training_checkpoint(state, variant), path)
    else:
        torch.save(state, path)


def main():
    """Parses the command line and writes one file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=pathlib.Path, help="ends in " + ", ".join(EXTENSIONS))
    parser.add_argument("--variant", choices=timm_models.VARIANTS, default="t8")
    parser.add_argument("--names", choices=("apple", "timm"), default="timm")
    parser.add_argument("--reparameterised", action="store_true")
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument("--synthetic", type=int, metavar="SEED", default=0)
    weights.add_argument("--random", type=int, metavar="SEED")
    parser.add_argument("--prefix", default="", help="such as module. or image_encoder.model.")
    parser.add_argument("--type", choices=TYPES, default="float32")
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--views", action="store_true", help="strided tensors that share storage")
    arguments = parser.parse_args()
    if not str(arguments.output).endswith(EXTENSIONS):
        parser.error("the output's extension must be one of " + ", ".join(EXTENSIONS))

    if arguments.random is None:
        model = timm_models.build_synthetic(
            arguments.variant, arguments.synthetic, arguments.classes)
    else:
        model = random_weights.build(arguments.variant, arguments.random, arguments.classes)
    form = Form(arguments.names, arguments.reparameterised)
    state, _ = make(model, form, TYPES[arguments.type], arguments.prefix)
    write(arguments.output, as_views(state) if arguments.views else state, arguments.variant)
    print(f"{arguments.output}: {form}, {len(state)} tensors")


if __name__ == "__main__":
    main()
