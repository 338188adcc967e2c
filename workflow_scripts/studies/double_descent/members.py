"""Networks with individual labels, trained as one ensemble; measured at log-spaced steps."""

from collections.abc import Sequence
from typing import Any

import torch

from workflow_scripts.learning.averaging.iterates import MovingAverage
from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.label_noise import wrong_labels
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import Measure, evaluation
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.double_descent.linear_settings import measured_steps


def train_members(
    subject: Subject,
    parameters: Parameters,
    masks: Parameters | None,
    members: Sequence[Member],
    training: Training,
    measurements: int,
    output: Any,
    resume: ResumeState,
    averaging: float | None = None,
) -> None:
    """Train all members, whose facts include "noise"; write `output.trained` and `.history`.

    Members of one seed start from the same weights and see the same examples in the same order for
    every label noise: arms are paired. Training errors refer to the labels used in training.
    Networks are measured `measurements` times, at logarithmically spaced steps; with `averaging`,
    the decay of a moving average of the weights, so is that average, on unseen examples.
    """
    network = subject.network
    data = subject.examples.of([member.seed for member in members])
    labels = [_labels(data, number, member) for number, member in enumerate(members)]
    shown = data.train.relabelled(torch.stack(labels))
    at = {0, *measured_steps(training.steps, measurements)}
    splits = {"train": shown, "validation": data.validation, "test": data.test}
    measures = {
        name: evaluation(network, split, data.calibration)
        for name, split in splits.items()
        if len(split)
    }
    curves = [Measurements(name, measure, at) for name, measure in measures.items()]
    averages = [] if averaging is None else [MovingAverage(averaging)]
    curves += [
        Measurements(f"averaged {name}", _of_average(measures[name], average), at)
        for average in averages
        for name in ("validation", "test")
    ]
    ensemble = Ensemble(
        network,
        parameters,
        shown,
        [stream_seed(member.seed, "examples") for member in members],
        masks=masks,
    )
    # The average first: it is measured when it has taken in the step.
    callbacks = [*averages, *curves, Progress(training.steps)]
    trained = train(ensemble, training, callbacks, resume, subject.device)
    Stored.of(trained).save(output.trained)
    save_history(output.history, curves, [member.facts for member in members])
    resume.discard()


def _of_average(measure: Measure, average: MovingAverage) -> Measure:
    """`measure` of the averaged weights, whatever the present ones are."""
    return lambda _: measure(average.mean)


def _labels(data: Examples, number: int, member: Member) -> torch.Tensor:
    own = data.train.alone(number).targets.values.numpy()
    wrong = stream_seed(member.seed, "label noise")
    return torch.from_numpy(wrong_labels(own, data.classes, member.facts["noise"], wrong))
