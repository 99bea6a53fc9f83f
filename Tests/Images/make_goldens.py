"""Make Tests/Images/Goldens: results of Pillow, torchvision and timm for images made by a formula.

    python Tests/Images/make_goldens.py

Versions: pillow 13.0.0, torch 2.15.0, torchvision 0.29.2, timm 1.0.31. Pillow before 13 resizes
some tall images in the other order of passes, which changes single bits.

The images are not stored, because SyntheticImage.swift computes the same ones. The checksum of
each result is stored, and the bytes of small results too, so that a failing test can say where
they differ.
"""

import io
import json
import pathlib
import zlib

import numpy as np
from PIL import Image
from timm.data.transforms_factory import transforms_imagenet_eval

FOLDER = pathlib.Path(__file__).parent / "Goldens"
LARGEST_STORED = 6000

FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}


def noise(count, seed):
    """`count` bytes, each a hash of (seed, index)."""
    x = np.arange(count, dtype=np.uint64) * 2654435761 + seed * 40503
    x &= 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> 13
    return (x & 255).astype(np.uint8)


def image(kind, height, width, seed):
    """A synthetic image as an array."""
    count = height * width * 3
    if kind == "noise":
        samples = noise(count, seed)
    elif kind == "extremes":  # black and white only: bicubic overshoots, so clipping matters
        samples = np.where(noise(count, seed) >= 128, 255, 0).astype(np.uint8)
    else:  # ramp
        y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
        samples = ((y * 3 + x * 2 + c * 80 + seed) & 255).astype(np.uint8)
    return samples.reshape(height, width, 3)


def polynomial_hash(floats):
    """A hash of the bits of floats, fast enough for a debug build of the tests."""
    powers = np.cumprod(np.full(floats.size - 1, 16777619, np.uint32), dtype=np.uint32)[::-1]
    powers = np.append(powers, np.uint32(1))
    return int(np.sum(floats.view(np.uint32) * powers, dtype=np.uint32))


RESIZES = [
    # kind, height, width, new height, new width
    ("noise", 40, 40, 40, 40),  # nothing to do
    ("noise", 96, 128, 13, 17),  # strongly down
    ("extremes", 96, 128, 13, 17),
    ("ramp", 96, 128, 13, 17),
    ("noise", 33, 47, 31, 43),  # slightly down
    ("extremes", 33, 47, 31, 43),
    ("noise", 11, 13, 29, 37),  # up
    ("extremes", 11, 13, 29, 37),
    ("ramp", 11, 13, 29, 37),
    ("extremes", 60, 20, 15, 40),  # down and up
    ("extremes", 20, 60, 40, 15),
    ("noise", 50, 31, 50, 16),  # one axis alone
    ("noise", 50, 31, 25, 31),
    ("noise", 1, 1, 9, 7),  # sides of one pixel
    ("noise", 1, 64, 5, 20),
    ("noise", 64, 1, 20, 5),
    ("extremes", 77, 53, 1, 1),
    ("extremes", 77, 53, 1, 19),
    ("extremes", 77, 53, 19, 1),
    ("noise", 2, 3, 3, 2),
    ("extremes", 5, 4, 4, 5),
    ("noise", 90, 50, 30, 21),  # tall, where the order of passes turns: 60 > 2 * 29,
    ("noise", 90, 50, 30, 20),  # 60 == 2 * 30,
    ("noise", 90, 50, 31, 20),  # 59 < 2 * 30
    ("extremes", 400, 30, 20, 30),
    ("extremes", 600, 9, 25, 13),
    ("noise", 480, 640, 284, 378),  # photographs' sizes, up to what the transforms ask for
    ("extremes", 375, 500, 284, 378),
    ("ramp", 333, 500, 269, 403),
    ("noise", 1000, 3, 94, 3),
    ("extremes", 3, 1000, 12, 284),
    ("noise", 1, 1, 284, 284),
    ("noise", 1200, 700, 438, 256),
]

PREPROCESSINGS = [
    # profile, kind, height, width, target height, target width, crop ratio
    ("imageNet", "noise", 300, 400, 256, 256, 0.9),
    ("imageNet", "extremes", 500, 333, 256, 256, 0.9),
    ("imageNet", "ramp", 301, 457, 256, 256, 0.95),
    ("imageNet", "noise", 31, 47, 256, 256, 0.9),
    ("imageNet", "noise", 1, 1, 256, 256, 0.9),
    ("imageNet", "noise", 1000, 30, 256, 256, 0.9),
    ("imageNet", "noise", 30, 1000, 256, 256, 0.95),
    ("imageNet", "extremes", 284, 284, 256, 256, 0.9),
    ("imageNet", "extremes", 284, 391, 256, 256, 0.9),
    ("imageNet", "noise", 700, 900, 32, 32, 0.9),
    ("imageNet", "noise", 211, 307, 33, 33, 0.9),
    ("imageNet", "noise", 300, 400, 192, 320, 0.9),  # targets that are not square
    ("imageNet", "noise", 400, 300, 192, 320, 0.9),
    ("imageNet", "extremes", 301, 399, 250, 231, 0.9),
    ("imageNet", "extremes", 40, 301, 250, 231, 0.95),
    ("imageNet", "noise", 100, 100, 64, 65, 1.0),
    ("mobileCLIP", "noise", 300, 400, 256, 256, 1.0),
    ("mobileCLIP", "extremes", 500, 333, 256, 256, 1.0),
    ("mobileCLIP", "extremes", 91, 77, 256, 256, 1.0),
    ("mobileCLIP", "noise", 300, 400, 192, 320, 1.0),
]

PROFILES = {
    "imageNet": ("bicubic", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    "mobileCLIP": ("bilinear", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
}

MAXIMA = [1, 2, 7, 100, 127, 254, 255, 256, 510, 1000, 1023, 4095, 65534, 65535]


def resizes():
    for index, (kind, height, width, new_height, new_width) in enumerate(RESIZES):
        source = Image.fromarray(image(kind, height, width, index))
        for interpolation, pillow_filter in FILTERS.items():
            result = source.resize((new_width, new_height), pillow_filter)
            samples = np.asarray(result).tobytes()
            name = f"{kind}-{height}x{width}-{new_height}x{new_width}-{interpolation}"
            if len(samples) <= LARGEST_STORED:
                result.save(FOLDER / f"{name}.ppm")
            yield {
                "name": name, "kind": kind, "height": height, "width": width, "seed": index,
                "newHeight": new_height, "newWidth": new_width, "interpolation": interpolation,
                "isStored": len(samples) <= LARGEST_STORED, "crc": zlib.crc32(samples),
            }


def preprocessings():
    for index, (profile, kind, height, width, rows, columns, ratio) in enumerate(PREPROCESSINGS):
        interpolation, mean, std = PROFILES[profile]
        transform = transforms_imagenet_eval(
            (rows, columns), crop_pct=ratio, interpolation=interpolation, mean=mean, std=std)
        tensor = transform(Image.fromarray(image(kind, height, width, index))).numpy()
        assert tensor.shape == (3, rows, columns) and tensor.dtype == np.float32
        flat = tensor.ravel()
        places = [(i * 7919 + index) % flat.size for i in range(16)]
        yield {
            "profile": profile, "kind": kind, "height": height, "width": width, "seed": index,
            "rows": rows, "columns": columns, "cropRatio": ratio,
            "hash": polynomial_hash(flat),
            "places": places, "bits": [int(flat[p].view(np.uint32)) for p in places],
        }


def maxima():
    height, width = 16, 24
    for maximum in MAXIMA:
        size = 1 if maximum < 256 else 2
        raster = noise(height * width * 3 * size, maximum).tobytes()
        file = f"P6 {width} {height} {maximum}\n".encode() + raster
        samples = np.asarray(Image.open(io.BytesIO(file))).tobytes()
        assert len(samples) == height * width * 3
        yield {"maximum": maximum, "height": height, "width": width, "crc": zlib.crc32(samples)}


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.iterdir():
        old.unlink()
    goldens = {
        "resizes": list(resizes()),
        "preprocessings": list(preprocessings()),
        "maxima": list(maxima()),
    }
    lines = []
    for name, cases in goldens.items():
        rows = ",\n".join("    " + json.dumps(case) for case in cases)
        lines.append(f'  "{name}": [\n{rows}\n  ]')
    (FOLDER / "goldens.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
