"""The parts of the made-up tables that take some arithmetic, and how large each effect is."""

import zlib

import numpy as np
import pandas as pd
import torch

from workflow_scripts.studies.hopfield.pictures import picture_rows

SEEDS = range(100, 120)
DIMENSIONS = [8, 12, 16, 20]
SIZES = (200, 500, 1000, 2000)
BETAS = [float(10.0**x) for x in np.arange(-20, 31) / 10]
DISTANCES = {0.9: 0.9, 0.8: 2.4, 0.7: 3.6, 0.6: 4.8}
"""How far a level is from the limit, per N^(−exponent)."""
# In this world every claim is true and every control comes out the other way.
WORLD = {
    "recalled": 0.99,
    "overloaded": 0.01,
    "rise": {"symmetric": 0.0, "one-way": 30.0},
    "limit": 0.138,
    "exponent": 0.7,
    "images": {"random, Hebb": 0.15, "images, Hebb": 0.005, "images, pseudo-inverse": 0.4},
    "growth": 0.9,  # bits per dimension
    "law": "exponential",
    "powers": {2: 1.0, 3: 2.0, 4: 3.0},
    "classical": "power",
    "difference": 1e-15,
    "of_bound": 0.4,
    "falling": -1.05,
    "error": 1e-6,
    "unseparated": 0.7,
    "average": 99.0,  # images that weigh in
    "retrieval": 1.0,
    "blends": (0.2, 1.9),  # log₁₀ of the inverse temperatures between which there are blends
    "shuffled": (0.8, 1.2),
    "away": 1.0,
    "spread": 1.0,
}


def noise(name, scale, world):
    """What seeds differ by; another draw for each name, the same one in every world."""
    random = np.random.default_rng(zlib.crc32(repr(name).encode()))
    return world["spread"] * scale * random.standard_normal(len(SEEDS))


def rows(**values):
    """One row per seed."""
    return pd.DataFrame({"seed": list(SEEDS), **values}, index=range(len(SEEDS)))


def curves(values, name="overlap", **points):
    """One row per seed and point of `values` [seeds, points], with what else a point has."""
    count = len(SEEDS)
    repeated = {
        key: np.tile(value, count) if np.ndim(value) else value for key, value in points.items()
    }
    seeds = np.repeat(np.array(SEEDS), values.shape[1])
    return pd.DataFrame({"seed": seeds, **repeated, name: values.ravel()})


def capacities(w):
    """Overlaps that pass each level at the limit plus its distance times a power of the size."""
    made = []
    for size in SIZES:
        shift = noise(("size", size), 5e-4, w)
        ends = {
            level: w["limit"] + shift + far * size ** -w["exponent"]
            for level, far in DISTANCES.items()
        }
        counts = np.arange(20, 320)
        overlap = np.stack(
            [
                np.interp(
                    counts / 1000,
                    [-9.0, *(ends[q][at] for q in DISTANCES), 9.0],
                    [1, *DISTANCES, 0],
                )
                for at in range(len(SEEDS))
            ]
        )
        made.append(curves(overlap, size=size, load=counts / 1000, patterns=counts))
    return made


def images(w):
    """Shares that pass one half at the capacity of each arm."""
    made = []
    for arm, capacity in w["images"].items():
        middle = capacity * np.exp(noise(arm, 0.01, w))
        counts = np.arange(1, 320)
        share = 1 / (1 + np.clip(counts / 500 / middle[:, None], 0, 1e3) ** 4)
        made.append(curves(share, "share", arm=arm, load=counts / 500, patterns=counts))
    return made


def sizes_and_patterns(w):
    """Order, size and number of patterns [seeds] of each dense memory."""
    for order, power in w["powers"].items():
        for size in (100, 200, 400):
            middle = 1000 * (size / 100) ** power
            if order == 2 and w["classical"] == "exponential":
                middle = 1000 * 2 ** (size / 150)  # of which the mean power is one
            yield order, size, middle * np.exp(noise((order, size), 0.005, w))


def blends(arm, w):
    """The number of images that weigh in by β: half of 100 at the first end, 2 at the last."""
    first, last = w["blends" if arm == "images" else "shuffled"]
    nodes = [-2.0, first, last, 2.0]
    high, low = w["average"], w["retrieval"]
    at_nodes = np.log([high, min(50.0, high), max(2.0, low), low])
    for beta in BETAS:
        number = np.exp(np.interp(np.log10(beta), nodes, at_nodes) + noise((arm, beta), 5e-3, w))
        yield beta, number


def pictures():
    """Some grey pictures, of two seeds."""
    grey = torch.linspace(0, 1, 28**2, dtype=torch.float64).repeat(2, 1)
    return [
        picture_rows(group, kind, grey).assign(seed=seed)
        for seed in SEEDS[:2]
        for group, kinds in (
            ("completion", ("stored", "cue", "classical, Hebb", "modern, 9 images")),
            ("regimes", ("stored", "β = 0.01", "β = 10", "β = 100")),
        )
        for kind in kinds
    ]
