"""The embedded image: an evening over hills and a lake, drawn from formulas."""

import numpy as np

WIDTH, HEIGHT = 96, 72
# Samples per pixel in each direction; their average makes edges smooth.
SUPERSAMPLING = 4
HORIZON = 0.68
SUN = (0.64, 0.5)

SKY_TOP, SKY_MIDDLE, SKY_LOW = (38, 62, 128), (198, 120, 138), (255, 206, 128)
SUN_COLOR, GLOW_COLOR = (255, 246, 214), (255, 190, 110)
# Far to near: height of the ridge over the horizon, waves (frequency, phase, amplitude), colour.
RIDGES = (
    (0.17, ((2.1, 0.4, 0.050), (5.3, 1.1, 0.022), (13.0, 0.2, 0.006)), (126, 98, 140)),
    (0.10, ((1.6, 2.3, 0.045), (4.1, 0.3, 0.025), (17.0, 1.9, 0.005)), (82, 76, 118)),
    (0.05, ((2.7, 4.4, 0.035), (7.7, 2.0, 0.014), (23.0, 0.7, 0.006)), (38, 54, 74)),
)
WATER_TINT, WATER_SHARE = (24, 44, 84), 0.35


def blend(base, color, share):
    """`base` moved towards `color` by `share`, one number or one per sample."""
    share = np.asarray(share)[..., None]
    return base * (1 - share) + np.array(color, dtype=np.float64) * share


def sky(x, y):
    """The gradient, the sun and its glow."""
    middle = HORIZON * 0.6
    color = blend(np.broadcast_to(np.array(SKY_TOP, float), (*x.shape, 3)), SKY_MIDDLE,
                  np.clip(y / middle, 0, 1))
    color = blend(color, SKY_LOW, np.clip((y - middle) / (HORIZON - middle), 0, 1))
    distance = np.hypot((x - SUN[0]) * WIDTH / HEIGHT, y - SUN[1])
    color = blend(color, GLOW_COLOR, 0.7 * np.exp(-((distance / 0.22) ** 2)))
    return np.where((distance < 0.085)[..., None], SUN_COLOR, color)


def land(x, y):
    """The sky and the ridges before it."""
    color = sky(x, y)
    for height, waves, ridge_color in RIDGES:
        crest = HORIZON - height - sum(a * np.sin(f * np.pi * x + p) for f, p, a in waves)
        # A little lighter towards the foot: haze.
        haze = np.clip((y - crest) / (HORIZON - crest), 0, 1) * 0.35
        color = np.where((y > crest)[..., None], blend(np.broadcast_to(
            np.array(ridge_color, float), color.shape), SKY_LOW, haze * 0.5), color)
    return color


def draw():
    """The image, uint8 [HEIGHT, WIDTH, 3]."""
    rows, columns = HEIGHT * SUPERSAMPLING, WIDTH * SUPERSAMPLING
    y, x = np.mgrid[0:rows, 0:columns]
    x, y = (x + 0.5) / columns, (y + 0.5) / rows
    # The lake mirrors the land, flattened, with ripples that widen towards the near shore.
    depth = np.clip(y - HORIZON, 0, 1)
    ripple = depth * 0.10 * np.sin(260 * np.sqrt(depth) + 6 * np.sin(9 * x))
    mirrored = land(x + ripple, np.clip(HORIZON - depth * 1.6 + ripple * 0.5, 0, HORIZON))
    lake = blend(mirrored, WATER_TINT, WATER_SHARE + 0.3 * depth)
    color = np.where((y > HORIZON)[..., None], lake, land(x, y))
    shape = (HEIGHT, SUPERSAMPLING, WIDTH, SUPERSAMPLING, 3)
    return np.floor(color.reshape(shape).mean(axis=(1, 3)) + 0.5).astype(np.uint8)


def ppm(pixels):
    """The bytes of a binary PPM file (P6)."""
    height, width, _ = pixels.shape
    return f"P6\n{width} {height}\n255\n".encode("ascii") + pixels.tobytes()
