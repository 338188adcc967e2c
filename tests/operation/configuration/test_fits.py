"""Samples and networks that no data set fits are refused, whichever study has them."""

from pathlib import Path

import pytest
from configuration_example import on_command_line, refusal

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration

SHIPPED = Path(__file__).resolve().parents[3] / "config"
CHAIN = "lottery.chains"
# What is set on the command line, and the line that must come out.
MISFITS = {
    "too many to train on": (
        f"{CHAIN}.lenet.sample.train", 70_000,
        "asks for 70000 training and 2000 validation examples, but fashion-mnist has 60000 for"
        " training"),
    "too many with those for validation": (
        f"{CHAIN}.resnet.sample.train", 19_001,
        "asks for 19001 training and 1000 validation examples, but mnist-1d (data.mnist-1d) has"
        " 20000 for training"),
    "too many to test on": (
        f"{CHAIN}.lenet.sample.test", 10_001,
        "asks for 10001 test examples, but fashion-mnist has 10000"),
    "pixels that are left over": (
        f"{CHAIN}.lenet.sample.downsample", 3, "must divide images of 28 × 28 pixels"),
    "fewer pixels of signals": (
        f"{CHAIN}.resnet.sample.downsample", 2,
        "is for images: the examples of mnist-1d are signals"),
    "signals of another length": (
        f"{CHAIN}.resnet.network.input", [1, 41],
        "must be [1, 40], the shape of the examples of mnist-1d, not [1, 41]"),
    "images of another size": (
        f"{CHAIN}.lenet.network.sizes", [196, 30, 10],
        "must begin with 784, the numbers in the examples of fashion-mnist, not 196"),
    "fewer outputs than classes": (
        f"{CHAIN}.lenet.network.sizes", [784, 30, 9],
        "must end with 10 or more, the classes of the examples of fashion-mnist"),
    "fewer classes than the data set has": (
        f"{CHAIN}.resnet.network.classes", 9,
        "must be 10 or more, the classes of the examples of mnist-1d"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "value", "said"), MISFITS.values(), ids=MISFITS.keys())
def test_what_does_not_fit_the_data_is_refused_by_its_key(folder, key, value, said):
    assert refusal(folder, on_command_line(key, value)) == f"the command line: {key} {said}"


def test_a_generator_makes_enough_for_the_studies(folder):
    less = {"data": {"mnist-1d": {"train": 1000}}}
    assert refusal(folder, less).startswith(
        "config/lottery.yaml: lottery.chains.resnet.sample.train asks for 10000 training and 1000"
        " validation examples, but mnist-1d (data.mnist-1d) has 1000 for training"
    )
    shorter = {"data": {"mnist-1d": {"length": 30}}}
    assert "network.input must be [1, 30]" in refusal(folder, shorter)


def test_averaged_pixels_fit_a_smaller_network(folder):
    halved = {"sample": {"downsample": 2}, "network": {"sizes": [196, 30, 10]}}
    given = {"lottery": {"chains": {"lenet": halved, "lenet-half": halved}}}
    assert load_configuration(folder, given).lottery.chains["lenet"].sample.downsample == 2


def test_what_does_not_run_need_not_fit(folder):
    load_configuration(folder, {"studies": ["hopfield"], "data": {"mnist-1d": {"train": 1000}}})


@pytest.mark.parametrize(
    "key",
    [
        "double_descent.features.sample",
        "double_descent.networks.sample",
        "double_descent.epochs.sample",
        "grokking.images.sample",
        "sharpness.tasks.images.sample",
        "connectivity.minima.mlp.sample",
        "lottery.chains.lenet.sample",
    ],
)
@pytest.mark.parametrize("scale", ["smoke", "laptop", "paper"])
def test_every_study_is_checked(key, scale):
    given = {"scale": scale, **on_command_line(f"{key}.test", 10_001)}
    with pytest.raises(UserError, match=f"^the command line: {key}.test asks for 10001 test"):
        load_configuration(SHIPPED, given)


def test_a_study_is_named_once(folder):
    said = "the command line: studies: the study 'lottery' is named twice"
    assert refusal(folder, {"studies": ["lottery", "lottery"]}).startswith(said)
