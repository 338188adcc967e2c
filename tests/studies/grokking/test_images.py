import torch

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.grokking.images import train_on_images
from workflow_scripts.studies.grokking.settings import Images

SEEDS = [100, 101]
IMAGES = Images.model_validate(
    {
        "sample": {"dataset": "fashion-mnist", "train": 12, "validation": 0, "test": 10},
        "network": {"kind": "mlp", "sizes": [4, 8, 3]},
        "training": {
            "optimiser": {"kind": "adamw"},
            "learning_rate": 0.05,
            "batch_size": None,
            "steps": 55,
        },
        "every": 10,
    }
)


def subject():
    """Two clouds of points a class; each seed has its own rows of them."""
    draw = torch.Generator().manual_seed(0)
    labels = torch.arange(30) % 3
    inputs = torch.randn(30, 4, generator=draw) + 3 * torch.eye(4)[labels]
    rows = torch.stack([torch.randperm(20, generator=draw)[:12] for _ in SEEDS])
    train = Split(inputs[:20], ClassNumbers(labels[:20]), rows)
    test = Split(inputs[20:], ClassNumbers(labels[20:]))
    return Subject(Mlp([4, 8, 3]), Examples(train, train, test, 3, tuple(SEEDS)), "cpu")


def test_networks_are_measured_to_the_end_of_the_training_long_after_their_loss_converged():
    trained, curves = train_on_images(IMAGES, subject(), SEEDS)
    train, test = (curve.arrays() for curve in curves)
    assert [curve.split for curve in curves] == ["train", "test"]
    assert train["step"].tolist() == test["step"].tolist() == [0, 10, 20, 30, 40, 50, 55]
    assert train["loss"].shape == (7, 2)
    assert (train["loss"][-1] < 0.2 * train["loss"][0]).all()
    assert test["accuracy"][-1].min() > 0.6
    assert all((each[0] != each[1]).any() for each in trained.values())


def test_a_seed_has_the_same_network_alone():
    both, _ = train_on_images(IMAGES, subject(), SEEDS)
    whole = subject()
    alone = Subject(whole.network, whole.examples.of(SEEDS[1:]), "cpu")
    one, _ = train_on_images(IMAGES, alone, SEEDS[1:])
    for name in both:
        assert torch.equal(both[name][1:], one[name])
