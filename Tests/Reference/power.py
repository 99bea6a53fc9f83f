"""Proof that the goldens have power: they notice every tensor that is wrong.

Each tensor of a model is set to zero in turn, once in the training form (each branch, each batch
norm's statistic) and once completely folded (each operand of the inference graph, and the parts
of query, key and value separately). The logits or the embedding must change by far more than the
tolerance for implementations.
"""

import contextlib
from typing import NamedTuple

import torch

import folding
import synthetic
import timm_models

TOLERANCE = 1e-5
# "Far more" is a factor of a hundred.
SMALLEST_CHANGE = 100 * TOLERANCE
# Enough for 3x3 tokens in stage 4 and for borders of every 7x7.
SIZE = 96
SEED = 0


class Operand(NamedTuple):
    """A tensor, or some rows of one, that can be set to zero."""

    name: str
    tensor: torch.Tensor

    @contextlib.contextmanager
    def zeroed(self):
        """Zero while the context lasts."""
        saved = self.tensor.clone()
        self.tensor.zero_()
        try:
            yield
        finally:
            self.tensor.copy_(saved)


def operands(model):
    """Every tensor of `model` that enters the result; query, key and value also separately.

    The bias of the keys is left out: it adds the same number to all scores of a query, which
    does not change softmax. No test can have power over it.
    """
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        yield Operand(name, tensor)
        if ".qkv." in name:
            for part, rows in zip(("query", "key", "value"), tensor.chunk(3)):
                if name.endswith("weight") or part != "key":
                    yield Operand(f"{name}[{part}]", rows)


def units(model):
    """The model as a chain of (prefix of parameter names, function)."""
    chain = [(f"stem.{index}.", block) for index, block in enumerate(model.stem)]
    for index, stage in enumerate(model.stages):
        prefix = f"stages.{index}."
        chain.append((prefix + "downsample.", stage.downsample))
        chain.append((prefix + "pos_emb.", stage.pos_emb))
        chain += [(f"{prefix}blocks.{number}.", block) for number, block in enumerate(stage.blocks)]
    chain.append(("final_conv.", model.final_conv))
    chain.append(("head.", lambda x: (model.forward_head(x), model.head(x, pre_logits=True))))
    return chain


def changes(model, images):
    """(change, operand) for every operand: the larger change of logits and embedding."""
    chain = units(model)
    inputs = [images]
    for _, unit in chain:
        inputs.append(unit(inputs[-1]))
    logits, embedding = inputs[-1]
    for operand in operands(model):
        first = next(i for i, (prefix, _) in enumerate(chain) if operand.name.startswith(prefix))
        with operand.zeroed():
            x = inputs[first]
            for _, unit in chain[first:]:
                x = unit(x)
        yield (
            max(
                timm_models.relative_error(x[0], logits),
                timm_models.relative_error(x[1], embedding),
            ),
            operand.name,
        )


@torch.inference_mode()
def prove(variant):
    """Prints the smallest changes of one variant; returns whether all are large enough."""
    trained = timm_models.build_synthetic(variant, SEED).double()
    merged = folding.folded(trained)
    images = torch.from_numpy(synthetic.image(SEED, 1, SIZE, SIZE)).double()
    folding_error = timm_models.relative_error(
        timm_models.run(merged, images).logits, timm_models.run(trained, images).logits)

    good = folding_error < 1e-12
    print(f"{variant}: power at {SIZE}x{SIZE}; folding changes the logits by {folding_error:.1e}")
    for form, model in (("training", trained), ("folded", merged)):
        found = sorted(changes(model, images))
        good = good and found[0][0] >= SMALLEST_CHANGE
        print(f"  {form:8} {len(found):4} tensors zeroed, smallest changes: "
              + ", ".join(f"{change:.1e} {name}" for change, name in found[:2]), flush=True)
    return good
