"""Synthetic weights and images: the recipe of `Sources/Network/Weights/SyntheticWeights.swift`.

The documentation comment of that file is the specification, and this module follows it step by
step. Both give the same bits; the Swift tests check that on literal values made here.
"""

import math

import numpy as np
import torch

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)
FIRST_MULTIPLIER = np.uint64(0xBF58476D1CE4E5B9)
SECOND_MULTIPLIER = np.uint64(0x94D049BB133111EB)
WORD = 2**64 - 1

# Gains of the weights of convolutions and linear layers: the first matching suffix counts.
GAINS = (
    (".conv_scale.conv.weight", 0.5),
    (".small_conv.conv.weight", 0.5),
    (".pos_enc.weight", 0.5),
    (".mlp.fc2.weight", 1.5),
    (".se.fc1.weight", 1.5),
    (".se.fc2.weight", 1.5),
    ("head.fc.weight", 4.0),
)
DEFAULT_GAIN = 1.0
QUERY_KEY_GAIN = 0.625

# (offset, scale) of every other kind of tensor, by the last part of its name.
PLAIN_KINDS = {
    "running_mean": (0.0, 0.25),
    "running_var": (1.0, 0.5),
    "gamma": (0.2, 0.1),
    "bias": (0.0, 0.25),
    "num_batches_tracked": (1000.0, 0.0),
}
NORM_WEIGHT = (1.0, 0.25)
# The norms that read the residual stream, whose variance grows from block to block.
STREAM_NORMS = (".large_conv.bn.running_var", ".mlp.conv.bn.running_var", ".norm.running_var")
STREAM_VARIANCE = (2.0, 1.0)
ANYTHING_ELSE = (0.0, 2.0)


def mix(word):
    """SplitMix64's finaliser, on an array of `uint64` (arithmetic wraps)."""
    word = (word ^ (word >> np.uint64(30))) * FIRST_MULTIPLIER
    word = (word ^ (word >> np.uint64(27))) * SECOND_MULTIPLIER
    return word ^ (word >> np.uint64(31))


def fnv1a(name):
    """FNV-1a, 64 bits, of the UTF-8 bytes of `name`."""
    digest = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        digest = ((digest ^ byte) * 0x100000001B3) & WORD
    return digest


def key(seed, name):
    """The tensor's own stream: a 64-bit word."""
    stream = mix(np.array([(seed + int(GOLDEN_GAMMA)) & WORD], dtype=np.uint64))
    return mix(stream ^ np.uint64(fnv1a(name)))


def uniform(stream, start, stop):
    """u[start..<stop] of a stream: multiples of 2^-23 in [-1, 1), as float64."""
    counter = np.arange(start + 1, stop + 1, dtype=np.uint64)
    word = mix(stream + counter * GOLDEN_GAMMA)
    return (word >> np.uint64(40)).astype(np.float64) * 2.0**-23 - 1.0


def weight_scale(gain, shape):
    """Half the width of a uniform distribution with variance gain²/fan_in."""
    return gain * math.sqrt(3.0 / math.prod(shape[1:]))


def segments(name, shape):
    """The tensor's elements as [(count, offset, scale)], in order."""
    count = math.prod(shape)
    if name.endswith(STREAM_NORMS):
        return [(count, *STREAM_VARIANCE)]
    part = name.rsplit(".", 1)[-1]
    if part in PLAIN_KINDS:
        return [(count, *PLAIN_KINDS[part])]
    if part != "weight":
        return [(count, *ANYTHING_ELSE)]
    if len(shape) == 1:
        return [(count, *NORM_WEIGHT)]
    if name.endswith(".qkv.weight"):
        third = count // 3
        return [
            (2 * third, 0.0, weight_scale(QUERY_KEY_GAIN, shape)),
            (count - 2 * third, 0.0, weight_scale(DEFAULT_GAIN, shape)),
        ]
    gain = next((gain for suffix, gain in GAINS if name.endswith(suffix)), DEFAULT_GAIN)
    return [(count, 0.0, weight_scale(gain, shape))]


def values(seed, name, shape):
    """The tensor `name` (timm's training-form name) as a float32 array of `shape`."""
    stream = key(seed, name)
    parts, start = [], 0
    for count, offset, scale in segments(name, shape):
        u = uniform(stream, start, start + count)
        parts.append((offset + scale * u).astype(np.float32))
        start += count
    return np.concatenate(parts).reshape(shape)


def image(seed, batch, height, width):
    """A synthetic normalised image batch, float32 [batch, 3, height, width]."""
    return values(seed, "input", (batch, 3, height, width))


def state_dict(seed, template):
    """Synthetic tensors for every entry of `template`, a training-form state dict of timm's."""
    return {
        name: torch.from_numpy(values(seed, name, tuple(tensor.shape))).to(tensor.dtype)
        for name, tensor in template.items()
    }
