"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import (
    DOUBLE,
    Memory,
    built,
    drawn,
    seeds_in,
    trained,
)
from workflow_scripts.learning.width_groups import widths_of
from workflow_scripts.learning.work import Cfg, Wildcards
from workflow_scripts.studies.double_descent.widened import widened

PIXELS = 784
"""Inputs of the random features: Fashion-MNIST at every scale."""


def _networks(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """Masked networks, all as wide as the widest, with a moving average of the weights."""
    widths = widths_of(wildcards["group"])
    seeds = seeds_in(wildcards)
    members = seeds * len(widths) * len(section(cfg, "noise"))
    network, copies = widened(section(cfg, "network"), max(widths)), 4 + (len(widths) > 1)
    training = trained(built(network), section(cfg, "training"), members, copies=copies)
    return training + drawn(section(cfg, "sample"), seeds, network)


def _epochs(cfg: Cfg, wildcards: Wildcards) -> Memory:
    seeds, network = seeds_in(wildcards), section(cfg, "network")
    training = trained(built(network), section(cfg, "training"), seeds, copies=2)
    return training + drawn(section(cfg, "sample"), seeds, network)


def _features(cfg: Cfg, _: Wildcards) -> Memory:
    """Two kernels, the newest columns, and what is decomposed.

    With up to as many features as examples all columns are held, also divided by √features. About
    at that number they are decomposed themselves, once more computed, in twelve such matrices in
    all; with more features the kernels are, after they are divided.
    """
    settings = section(cfg, "features")
    sample, widths = settings["sample"], settings["widths"]
    train, new = sample["train"], sample["validation"] + sample["test"]
    kernels, directions = train**2 + new * train, max(widths) * PIXELS
    found = []
    for before, width in zip([0, *widths], widths, strict=False):
        columns = (train + new) * (width - before)
        if width > train:
            found.append(2 * kernels + columns + 4 * train**2)
        else:
            decomposed = (12 if width > 0.9 * train else 4) * train * width
            kept = 2 * (train + new) * width + 2 * width**2
            found.append(kernels + columns + kept + decomposed)
    return Memory(DOUBLE * (directions + max(found))) + drawn(sample, 1, PIXELS)


def _sizes(cfg: Cfg, _: Wildcards) -> Memory:
    """The features of all images, two kernels of those that are fewer, and a decomposition."""
    settings = section(cfg, "sizes")
    sample, width = settings["sample"], settings["width"]
    train, new = sample["train"], sample["validation"] + sample["test"]
    small = max((size for size in settings["sizes"] if size < width), default=0)
    features = (train + new) * width
    kernels = small**2 + new * small + width**2
    singular = 5 * width**2 + new * width
    return Memory(DOUBLE * (features + kernels + singular)) + drawn(sample, 1, PIXELS)


FOOTPRINT = {
    "networks": _networks,
    "epochs": _epochs,
    "features": _features,
    "sizes": _sizes,
    "two_scales": lambda cfg, wildcards: Memory(0.0),
}
