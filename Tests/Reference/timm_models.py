"""timm's FastViT models in float64: the reference that everything else is compared with."""

from typing import NamedTuple

import timm
import timm.layers
import torch

import synthetic

VARIANTS = ("t8", "t12", "s12", "sa12", "sa24", "sa36", "ma36")

# Attention by the explicit formula, not by one of torch's fused kernels.
timm.layers.set_fused_attn(False)
# One thread: the layers are small. Threads that wait for each other while other work runs (a build,
# the binary under test) make the layers many times slower.
torch.set_num_threads(1)


class Outputs(NamedTuple):
    """The network's results for a batch."""

    logits: torch.Tensor
    embedding: torch.Tensor
    stages: list


def build(variant, classes=1000):
    """An evaluation-mode model in its training form, with the random weights that timm makes."""
    return timm.create_model(f"fastvit_{variant}", num_classes=classes).eval()


def build_synthetic(variant, seed, classes=1000):
    """A training-form model with the synthetic weights of `seed`, in float32."""
    model = build(variant, classes)
    model.load_state_dict(synthetic.state_dict(seed, model.state_dict()), strict=True)
    return model


@torch.inference_mode()
def run(model, images):
    """Logits, embedding (pooled, before the head) and the outputs of the four stages."""
    features, stages = model.forward_intermediates(images)
    return Outputs(
        logits=model.forward_head(features),
        embedding=model.forward_head(features, pre_logits=True),
        stages=stages,
    )


def relative_error(actual, expected):
    """The relative L2 distance of two tensors, in float64."""
    actual, expected = actual.double(), expected.double()
    return ((actual - expected).norm() / expected.norm()).item()
