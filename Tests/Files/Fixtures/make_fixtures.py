"""Makes the files beside this script with the formats' own libraries.

    python make_fixtures.py

Made with torch 2.15.0, safetensors 0.8.0, numpy 2.4.6. The tests know the values.
"""

import argparse
import collections
import pathlib

import numpy
import safetensors.torch
import torch

here = pathlib.Path(__file__).parent

TYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
    "int8": torch.int8,
    "int16": torch.int16,
    "int32": torch.int32,
    "int64": torch.int64,
    "uint8": torch.uint8,
    "uint16": torch.uint16,
    "uint32": torch.uint32,
    "uint64": torch.uint64,
    "bool": torch.bool,
}


def every_type():
    """Four numbers of each type, in the shape [2, 2]."""
    tensors = {}
    for name, dtype in TYPES.items():
        numbers = [1, 0, 0, 1] if name == "bool" else [0, 1, 2, 100]
        if dtype.is_floating_point:
            numbers = [-1.5, 0.0, 0.25, 96.0]
        elif dtype.is_signed:
            numbers = [-100, -1, 0, 100]
        tensors[name] = torch.tensor(numbers).to(dtype).reshape(2, 2)
    return tensors


def views():
    """Views: tensors that read a part of a storage, or read it in another order."""
    numbers = torch.arange(24.0)
    return {
        "transposed": numbers[:6].reshape(2, 3).clone().t(),
        "channels_last": numbers.reshape(1, 3, 2, 4).clone(memory_format=torch.channels_last),
        "tail": numbers[20:],
        "every_third": numbers[1::3],
        "scalar": torch.tensor(7.0),
        "empty": torch.zeros(0, 3),
        "parameter": torch.nn.Parameter(torch.tensor([1.0, 2.0])),
    }


def with_attribute():
    tensor = torch.tensor([3.0, 4.0])
    tensor.origin = "a Python attribute"
    return tensor


def small_network():
    network = torch.nn.Sequential(torch.nn.Conv2d(2, 3, 1), torch.nn.BatchNorm2d(3))
    for parameter in network.parameters():
        parameter.data = torch.arange(float(parameter.numel())).reshape(parameter.shape)
    return network


tensors = every_type()
safetensors.torch.save_file(
    tensors, here / "every_type.safetensors", metadata={"format": "pt", "note": 'a "b" \u00e9'})
safetensors.torch.save_file(
    {
        "count": torch.tensor(5),
        "weight": torch.arange(6.0).reshape(2, 3),
        "bias": torch.tensor([0.5]),
    },
    here / "written.safetensors")

torch.save(
    {
        "epoch": 3,
        "arch": "none",
        "args": argparse.Namespace(lr=0.1),
        "optimizer": {"state": {0: {"step": torch.tensor(1.0)}}, "param_groups": [{"lr": 1e-3}]},
        "state_dict": collections.OrderedDict(
            **tensors, **views(), with_attribute=with_attribute()),
    },
    here / "every_type.pth.tar")
torch.save(small_network().state_dict(), here / "network.bin", pickle_protocol=5)
torch.save(small_network(), here / "module.pth")
torch.save(
    {"weight": torch.ones(2)}, here / "legacy.pth", _use_new_zipfile_serialization=False)
torch.jit.script(torch.nn.Identity()).save(here / "script.pth")

numbers = numpy.arange(6.0).reshape(2, 3)
for version, dtype in ((1, "<f4"), (2, "<f2"), (3, "<f8")):
    with open(here / f"version{version}.npy", "wb") as file:
        numpy.lib.format.write_array(file, numbers.astype(dtype), version=(version, 0))
