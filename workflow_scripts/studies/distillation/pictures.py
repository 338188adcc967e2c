"""Images of a seed with what its teacher says of them, as rows of tables. Imports torch late."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from workflow_scripts.learning.subject import Subject
    from workflow_scripts.studies.distillation.learn import Soft

SHOWN = 4
"""Number of classes of which an image is shown."""
TEMPERATURES = (1.0, 4.0)
"""Temperatures at which the teacher is read."""
AMONG = 1000
"""Number of first training images of a seed among which the shown ones are."""


def pictures(subject: "Subject", soft: "Soft", seeds: Sequence[int]) -> pd.DataFrame:
    """The images that are shown of the first seed of a batch, one row each.

    Of every second class, from the last one down, the image with the median entropy of the
    teacher's probabilities at the higher temperature: neither a clear nor an odd one.
    """
    import torch

    from workflow_scripts.studies.distillation.softened import softened

    examples = subject.examples
    train = examples.of([seeds[0]]).train.first(AMONG).alone(0)
    labels, inputs = train.targets.values, train.inputs.flatten(1)
    said = softened(soft.trained[0, 0, : len(labels)], TEMPERATURES[-1])
    nats = torch.special.entr(said.double()).sum(-1)
    rows = []
    for label in range(examples.classes - 1, -1, -2)[:SHOWN]:
        own = (labels == label).nonzero().flatten()
        if not len(own):
            continue
        ordered = own[nats[own].argsort(stable=True)]
        chosen = int(ordered[len(ordered) // 2])
        pixels = inputs[chosen] - inputs[chosen].min()
        bytes_ = (255 * pixels / pixels.max().clamp(min=1e-6)).round().to(torch.uint8).numpy()
        text = "x" + bytes_.tobytes().hex()
        rows.append({"seed": seeds[0], "example": chosen, "label": label, "pixels": text})
    return pd.DataFrame(rows, columns=["seed", "example", "label", "pixels"])


def speech(subject: "Subject", soft: "Soft", shown: pd.DataFrame) -> pd.DataFrame:
    """What the first teacher of the batch says of the shown images: a row per class and T."""
    from workflow_scripts.studies.distillation.softened import softened

    rows = []
    for seed, example, label in shown[["seed", "example", "label"]].itertuples(index=False):
        for temperature in TEMPERATURES:
            said = softened(soft.trained[0, 0, example : example + 1], temperature)[0]
            for number, probability in enumerate(said.tolist()):
                named = {"seed": seed, "label": label, "temperature": temperature}
                rows.append({**named, "class": number, "probability": probability})
    return pd.DataFrame(rows, columns=["seed", "label", "temperature", "class", "probability"])


def picture(pixels: str) -> np.ndarray:
    """The picture `[side, side]` uint8 of a row of `pictures`."""
    flat = np.frombuffer(bytes.fromhex(pixels.removeprefix("x")), np.uint8)
    side = round(len(flat) ** 0.5)
    return flat[: side * side].reshape(side, side)
