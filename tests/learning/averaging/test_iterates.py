import pytest
import torch

from workflow_scripts.learning.averaging.iterates import IterateAverage, MovingAverage
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp

torch.set_num_threads(1)
NET = Mlp([5, 6, 3])
INPUTS = torch.randn(40, 5, generator=torch.Generator().manual_seed(0))
LABELS = (INPUTS[:, 0] > 0).long()
STEPS, DECAY = 12, 0.8
TRAINING = Training(optimiser={"kind": "sgd"}, learning_rate=0.2, batch_size=8, steps=STEPS)


class Recorder(Callback):
    """Copies of the parameters after every step, by step."""

    def __init__(self):
        self.seen = {}

    def __call__(self, step, parameters):
        self.seen[step] = {name: tensor.clone() for name, tensor in parameters.items()}


def trained(*callbacks, resume=None):
    ensemble = Ensemble(NET, NET.initialise([1, 2]), Split(INPUTS, ClassNumbers(LABELS)), [1, 2])
    return train(ensemble, TRAINING, callbacks, resume)


def test_an_average_of_iterates_is_their_mean():
    recorder, average = Recorder(), IterateAverage({4, 8, 12})
    trained(recorder, average)
    for name, tensor in average.average().items():
        expected = torch.stack([recorder.seen[s][name].double() for s in (4, 8, 12)]).mean(0)
        torch.testing.assert_close(tensor, expected.float(), rtol=0, atol=0)


def test_the_average_of_one_iterate_is_that_iterate_to_the_bit():
    average = IterateAverage({STEPS})
    last = trained(average)
    assert all(torch.equal(average.average()[name], last[name]) for name in last)


def test_a_moving_average_follows_its_definition():
    recorder, moving = Recorder(), MovingAverage(DECAY)
    trained(recorder, moving)
    for name, tensor in moving.mean.items():
        expected = recorder.seen[0][name].double()
        for step in range(1, STEPS + 1):
            expected = DECAY * expected + (1 - DECAY) * recorder.seen[step][name].double()
        torch.testing.assert_close(tensor, expected.float(), rtol=1e-5, atol=1e-7)


def test_averaging_changes_no_training():
    alone = trained()
    watched = trained(IterateAverage({3, 6}), MovingAverage(DECAY))
    assert all(torch.equal(alone[name], watched[name]) for name in alone)


def test_averages_survive_a_killed_training(tmp_path):
    class Killed(Callback):
        def __call__(self, step, parameters):
            if step == 7:
                raise KeyboardInterrupt

    def state():
        resume = ResumeState(tmp_path / "resume.safetensors", "key")
        resume.every = 0.0
        return resume

    through = IterateAverage({4, 6, 12}), MovingAverage(DECAY)
    trained(*through)
    with pytest.raises(KeyboardInterrupt):
        trained(IterateAverage({4, 6, 12}), MovingAverage(DECAY), Killed(), resume=state())
    resumed = IterateAverage({4, 6, 12}), MovingAverage(DECAY)
    trained(*resumed, Callback(), resume=state())
    for name, tensor in through[0].average().items():
        assert torch.equal(resumed[0].average()[name], tensor)
        assert torch.equal(resumed[1].mean[name], through[1].mean[name])
    assert resumed[0].steps == [4, 6, 12]


def test_an_average_of_nothing_is_refused():
    average = IterateAverage({STEPS + 1})
    trained(average)
    with pytest.raises(ValueError, match="none of the iterates"):
        average.average()
