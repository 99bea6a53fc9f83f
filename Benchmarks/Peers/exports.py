"""The same weights in every engine's file format, made once and kept in `.cache`.

    python exports.py KIND VARIANT BATCH

Weights are random with the statistics of trained ones (`Tests/Reference/random_weights.py`), then
merged by timm into the inference form. KIND is safetensors, onnx, ncnn, executorch or images.
"""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import types

FOLDER = pathlib.Path(__file__).parent
REFERENCE = FOLDER.parents[1] / "Tests" / "Reference"
WEIGHTS_SEED = 20
IMAGES_SEED = 21
SIZE = 256


def cache():
    """The folder of all that was exported with these versions and this code."""
    digest = hashlib.sha256()
    for path in (FOLDER / "requirements.txt", FOLDER / "exports.py"):
        digest.update(path.read_bytes())
    return FOLDER / ".cache" / digest.hexdigest()[:12]


def folder(kind, variant, batch):
    """Where an export lies; safetensors know no batch, and images no variant."""
    parts = {"safetensors": (variant,), "images": (f"batch{batch}",)}
    return cache() / "-".join((kind, *parts.get(kind, (variant, f"batch{batch}"))))


def require(kind, variant, batch):
    """The folder of an export, which a process of its own makes where it is missing.

    Raises `RuntimeError` with the last line of what the exporter complained about.
    """
    result = folder(kind, variant, batch)
    if not result.exists():
        process = subprocess.run(
            [sys.executable, __file__, kind, variant, str(batch)],
            capture_output=True, text=True, check=False)
        if process.returncode != 0:
            lines = process.stderr.strip().splitlines() or [f"exit {process.returncode}"]
            raise RuntimeError(f"export to {kind}: {lines[-1][:200]}")
    return result


def reference_modules():
    """Makes the modules of `Tests/Reference` importable."""
    if str(REFERENCE) not in sys.path:
        sys.path.append(str(REFERENCE))


def built(variant):
    """The merged float32 model, with timm's default choice of attention."""
    reference_modules()
    import checkpoints
    import random_weights
    import timm.layers

    # The reference chose the explicit formula; what users export is the fused operation.
    timm.layers.set_fused_attn(True)
    return checkpoints.reparameterised(random_weights.build(variant, WEIGHTS_SEED)).eval()


def from_file(path):
    """timm's merged model with the weights of a safetensors export, as a user would load it."""
    reference_modules()
    import safetensors.torch
    import timm.layers
    import timm.utils.model
    import timm_models

    timm.layers.set_fused_attn(True)
    variant = path.name.split("-")[1]
    model = timm.utils.model.reparameterize_model(timm_models.build(variant))
    model.load_state_dict(safetensors.torch.load_file(path / "model.safetensors"), strict=True)
    return model


def write_safetensors(target, variant, _):
    """timm's names, which `fastvit` and timm both read."""
    from safetensors.torch import save_file

    state = built(variant).state_dict()
    save_file({name: tensor.contiguous() for name, tensor in state.items()},
              target / "model.safetensors", {"format": "pt"})


def write_onnx(target, variant, batch):
    """ONNX with a fixed shape, by torch's exporter and its optimiser."""
    import torch

    images = torch.zeros(batch, 3, SIZE, SIZE)
    torch.onnx.export(
        built(variant), (images,), target / "model.onnx", dynamo=True, external_data=False,
        verbose=False)


def attention_without_batch_axes(self, x):
    """timm's attention with queries, keys and values cut apart before heads are.

    timm permutes five axes, which ncnn, whose blobs have four and no batch, cannot.
    """
    import torch

    batch, channels, height, width = x.shape
    tokens = x.flatten(2).transpose(-2, -1)
    heads = (part.reshape(batch, height * width, self.num_heads, self.head_dim).transpose(1, 2)
             for part in self.qkv(tokens).chunk(3, dim=-1))
    mixed = torch.nn.functional.scaled_dot_product_attention(*heads)
    tokens = self.proj(mixed.transpose(1, 2).reshape(batch, height * width, channels))
    return tokens.transpose(-2, -1).reshape(batch, channels, height, width)


def write_ncnn(target, variant, _):
    """ncnn's graph and float32 weights, by pnnx."""
    import pnnx
    import torch
    from timm.models.fastvit import Attention

    model = built(variant)
    for module in model.modules():
        if isinstance(module, Attention):
            module.forward = types.MethodType(attention_without_batch_axes, module)
    # pnnx writes a dozen files around the two that ncnn reads.
    with tempfile.TemporaryDirectory() as work:
        pnnx.export(model, f"{work}/model.pt", (torch.zeros(1, 3, SIZE, SIZE),),
                    fp16=False)
        for name in ("model.ncnn.param", "model.ncnn.bin"):
            (target / name).write_bytes(pathlib.Path(work, name).read_bytes())


def write_executorch(target, variant, batch):
    """A program of which XNNPACK runs all that it can."""
    import torch
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    program = torch.export.export(built(variant), (torch.zeros(batch, 3, SIZE, SIZE),))
    lowered = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()])
    (target / "model.pte").write_bytes(lowered.to_executorch().buffer)


def write_images(target, _, batch):
    """The input: a random normalised batch."""
    reference_modules()
    import numpy as np
    import random_weights

    np.save(target / "images.npy", random_weights.images(IMAGES_SEED, batch, SIZE, SIZE).numpy())


WRITERS = {
    "safetensors": write_safetensors,
    "onnx": write_onnx,
    "ncnn": write_ncnn,
    "executorch": write_executorch,
    "images": write_images,
}


def main():
    """Writes one export; it appears whole or not at all."""
    kind, variant, batch = sys.argv[1], sys.argv[2], int(sys.argv[3])
    final = folder(kind, variant, batch)
    final.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=final.parent) as work:
        target = pathlib.Path(work, "export")
        target.mkdir()
        WRITERS[kind](target, variant, batch)
        os.replace(target, final)


if __name__ == "__main__":
    main()
