"""Random weights with the statistics of trained ones, so that no recipe can be fitted to them."""

import torch

import synthetic
import timm_models


def random_tensor(name, template, generator):
    """One tensor: normal, or log-normal where only positive values make sense.

    Centre and width come from the synthetic recipe, so that activations keep their scale; tails,
    signs and outliers come from the distributions.
    """
    if not template.is_floating_point():
        return torch.full_like(template, 100_000)
    pieces = []
    for count, offset, scale in synthetic.segments(name, tuple(template.shape)):
        normal = torch.randn(count, generator=generator, dtype=torch.float64)
        deviation = scale / 3**0.5
        if name.endswith("running_var"):
            pieces.append(offset * torch.exp(deviation / offset * normal))
        elif name.endswith("gamma"):
            sign = torch.where(torch.rand(count, generator=generator) < 0.2, -1.0, 1.0)
            pieces.append(sign * offset * torch.exp(deviation / offset * normal))
        else:
            pieces.append(offset + deviation * normal)
    return torch.cat(pieces).float().reshape(template.shape)


def state_dict(seed, template):
    """Random tensors for every entry of `template`, a training-form state dict of timm's."""
    generator = torch.Generator().manual_seed(seed)
    return {name: random_tensor(name, tensor, generator) for name, tensor in template.items()}


def images(seed, batch, height, width):
    """A random batch that looks normalised: smooth shapes of size 16, and noise."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.randn(batch, 3, height // 16 + 2, width // 16 + 2, generator=generator)
    smooth = torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear")
    return smooth + 0.25 * torch.randn(batch, 3, height, width, generator=generator)


def build(variant, seed, classes=1000):
    """A training-form model with random weights, in float32."""
    model = timm_models.build(variant, classes)
    model.load_state_dict(state_dict(seed, model.state_dict()), strict=True)
    return model
