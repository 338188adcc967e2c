"""The files of the double-descent study, its measuring steps, and settings that are refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.learning.width_groups import group_of, widths_of
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.double_descent.files import DoubleDescentFiles
from workflow_scripts.studies.double_descent.linear_settings import measured_steps
from workflow_scripts.studies.double_descent.settings import DoubleDescent

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = load_configuration(ROOT / "config", {"scale": "laptop"}).double_descent
VALUES = SHIPPED.model_dump(mode="json")


def settings(**changes):
    """The shipped settings with a few fields, given as `part__field`, changed."""
    values = {key: dict(part) if isinstance(part, dict) else part for key, part in VALUES.items()}
    for path, value in changes.items():
        part, _, field = path.partition("__")
        if field:
            values[part][field] = value
        else:
            values[part] = value
    return DoubleDescent.model_validate(values)


RESIDUAL = {"kind": "residual", "input": [1, 40], "channels": [1, 2], "blocks": 1, "classes": 10}
CONVOLUTIONAL = {"kind": "convolutional", "input": [1, 28, 28], "channels": [1], "classes": 10}
FILES = DoubleDescentFiles(
    settings(
        seeds=["0-1", "2-4"],
        regression_seeds=["0-4", "5-6"],
        networks__groups=[[2, 3], [8]],
        epochs__noise=[0, 0.3],
    ),
    "D",
    "data",
)


def test_every_batch_has_its_files_and_no_other():
    assert FILES.tables("sizes") == [
        "D/checkpoints/sizes/seeds-0-4.csv", "D/checkpoints/sizes/seeds-5-6.csv"
    ]  # fmt: skip
    networks = [
        f"D/checkpoints/networks/seeds-{seeds}/widths-{group}"
        for seeds in ("0-1", "2-4")
        for group in ("2-3", "8")
    ]
    epochs = [
        f"D/checkpoints/epochs/seeds-{seeds}/noise-{noise}"
        for seeds in ("0-1", "2-4")
        for noise in ("0.0", "0.3")
    ]
    assert FILES.networks() == [f"{folder}/history.safetensors" for folder in networks]
    assert FILES.epochs() == [f"{folder}/history.safetensors" for folder in epochs]
    trained = [f"{folder}/trained.safetensors" for folder in networks + epochs]
    assert FILES.checkpoints() == trained


def test_a_part_depends_on_its_own_data_set():
    for part, dataset in (("features", "fashion-mnist"), ("networks", "mnist-1d")):
        assert FILES.data(part)(None) == str(manifest(dataset, Path("data")))


def test_a_groups_name_is_its_widths():
    assert widths_of(group_of([6, 10, 16])) == [6, 10, 16]


def test_measurements_are_even_on_a_logarithmic_scale_and_end_at_the_end():
    assert measured_steps(1000, 4) == [1, 10, 100, 1000]
    assert measured_steps(3, 10) == [1, 2, 3]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"features__widths": [10, 20, 30, 40, 50, 60]}, "must contain sample.train"),
        ({"features__widths": [1000, 20, 30, 40, 50, 60]}, "widths must be strictly increasing"),
        ({"features__ridges": [0.1, 0.1]}, "ridges must be strictly increasing"),
        ({"features__unseen": 10**6}, "unseen must not exceed"),
        ({"features__noise": [0.1, 0.2]}, "noise must be zero"),
        ({"sizes__sizes": [125, 180, 250, 500, 1000, 2000]}, "must end with sample.train"),
        ({"sizes__width": 180}, "the width and a quarter"),
        ({"networks__groups": [[6, 10], [8]]}, "groups must be strictly increasing"),
        (
            {"networks__network": {"kind": "mlp", "sizes": [40, 2, 1, 10]}},
            "must be of width 1, with",
        ),
        ({"networks__network": {"kind": "mlp", "sizes": [40, 10]}}, "with hidden layers, each of"),
        ({"networks__network": RESIDUAL | {"channels": [2, 4]}}, "with channels that begin with 1"),
        ({"two_scales__examples": 80}, "outnumber the features"),
        ({"regression_seeds": ["100-104", "200-204"]}, "must begin with all seeds"),
        ({"networks__averaging": 1.0}, "less than 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ValidationError, match=message):
        settings(**changes)


def test_a_network_without_a_width_is_refused_in_one_line_that_names_the_key():
    given = {"scale": "laptop", "double_descent": {"networks": {"network": CONVOLUTIONAL}}}
    with pytest.raises(UserError) as refused:
        load_configuration(ROOT / "config", given)
    assert str(refused.value) == (
        "the command line: double_descent.networks.network: must be of the kind mlp or residual:"
        " others are not made wider"
    )


@pytest.mark.parametrize("part", ["features", "sizes", "networks"])
def test_parts_that_choose_need_validation_examples(part):
    sample = {**VALUES[part]["sample"], "validation": 0}
    with pytest.raises(ValidationError, match="validation must be positive"):
        settings(**{f"{part}__sample": sample})
