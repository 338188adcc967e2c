"""Measurements of a regression on random features: one row per label noise and penalty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workflow_scripts.learning.data.examples import examples
from workflow_scripts.learning.data.label_noise import wrong_labels
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.regression.design import Design
from workflow_scripts.learning.regression.ridge import RidgePath


@dataclass(frozen=True)
class Images:
    """The images of one seed as flat rows, and their labels; `noisy` has those of each noise."""

    train: np.ndarray
    noisy: Mapping[float, np.ndarray]
    new: np.ndarray
    """Validation images, then test images."""
    validation_labels: np.ndarray
    test_labels: np.ndarray
    classes: int

    @classmethod
    def of(cls, sample: Sample, data: str, seed: int, noise: Sequence[float]) -> "Images":
        """The images that `seed` draws from the data sets below `data`."""
        drawn = examples(sample, Path(data), (-1,), [seed])
        own = [split.alone(0) for split in (drawn.train, drawn.validation, drawn.test)]
        train, validation, test = (
            (split.inputs.numpy(), split.targets.values.numpy()) for split in own
        )
        wrong = stream_seed(seed, "label noise")
        return cls(
            train[0],
            {share: wrong_labels(train[1], drawn.classes, share, wrong) for share in noise},
            np.concatenate([validation[0], test[0]]),
            validation[1],
            test[1],
            drawn.classes,
        )


def measured(
    design: Design, images: Images, ridges: Sequence[float], unseen: int, facts: Mapping[str, Any]
) -> pd.DataFrame:
    """Solve `design` for all label noises and `ridges`; one row each, starting with `facts`.

    Errors in % of images; risks are squared errors of the one-hot targets, summed over classes.
    The targets are centred by the constant 1 / classes, as there is no intercept.
    """
    examples, ridges = design.examples, [0.0, *ridges]
    labels = [noisy[:examples] for noisy in images.noisy.values()]
    targets = np.hstack([_one_hot(each, images.classes) for each in labels])
    path = RidgePath.solve(design, targets, ridges)
    design = path.design
    validated = len(images.validation_labels)
    splits = {
        "train_": (design.train, labels),
        "validation_": (design.new[:validated], [images.validation_labels] * len(labels)),
        "": (design.new[validated:], [images.test_labels] * len(labels)),
    }
    freedom = path.degrees_of_freedom()
    effective = path.effective_parameters(splits[""][0][:unseen])
    norms = path.norms()
    columns: dict[str, list[np.ndarray]] = {}
    for prefix, (rows, wanted) in splits.items():
        predicted = path.predictions(rows)
        for number, each in enumerate(wanted):
            part = predicted[:, :, _outputs(number, images.classes)]
            errors = 100 * np.mean(part.argmax(2) != each, axis=1)
            risks = np.mean(np.sum((part - _one_hot(each, images.classes)) ** 2, axis=2), axis=1)
            columns.setdefault(f"{prefix}error", []).append(errors)
            columns.setdefault(f"{prefix}risk", []).append(risks)
    for number in range(len(labels)):
        norm = np.linalg.norm(norms[:, _outputs(number, images.classes)], axis=1)
        columns.setdefault("norm", []).append(norm)
    frame = pd.DataFrame({name: np.concatenate(parts) for name, parts in columns.items()})
    conditions = {
        **facts,
        "noise": np.repeat(list(images.noisy), len(ridges)),
        "ridge": np.tile(ridges, len(labels)),
        "freedom": np.tile(freedom, len(labels)),
        "effective": np.tile(effective, len(labels)),
    }
    return pd.concat([pd.DataFrame(conditions, index=frame.index), frame], axis=1)


def _outputs(number: int, classes: int) -> slice:
    return slice(number * classes, (number + 1) * classes)


def _one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.eye(classes)[labels] - 1 / classes
