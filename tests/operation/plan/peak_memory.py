"""The memory that steps really take, in little: a program that prints it, as JSON.

Each step runs for some small sizes in a process of its own, whose peak is that of its resident set.
"""

import ctypes
import gc
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from workflow_scripts.learning.curvature.objective import Objective
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.evaluate import evaluate
from workflow_scripts.learning.ensemble.optimisers.adam import Adam
from workflow_scripts.learning.ensemble.optimisers.sgd import Sgd
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.settings import network
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.double_descent import features, linear_settings, regression
from workflow_scripts.studies.hopfield import capacity, spheres
from workflow_scripts.studies.hopfield.settings import Spheres
from workflow_scripts.studies.ntk import widths
from workflow_scripts.studies.ntk.settings import Descent, SingleIndex
from workflow_scripts.studies.recurrence.tasks.copying_settings import CopyingSettings

RESNET = {
    "kind": "residual",
    "input": [3, 32, 32],
    "channels": [16, 32, 64],
    "blocks": 3,
    "classes": 10,
}
TEACHER = {"kind": "mlp", "sizes": [784, 1200, 1200, 10]}
EXACT = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "65536"}
"""With these, memory is given back as soon as it is freed, and none is left from a smaller run."""


class Case(NamedTuple):
    """What runs for a size, the small sizes, and the powers of the size that memory grows with."""

    run: Callable[[int], object]
    sizes: tuple[int, ...]
    powers: tuple[int, ...]


def _images(count: int) -> Split:
    return Split(torch.randn(count, 3, 32, 32), ClassNumbers(torch.arange(count) % 10))


def trained(batch: int) -> object:
    """A few steps of ResNet-20."""
    residual = network(RESNET)
    sgd = Sgd(kind="sgd", momentum=0.9)
    training = Training(optimiser=sgd, learning_rate=0.1, batch_size=batch, steps=2)
    return train(Ensemble(residual, residual.initialise([0]), _images(4 * batch), [0]), training)


def evaluated(examples: int) -> object:
    """Fewer examples of ResNet-20 than are evaluated at a time."""
    residual = network(RESNET)
    return evaluate(residual, residual.initialise([0]), _images(examples))


def curvature(examples: int) -> object:
    """A product with the Hessian of ResNet-20, and a gradient while it is there."""
    residual = network(RESNET)
    objective = Objective(residual, _images(examples))
    parameters = residual.calibrated(residual.initialise([0]), objective.examples.inputs)
    hessian = objective.hessian(parameters)
    return hessian @ torch.ones_like(hessian.like), objective.gradients(parameters)


def regressed(images: int) -> object:
    """The proportions of the paper's regression on random features."""
    widths = [round(images * share) for share in (0.1, 0.2, 0.5, 1, 5.6, 8)]
    sample = {"dataset": "fashion-mnist", "train": images, "validation": 1, "test": 1}
    settings = linear_settings.Features.model_validate(
        {"sample": sample, "widths": widths, "noise": [0, 0.1], "ridges": [0.1, 1.0], "unseen": 1}
    )
    random = np.random.default_rng(0)
    labels = {"train": images, "validation": images // 2, "test": images}
    drawn = {split: random.integers(10, size=count) for split, count in labels.items()}
    new = labels["validation"] + labels["test"]
    shown = regression.Images(
        random.normal(size=(images, 784)).astype(np.float32),
        {0: drawn["train"], 0.1: drawn["train"]},
        random.normal(size=(new, 784)).astype(np.float32),
        drawn["validation"],
        drawn["test"],
        10,
    )
    return features.path_of(settings, shown, 0, PartialResults())


def descended(width: int) -> object:
    """A network of three layers, from its initial weights to kernels after a few steps."""
    task = SingleIndex(inputs=10, examples=8, unseen=8, frequency=2)
    descent = Descent(optimiser=Sgd(kind="sgd"), loss=1e-6, rate=1, refresh=2, steps=3)
    return widths.measured([0], 3, width, 1.0, task, descent)


def relaxed(size: int) -> object:
    """The patterns of one network of Hopfield's."""
    return capacity.remembered([0], size, 0.1, 1, 4, 2, torch.device("cpu"))


def retrieved(bits: int) -> object:
    """Patterns on a sphere of 30 dimensions."""
    settings = Spheres(dimensions=(28, 29, 30), noise=0.3, error=0.1, queries=8, most=bits)
    return spheres.retrieved(0, 30, settings, torch.device("cpu"))


def copied(sequences: int) -> object:
    """Sequences of the copying task for two seeds."""
    return CopyingSettings(kind="copying", pause=1000).drawn([0, 1], sequences, 1, Path())


def perceptrons(members: int) -> object:
    """A few steps of teachers of distillation by Adam, each saved."""
    teacher = network(TEACHER)
    training = Training(optimiser=Adam(kind="adam"), learning_rate=0.1, batch_size=100, steps=2)
    examples = Split(torch.randn(200, 784), ClassNumbers(torch.arange(200) % 10))
    ensemble = Ensemble(teacher, teacher.initialise(range(members)), examples, range(members))
    with tempfile.TemporaryDirectory() as folder:
        resume = ResumeState(Path(folder) / "state.safetensors", "peak")
        resume.every = 0.0
        return train(ensemble, training, resume=resume)


CASES = {
    "perceptrons": Case(perceptrons, (2, 4), (0, 1)),
    "trained": Case(trained, (8, 16), (0, 1)),
    "evaluated": Case(evaluated, (32, 64), (0, 1)),
    "curvature": Case(curvature, (4, 8), (0, 1)),
    "regressed": Case(regressed, (160, 320, 640), (0, 1, 2)),
    "descended": Case(descended, (512, 1024), (0, 2)),
    "relaxed": Case(relaxed, (512, 1024), (0, 2)),
    "retrieved": Case(retrieved, (18, 19), (0, 1)),
    "copied": Case(copied, (500, 1000), (0, 1)),
}


def peak(run: Callable[[], object]) -> int:
    """Bytes by which the resident set grows while `run` runs."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    before = dict(_status())["VmRSS"]
    kept = run()
    del kept
    return dict(_status())["VmHWM"] - before


def _status() -> Iterator[tuple[str, int]]:
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if value.endswith(" kB"):
            yield name, 1024 * int(value.split()[0])


def main(names: list[str]) -> None:
    """Print the peaks of the named cases by size, after one run that loads what they need."""
    if any(os.environ.get(name) != value for name, value in EXACT.items()):
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], os.environ | EXACT)
    torch.set_num_threads(1)
    found = {}
    for name in names or CASES:
        case = CASES[name]
        case.run(case.sizes[0])
        found[name] = {size: peak(partial(case.run, size)) for size in case.sizes}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
