"""The emulated device refuses what a GPU refuses, and counts what the processor waits for."""

import pytest
import torch

from tests.workflow.other_device.emulated import OTHER, MixedDevices, OtherDevice
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.settings import network

HERE = torch.arange(6.0).view(2, 3)
PERCEPTRON = network({"kind": "mlp", "sizes": [8, 5, 10]})


def test_what_is_computed_there_stays_there_and_has_the_same_bits():
    with OtherDevice() as device:
        there = HERE.to(OTHER)
        found = (there @ there.T).softmax(-1)
        assert found.device == OTHER
        assert torch.zeros(2, device=OTHER).device == OTHER
        assert torch.tensor([1, 2], device=OTHER).device == OTHER
        assert torch.equal(found.cpu(), (HERE @ HERE.T).softmax(-1))
        assert there.tolist() == HERE.tolist()
    assert device.operations > 5


@pytest.mark.parametrize(
    "mixed",
    [
        lambda there: there + HERE,
        lambda there: torch.mm(HERE, there.T),
        lambda there: torch.where(HERE > 1, there, 0.0),
        lambda there: torch.cat([there, HERE]),
        lambda there: there.mul_(HERE),
        lambda there: HERE.gather(1, there.long()),
        lambda there: HERE[there[0].long() % 2],
        lambda there: torch.randn(2, device=OTHER, generator=torch.Generator()),
    ],
)
def test_what_a_gpu_refuses_is_refused(mixed):
    with OtherDevice(), pytest.raises(MixedDevices):
        mixed(HERE.to(OTHER))


def test_what_a_gpu_allows_is_allowed():
    with OtherDevice() as device:
        there = HERE.to(OTHER)
        assert torch.equal((there * torch.tensor(2.0)).cpu(), 2 * HERE)
        assert torch.equal(there[torch.tensor([1, 0])].cpu(), HERE[[1, 0]])
        kept = torch.empty(2, 3)
        kept.copy_(there)
        there[0].add_(1)  # a view
        assert there.cpu().tolist() == [[1, 2, 3], [3, 4, 5]]
    assert torch.equal(kept, HERE)
    assert device.uploads == 1


def test_numpy_does_not_see_it():
    with OtherDevice():
        there = HERE.to(OTHER)
        with pytest.raises(RuntimeError, match="numpy"):
            there.numpy()


@pytest.mark.parametrize(
    "waits",
    [
        lambda there: there.sum().item(),
        lambda there: bool((there > 0).any()),
        lambda there: there.cpu(),
        lambda there: there.nonzero(),
        lambda there: there[there > 2],
    ],
)
def test_waiting_is_counted(waits):
    with OtherDevice() as device:
        there = HERE.to(OTHER)
        assert not device.waits
        waits(there)
    assert device.waits.total() >= 1


@pytest.mark.parametrize("optimiser", ["sgd", "adam", "adamw"])
def test_training_has_the_bits_of_the_processor_and_waits_for_nothing_in_its_steps(optimiser):
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(40, 8, generator=random)
    examples = Split(inputs, ClassNumbers(torch.randint(10, (40,), generator=random)))

    def trained(steps, device):
        settings = {"optimiser": {"kind": optimiser}, "learning_rate": 0.01, "batch_size": 8}
        ensemble = Ensemble(PERCEPTRON, PERCEPTRON.initialise([1, 2]), examples, [1, 2])
        return train(ensemble, Training.model_validate(settings | {"steps": steps}), device=device)

    waits = {}
    for steps in (5, 25):
        with OtherDevice() as device:
            there = trained(steps, OTHER)
        here = trained(steps, "cpu")
        assert all(torch.equal(there[name], here[name]) for name in here)
        waits[steps] = device.waits.total()
    assert waits[5] == waits[25] > 0  # the end is fetched
