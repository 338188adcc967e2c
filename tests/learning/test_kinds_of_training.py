"""What a job may use or not is a kind in a file of its own, imported only where it is used."""

import subprocess
import sys
from pathlib import Path

import pytest

from workflow_scripts.core.kinds import kinds_of
from workflow_scripts.learning.data.formats.kinds import FormatKind
from workflow_scripts.learning.data.settings import FetchedKind, GeneratedKind
from workflow_scripts.learning.ensemble.loss_settings import LossKind
from workflow_scripts.learning.ensemble.settings import (
    AugmentationKind,
    GradientKind,
    OptimiserKind,
    ScheduleKind,
)
from workflow_scripts.learning.networks.pair_settings import PairArchitecture
from workflow_scripts.learning.networks.settings import Architecture

UNIONS = {
    "architecture": Architecture,
    "augmentation": AugmentationKind,
    "fetched data": FetchedKind,
    "format": FormatKind,
    "generated data": GeneratedKind,
    "gradient": GradientKind,
    "loss": LossKind,
    "optimiser": OptimiserKind,
    "pair architecture": PairArchitecture,
    "schedule": ScheduleKind,
}
# Modules of kinds, and what makes a data set, by the settings or step that can do without them.
WITHOUT = {
    "operation.configuration.settings": ["torch", "sklearn", "scipy", "tarfile"],
    "learning.ensemble.trainer": [
        "workflow_scripts.learning.ensemble.gradients.orthogonal",
        "workflow_scripts.learning.ensemble.gradients.sharpness_aware",
        "workflow_scripts.learning.ensemble.float64",
        "workflow_scripts.learning.ensemble.stablemax",
    ],
    "studies.grokking.train": [
        "workflow_scripts.learning.ensemble.stablemax",
        "workflow_scripts.learning.networks.pair_mlp",
        "workflow_scripts.learning.networks.pair_one_hot",
        "workflow_scripts.learning.networks.pair_transformer",
    ],
    "studies.lottery.arms": [
        "workflow_scripts.learning.networks.convolutional",
        "workflow_scripts.learning.networks.mlp",
        "workflow_scripts.learning.networks.residual",
    ],
    "learning.data.fetch": ["workflow_scripts.learning.data.origins.cifar10"],
    "learning.data.generate": ["sklearn", "scipy"],
}


@pytest.mark.parametrize("union", UNIONS.values(), ids=UNIONS.keys())
def test_each_kind_has_a_file_of_its_own(union):
    members = kinds_of(union).values()
    modules = [member.__module__ for member in members]
    assert len(set(modules)) == len(modules)
    for module in modules:
        defined = [each for each in vars(sys.modules[module]).values() if is_kind(each, module)]
        assert len(defined) == 1


def is_kind(thing, module):
    fields = getattr(thing, "model_fields", {})
    return "kind" in fields and thing.__module__ == module


def test_no_name_is_in_two_unions_of_one_setting():
    assert not kinds_of(FetchedKind).keys() & kinds_of(GeneratedKind).keys()
    assert not kinds_of(Architecture).keys() & kinds_of(PairArchitecture).keys()


@pytest.mark.thorough
@pytest.mark.parametrize("module", WITHOUT)
def test_importing_a_step_imports_no_implementation_of_a_kind(module):
    script = f"import sys, workflow_scripts.{module}; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert not set(WITHOUT[module]) & set(done.stdout.split())
