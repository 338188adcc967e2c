"""Samples and networks that no data set fits are refused, whichever study has them."""

from pathlib import Path

import pytest
from configuration_example import on_command_line, refusal

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.settings import STUDIES

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
    halved = {"sample": {"downsample": 2}, "network": {"sizes": [196, 60, 10]}}
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
        "distillation.sample",
    ],
)
@pytest.mark.parametrize("scale", ["smoke", "laptop", "paper"])
def test_every_study_is_checked(key, scale):
    given = {"scale": scale, **on_command_line(f"{key}.test", 10_001)}
    with pytest.raises(UserError, match=f"^the command line: {key}.test asks for 10001 test"):
        load_configuration(SHIPPED, given)


# For every study: what is set, and the beginning of what is said of which key.
CANNOT_BE = {
    "hopfield.regimes.stored": (60_001, "asks for 60001 training examples, but fashion-mnist has"),
    "hopfield.recall.load": (0.0001, "of 0.0001 stores no pattern in 1000 neurons"),
    "hopfield.recall.overload": (0.04, "must be larger than recall.load"),
    "hopfield.correlated.loads": ([0.0001, 0.1], "of 0.0001 stores no pattern in 784 neurons"),
    "hopfield.spheres.dimensions": ([24, 8, 12], "must be increasing"),
    "hopfield.regimes.betas": ([0.01, 100, 10], "must be increasing"),
    "hopfield.separation.products": ([0.5, 8, 4], "must be increasing"),
    "ntk.images.pair": ([0, 10], "names class 10, but fashion-mnist has 0 to 9"),
    "ntk.images.sizes": ([1002], "asks for 501 examples of each class, but 5000 training"),
    "ntk.images.sample.train": (999, "asks for 500 examples of each class, but 999 training"),
    "connectivity.soups.examples": (10_001, "asks for 10001, but minima.mlp.sample.train is 10000"),
    "connectivity.measurement.train": (2001, "asks for 2001, but minima.resnet.sample.train is"),
    "connectivity.measurement.curvature": (10_001, "asks for 10001, but minima.mlp.sample.train"),
    "connectivity.measurement.matching": (10_001, "asks for 10001, but minima.mlp-8.sample.test"),
    "connectivity.band.training.batch_size": (10_001, "asks for 10001 examples a step, but there"),
    "connectivity.minima.resnet.training.batch_size": (2001, "asks for 2001 examples a step"),
    "sharpness.arms.large.training.batch_size": (2001, "asks for 2001 examples a step, but there"),
    "sharpness.arms.large.training.augmentations": ([{"kind": "flips"}], "are for networks whose"),
    "lottery.chains.resnet.training.augmentations": ([{"kind": "flips"}], "are for networks whose"),
    "grokking.conditions.division.training.augmentations": (
        [{"kind": "flips"}],
        "are for networks whose",
    ),
    "sharpness.compared": (0.15, "must be one of the radii of the arms (0.05, 0.1, 0.2), not 0.15"),
    "approximation.places.inside": (1024, "must exceed the largest of the widths, 1024"),
    "approximation.trained.training.steps": (4, "must be larger: of 4, the loss"),
    "approximation.polynomials.degrees": ([4, 2000], "must be at most 1000"),
    "approximation.tents.counted": ([1, 2, 3, 5, 6, 40], "must be at most 20"),
    "approximation.deep.training.batch_size": (1025, "asks for 1025 examples a step, but there"),
    "grokking.images.training.batch_size": (50_001, "asks for 50001 examples a step, but there"),
    "lottery.needles.survivors": (40_000, "asks for 40000 weights, but the chain lenet-eighth"),
    "lottery.controls.one-shot-long": ([0, 8], "has level 0, to which no ticket is sought"),
    "lottery.long": (["5-9"], "has the batch 5-9, which seeds has not"),
    "lottery.chains.lenet.training.batch_size": (10_001, "asks for 10001 examples a step, but"),
    "double_descent.networks.noise": ([0, 0.0001], "of 0.0001 changes none of the"),
    "double_descent.networks.network.sizes": ([41, 1, 10], "must begin with 40, the numbers in"),
    "double_descent.networks.training.augmentations": (
        [{"kind": "flips"}],
        "are for networks whose",
    ),
    "double_descent.epochs.training.batch_size": (60_000, "asks for 60000 examples a step, but"),
    "nas.sample.train": (17_001, "asks for 17001, but the rest of signals is 17000"),
    "nas.cells.training.batch_size": (10_001, "asks for 10001 examples a step, but there"),
    "nas.supernets.second.training.batch_size": (5001, "asks for 5001 examples a step, but there"),
    "focal.training.batch_size": (4801, "asks for 4801 examples a step, but there"),
    "focal.scenes.size": (13, "asks for examples of shape [26, 26], but those of fashion-mnist"),
    "focal.scenes.channels": (3, "asks for examples of shape [3, 28, 28], but those of"),
    "focal.scenes.target": (10, "names class 10, but fashion-mnist has 0 to 9"),
    "recurrence.conditions.lstm.training.batch_size": (12_801, "asks for 12801 examples a step"),
    "distillation.lessons.few.examples": (10_001, "asks for 10001, but sample.train is 10000"),
    "distillation.lessons.few.training.batch_size": (1001, "asks for 1001 examples a step, but"),
    "distillation.lessons.all.omitted": ([3], "must name classes in the lesson omitted, and in no"),
    "distillation.lessons.omitted.omitted": ([1, 5, 9, 10], "names class 10, but fashion-mnist"),
    "distillation.judged": ([1, 10], "has class 10, which is not among lessons.omitted.omitted"),
    "distillation.teachers.network.sizes": ([784, 200, 10], "must begin with 196, the numbers in"),
    "distillation.lessons.few.network.sizes": ([196, 64, 9], "must end with 10 or more, the"),
    "distillation.names": (["boot"], "asks for 1 class, but fashion-mnist has 10"),
    "distillation.curves": ({"all": "64 units"}, "has all, whose arms lack t-10"),
    "distillation.sizes": ({"large": "1 unit"}, "has large, which is not among lessons"),
    "distillation.sample.validation": (0, "must be positive: the bias of an omitted class"),
}  # fmt: skip
# Where the line is about another key than the one that was set.
ABOUT = {
    "ntk.images.sample.train": "ntk.images.sizes",
    "focal.scenes.channels": "focal.scenes.size",
}


@pytest.mark.parametrize(
    ("key", "value", "said"), [(k, *v) for k, v in CANNOT_BE.items()], ids=CANNOT_BE
)
def test_what_cannot_be_is_refused_in_every_study(key, value, said):
    with pytest.raises(UserError) as refused:
        load_configuration(SHIPPED, {"scale": "laptop", **on_command_line(key, value)})
    message = str(refused.value)
    assert f"{ABOUT.get(key, key)} {said}" in message
    assert "\n" not in message


def test_every_study_has_settings_that_cannot_be():
    assert {key.split(".")[0] for key in CANNOT_BE} == set(STUDIES)


def test_a_share_that_leaves_nothing_to_learn(folder):
    key = "grokking.conditions.main.table.fraction"
    conditions = load_configuration(SHIPPED, {"scale": "laptop"}).grokking.conditions
    fewer = {name: {"table": {"fraction": 1e-6}} for name in conditions}
    said = refusal(folder, {"studies": ["grokking"], "grokking": {"conditions": fewer}})
    assert said.split(": ", 1)[1].startswith(f"{key} leaves 0 of ")


def test_more_poolings_than_pixels(folder):
    network = {
        "kind": "convolutional", "input": [1, 28, 28], "channels": [4] * 5, "classes": 10,
    }  # fmt: skip
    said = refusal(folder, on_command_line("lottery.chains.lenet.network", network))
    assert "lottery.chains.lenet.network.channels has too many layers" in said


def test_a_study_is_named_once(folder):
    said = "the command line: studies: the study 'lottery' is named twice"
    assert refusal(folder, {"studies": ["lottery", "lottery"]}).startswith(said)
