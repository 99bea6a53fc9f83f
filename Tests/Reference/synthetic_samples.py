"""Prints the literal samples of `Tests/Network/SyntheticWeightsTests.swift`."""

import struct

import synthetic

TENSORS = (
    ("stem.0.conv_kxk.0.conv.weight", (48, 3, 3, 3)),
    ("stem.0.conv_scale.conv.weight", (48, 3, 1, 1)),
    ("stem.2.identity.weight", (48,)),
    ("stem.2.identity.bias", (48,)),
    ("stem.2.identity.running_mean", (48,)),
    ("stem.2.identity.running_var", (48,)),
    ("stem.2.identity.num_batches_tracked", ()),
    ("stages.0.blocks.0.token_mixer.layer_scale.gamma", (48, 1, 1)),
    ("stages.0.blocks.0.token_mixer.norm.identity.running_var", (48,)),
    ("stages.0.blocks.0.mlp.conv.bn.running_var", (48,)),
    ("stages.0.blocks.0.mlp.fc1.weight", (144, 48, 1, 1)),
    ("stages.0.blocks.0.mlp.fc2.weight", (48, 144, 1, 1)),
    ("stages.1.downsample.proj.0.large_conv.bn.running_var", (96,)),
    ("stages.1.downsample.proj.0.small_conv.conv.weight", (96, 1, 3, 3)),
    ("stages.3.pos_emb.pos_enc.weight", (512, 1, 7, 7)),
    ("stages.3.blocks.0.norm.running_var", (512,)),
    ("stages.3.blocks.0.token_mixer.qkv.weight", (1536, 512)),
    ("final_conv.se.fc1.weight", (48, 768, 1, 1)),
    ("final_conv.se.fc2.weight", (768, 48, 1, 1)),
    ("head.fc.weight", (1000, 768)),
    ("input", (2, 3, 5, 4)),
)
OTHER_SEEDS = (
    (12345, "input", (1, 3, 2, 2)),
    (2**64 - 1, "head.fc.bias", (10,)),
)


def bit_pattern(value):
    """The bits of a float32 as a Swift literal."""
    digits = struct.pack(">f", value).hex().upper()
    return f"0x{digits[:4]}_{digits[4:]}"


def sample(seed, name, shape):
    """One `Sample(...)` of the Swift test: ends and both sides of two thirds."""
    flat = synthetic.values(seed, name, shape).ravel()
    last = flat.size - 1
    indices = sorted({0, max(flat.size * 2 // 3 - 1, 0), min(flat.size * 2 // 3, last), last})
    bits = ", ".join(f"{index}: {bit_pattern(flat[index])}" for index in indices)
    return f'    Sample(\n      {seed}, "{name}", {list(shape)},\n      [{bits}]),'


if __name__ == "__main__":
    for row in [(0, *tensor) for tensor in TENSORS] + list(OTHER_SEEDS):
        print(sample(*row))
