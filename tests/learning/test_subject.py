"""A subject is read from a rule's settings, and only from the three that it is made of."""

import pytest
import torch

from workflow_scripts.learning.data.arrays import write_arrays
from workflow_scripts.learning.data.digits import split_digits
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.residual import Residual
from workflow_scripts.learning.subject import Subject

CFG = {
    "study.chains.a.network": {
        "kind": "residual",
        "input": [1, 8, 8],
        "channels": [2],
        "blocks": 1,
        "classes": 10,
    },
    "study.chains.a.sample": {"dataset": "digits", "train": 40, "validation": 20, "test": 50},
    "device": "cpu",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A folder with scikit-learn's digits."""
    folder = tmp_path_factory.mktemp("data")
    write_arrays(folder / "digits", split_digits(360, 0))
    write_manifest("digits", folder)
    return str(folder)


class Recorded(dict):
    """Settings that remember which of their values were asked for."""

    def __init__(self, *given):
        super().__init__(*given)
        self.read = set()

    def __getitem__(self, key):
        self.read.add(key)
        return super().__getitem__(key)


def test_it_reads_a_network_a_sample_and_a_device_and_nothing_else(data):
    cfg = Recorded({**CFG, "study.chains.a.training": {}, "study.chains.a.evaluation": {}})
    subject = Subject.of(cfg, data, [0, 1, 2])
    assert cfg.read == set(CFG)
    assert isinstance(subject.network, Residual)
    assert subject.device == torch.device("cpu")
    assert subject.examples.classes == 10
    for split, number in (("train", 40), ("validation", 20), ("test", 50)):
        examples = getattr(subject.examples, split)
        assert len(examples) == number
        assert examples.rows is None or examples.rows.shape == (3, number)
        assert examples.inputs.shape[1:] == (1, 8, 8)


def test_networks_of_a_checkpoint_are_evaluated_with_the_statistics_of_its_examples(data, tmp_path):
    subject = Subject.of(CFG, data, [5, 6, 7]).members([6, 5])
    Stored.of(subject.network.initialise([0, 1])).save(tmp_path / "n.safetensors")
    loaded = subject.load(tmp_path / "n.safetensors")
    expected = subject.network.calibrated(loaded, subject.examples.calibration)
    calibrated = subject.calibrated(loaded)
    assert calibrated.keys() == expected.keys() > loaded.keys()
    assert all(torch.equal(calibrated[name], expected[name]) for name in expected)
