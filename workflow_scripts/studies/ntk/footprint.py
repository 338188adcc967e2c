"""The most memory that each step needs at once, from its settings."""

from workflow_scripts.core.settings import section
from workflow_scripts.learning.memory import DOUBLE, Memory, drawn, seeds_in
from workflow_scripts.learning.work import Cfg, Wildcards

PIXELS, GREY = {"cifar-10": 3072}, 784
"""Numbers of an image, by its data set, and those of one of the size of MNIST."""
CLASSES = 10
WEIGHTS = 5
"""Weights before and in a segment, those that are trained, and gradients before and after a sum."""
SAVED = 3
"""Those at the end of each descent: themselves, and twice while they are saved."""
DERIVED = 1e8
"""Bytes of what differentiates whole functions, where kernels are found by it."""
KERNELS = 5
"""A kernel and its factors, or its eigenvectors and what finding them takes."""


def _widths(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """As many seeds at a time as have together at most `weights` weights, and one at least."""
    task, layers, seeds = section(cfg, "task"), int(wildcards["layers"]), seeds_in(wildcards)
    examples = task["examples"] + task["unseen"]
    found = []
    for width in section(cfg, f"depths.{layers}"):
        each = (task["inputs"] + 1) * width + (layers - 2) * width**2
        group = min(seeds, max(1, section(cfg, "weights") // each))
        units = examples * width * (layers - 1)
        found.append(group * (WEIGHTS * each + 4 * units + 4 * examples * task["examples"]))
    kernels = 2 * len(found) * len(section(cfg, "alphas")) * seeds * task["examples"] ** 2
    return Memory(DOUBLE * (max(found) + kernels))


def _parity(cfg: Cfg, wildcards: Wildcards) -> Memory:
    """All seeds at once: the kernel between unseen and seen examples, and units of the former."""
    task, seeds = section(cfg, "parity"), seeds_in(wildcards)
    unseen, seen, width = task["unseen"], task["examples"], task["width"]
    inputs = (seen + unseen) * task["inputs"]
    kernel = 2 * unseen * seen + 2 * unseen * width + 2 * seen**2
    forward = 3 * unseen * width
    near = KERNELS * task["aligned"] ** 2
    weights = (len(task["alphas"]) + 5) * (task["inputs"] + 1) * width
    return Memory(DOUBLE * seeds * (2 * inputs + max(kernel, forward) + near + weights))


def _images(cfg: Cfg, _: Wildcards) -> Memory:
    """One seed at a time: kernels of the pair's images, and units of those for tests."""
    images = section(cfg, "images")
    sample, size, width = images["sample"], max(images["sizes"]), images["width"]
    pixels = PIXELS.get(sample["dataset"], GREY) // sample.get("downsample", 1) ** 2
    pair = 2 / CLASSES
    shown = pair * (sample["train"] + sample["validation"] + sample["test"])
    validated, tested = (pair * sample[split] for split in ("validation", "test"))
    rows = size * (validated + tested)
    factors = 2 * (size + max(validated, tested)) * width
    regression = KERNELS * size**2 + 2 * rows
    weights = (WEIGHTS + SAVED * len(images["sizes"])) * (pixels + 2) * width
    inputs = 2 * shown * pixels + 2 * size * pixels
    numbers = inputs + max(regression, rows + size**2) + factors + weights
    return Memory(DOUBLE * numbers) + drawn(sample, 1, pixels)


FOOTPRINT = {
    "widths": _widths,
    "parity": _parity,
    "images": _images,
    "identities": lambda cfg, wildcards: Memory(DERIVED),
}
