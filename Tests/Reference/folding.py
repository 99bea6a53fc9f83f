"""Every exact fold, in float64: the operands that an implementation multiplies with.

timm's `reparameterize_model` merges the training-time branches. This module merges the rest:
batch norms into the convolution or projection beside them, and layer scales into the last layer
of their branch.
"""

import timm.utils.model
import torch
from torch import nn


def norm_scale_and_shift(norm):
    """A batch norm as scale * x + shift."""
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return scale, norm.bias - norm.running_mean * scale


def fold_norm_after(conv, norm):
    """The convolution that equals `norm(conv(x))`; `conv` is changed in place."""
    scale, shift = norm_scale_and_shift(norm)
    conv.weight.data = conv.weight * scale.reshape(-1, 1, 1, 1)
    conv.bias = nn.Parameter(shift)


def fold_norm_before(linear, norm):
    """The linear layer that equals `linear(norm(x))`; `linear` is changed in place."""
    scale, shift = norm_scale_and_shift(norm)
    linear.bias = nn.Parameter(linear.weight @ shift)
    linear.weight.data = linear.weight * scale


def fold_scale_after(layer, layer_scale):
    """The layer that equals `layer_scale(layer(x))`; `layer` is changed in place."""
    gamma = layer_scale.gamma.flatten()
    layer.weight.data = layer.weight * gamma.reshape(-1, *[1] * (layer.weight.dim() - 1))
    layer.bias.data = layer.bias * gamma


def fold_block(block):
    """Folds what `reparameterize_model` leaves in one RepMixer or attention block."""
    fold_norm_after(block.mlp.conv.conv, block.mlp.conv.bn)
    block.mlp.conv.bn = nn.Identity()
    if hasattr(block, "norm"):
        fold_norm_before(block.token_mixer.qkv, block.norm)
        block.norm = nn.Identity()
        fold_scale_after(block.token_mixer.proj, block.layer_scale_1)
        fold_scale_after(block.mlp.fc2, block.layer_scale_2)
        block.layer_scale_1 = block.layer_scale_2 = nn.Identity()
    else:
        fold_scale_after(block.mlp.fc2, block.layer_scale)
        block.layer_scale = nn.Identity()


@torch.no_grad()
def folded(model):
    """A copy of a float64 training-form model, with every fold done."""
    model = timm.utils.model.reparameterize_model(model).double()
    for stage in model.stages:
        for block in stage.blocks:
            fold_block(block)
    return model
