"""Networks with labels of their own, trained as one ensemble and measured on a scale of steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from workflow_scripts.core.artifacts.checkpoints import save_checkpoint
from workflow_scripts.learning.data.examples import Examples, examples
from workflow_scripts.learning.data.formats.kinds import format_of
from workflow_scripts.learning.data.label_noise import wrong_labels
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.callbacks import Curve, Progress
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Network, Parameters
from workflow_scripts.studies.double_descent.linear_settings import measured_steps


@dataclass(frozen=True)
class Member:
    """One network to train: a seed and its share of wrong labels; `facts` says what else it is."""

    seed: int
    noise: float
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Task:
    """The examples that all members share, and how often the networks are measured on them."""

    examples: Examples
    classes: int
    training: Training
    measurements: int
    device: torch.device

    @classmethod
    def of(
        cls, sample: Sample, data: str, shape: tuple[int, ...], training: Training, **others: Any
    ) -> "Task":
        """The task on `sample` from the data sets below `data`, inputs laid out as `shape`."""
        classes = format_of(sample.dataset).classes
        return cls(examples(sample, Path(data), shape), classes, training, **others)


def train_members(
    network: Network,
    parameters: Parameters,
    masks: Parameters | None,
    members: Sequence[Member],
    task: Task,
    output: Any,
    resume: ResumeState,
) -> None:
    """Train all members; write `output.trained` and `output.history`.

    Members of one seed start from the same weights and see the same examples in the same order
    whatever their label noise: arms are paired. Training errors are on the labels they were shown.
    """
    data = task.examples
    labels = torch.stack([_labels(data, member, task.classes) for member in members])
    at = {0, *measured_steps(task.training.steps, task.measurements)}
    splits = {
        "train": (data.train_inputs, labels),
        "validation": (data.validation_inputs, data.validation_labels),
        "test": (data.test_inputs, data.test_labels),
    }
    curves = [
        Curve(network, split, inputs, wanted, at, data.calibration)
        for split, (inputs, wanted) in splits.items()
        if len(inputs)
    ]
    ensemble = Ensemble(
        network,
        parameters,
        data.train_inputs,
        labels,
        [stream_seed(member.seed, "examples") for member in members],
        masks=masks,
    )
    callbacks = [*curves, Progress(task.training.steps)]
    trained = train(ensemble, task.training, callbacks, resume, task.device)
    save_checkpoint(output.trained, {name: tensor.numpy() for name, tensor in trained.items()})
    described = [{"seed": m.seed, "noise": m.noise, **m.facts} for m in members]
    save_history(output.history, curves, described)
    resume.discard()


def _labels(data: Examples, member: Member, classes: int) -> torch.Tensor:
    wrong = stream_seed(member.seed, "label noise")
    noisy = wrong_labels(data.train_labels.numpy(), classes, member.noise, wrong)
    return torch.from_numpy(noisy)
