"""Networks of one hidden layer as members of one ensemble: functions × seeds × widths (× rates)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from workflow_scripts.core.settings import section
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import RealVectors
from workflow_scripts.learning.ensemble.callbacks import Measurements, Progress
from workflow_scripts.learning.ensemble.evaluate import evaluation
from workflow_scripts.learning.ensemble.member import Member
from workflow_scripts.learning.ensemble.randomness import stream_seed
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.target_losses import squared_error
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.ensemble.widths import embedded
from workflow_scripts.learning.networks.network import Parameters
from workflow_scripts.studies.approximation.marks import LATE
from workflow_scripts.studies.approximation.measures import Grid, alone
from workflow_scripts.studies.approximation.networks import LinearStart
from workflow_scripts.studies.approximation.settings import Functions, Places
from workflow_scripts.studies.approximation.targets import HIGH, LOW, target

ADAM, LBFGS = "Adam", "L-BFGS"


@dataclass(frozen=True)
class Shallow:
    """What networks of one hidden layer learn, and where they are measured."""

    functions: Functions
    grid: Grid
    points: int

    @classmethod
    def of(cls, cfg: Mapping[str, Any]) -> "Shallow":
        """From the settings of a rule."""
        functions = Functions.model_validate(section(cfg, "functions"))
        grid = Grid.of(Places.model_validate(section(cfg, "places")))
        return cls(functions, grid, section(cfg, "trained.points"))

    def examples(self, members: Sequence[Member]) -> Split:
        """The training examples: all members share the places, each has its own function."""
        places = np.linspace(LOW, HIGH, self.points)
        values = [
            target(member.facts["kind"], self.functions, member.seed)(places) for member in members
        ]
        inputs = torch.from_numpy(places).unsqueeze(1)
        targets = torch.from_numpy(np.stack(values)).unsqueeze(2)
        return Split(inputs, RealVectors(targets, per_member=True))

    def errors(self, network: LinearStart, trained: Parameters, member: Member) -> dict[str, float]:
        """The largest errors of one member `[1, …]`, inside and outside."""
        function = target(member.facts["kind"], self.functions, member.seed)
        errors = self.grid.errors(network, trained, function)
        return {"inside": errors.inside, "outside": errors.outside}


def start(members: Sequence[Member]) -> tuple[LinearStart, Parameters, Parameters]:
    """The widest network, initial parameters `[M, …]` of all members, and masks."""
    narrow = [LinearStart([1, member.facts["width"], 1]) for member in members]
    wide = max(narrow, key=lambda network: network.sizes[1])
    seeds = [stream_seed(member.seed, "initialisation") for member in members]
    return (wide, *embedded(narrow, seeds, wide))


def train_members(
    subject: Shallow,
    members: Sequence[Member],
    rates: Sequence[float],
    training: Training,
    resume: ResumeState,
    device: torch.device,
) -> tuple[LinearStart, Parameters, list[dict[str, Any]]]:
    """Train all members by Adam with their rates; the network, parameters and a row for each."""
    network, initial, masks = start(members)
    exact = subject.examples(members)
    values = exact.targets.values.float()
    examples = Split(exact.inputs.float(), RealVectors(values, per_member=True))
    at = {round(LATE * training.steps), training.steps}
    losses = Measurements("train", evaluation(network, examples, examples.inputs), at)
    ensemble = Ensemble(
        network,
        initial,
        examples,
        [stream_seed(member.seed, "order") for member in members],
        masks=masks,
        learning_rates=list(rates),
        loss=squared_error,
    )
    callbacks = [losses, Progress(training.steps)]
    trained = train(ensemble, training, callbacks, resume, device)
    late, last = losses.arrays()["loss"]
    rows = [
        {
            **member.facts,
            "rate": rate,
            **subject.errors(network, own, member),
            "late_loss": late[number],
            "loss": last[number],
        }
        for number, (member, rate, own) in enumerate(
            zip(members, rates, alone(trained), strict=True)
        )
    ]
    return network, trained, rows
