import torch

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.callbacks import Snapshots
from workflow_scripts.learning.ensemble.evaluate import evaluate, evaluation
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.target import AtTarget
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp

torch.set_num_threads(1)
NET = Mlp([12, 9, 4])
INPUTS = torch.randn(60, 12, generator=torch.Generator().manual_seed(0))
SPLIT = Split(INPUTS, ClassNumbers(torch.arange(60) % 4))
SEEDS = [3, 4, 5]
STEPS, EVERY = 200, 10


def at_target(target):
    checked = range(0, STEPS + 1, EVERY)
    return AtTarget(evaluation(NET, SPLIT, INPUTS), target, checked)


def run(*callbacks, rates=(0.05, 0.1, 0.2)):
    recipe = Training(optimiser={"kind": "sgd"}, learning_rate=0.1, batch_size=10, steps=STEPS)
    start = NET.initialise(SEEDS)
    ensemble = Ensemble(NET, start, SPLIT, SEEDS, learning_rates=rates)
    return train(ensemble, recipe, callbacks)


def test_each_member_is_kept_as_it_was_when_it_first_got_there():
    callback, snapshots = at_target(1.0), Snapshots(set(range(0, STEPS + 1, EVERY)))
    run(callback, snapshots)
    losses = {step: evaluate(NET, kept, SPLIT)["loss"] for step, kept in snapshots.kept.items()}
    assert len(set(callback.steps.tolist())) > 1
    for member, step in enumerate(callback.steps.tolist()):
        assert step == min(s for s, loss in losses.items() if loss[member] <= 1.0) > 0
        for name, kept in callback.kept.items():
            assert torch.equal(kept[member], snapshots.kept[step][name][member])


def test_a_member_that_never_gets_there_says_so():
    callback = at_target(1.0)
    run(callback, rates=(0.2, 1e-4, 0.2))
    assert callback.steps[1] == -1
    assert (callback.steps[[0, 2]] > 0).all()
    assert not callback.kept["weight0"][1].any()


def test_a_loss_that_is_not_a_number_is_not_there():
    callback = at_target(1.0)
    run(callback, rates=(0.1, 1e6, 0.1))
    assert callback.steps[1] == -1


def test_without_a_target_nothing_is_kept():
    callback = AtTarget(evaluation(NET, SPLIT, INPUTS), 0.0, ())
    run(callback)
    assert callback.steps.tolist() == [-1, -1, -1]


def test_its_state_can_be_taken_up_again():
    whole = at_target(1.0)
    run(whole)
    other = at_target(1.0)
    other.restore(whole.state())
    assert torch.equal(other.steps, whole.steps)
    assert all(torch.equal(other.kept[name], whole.kept[name]) for name in whole.kept)
    fresh = at_target(1.0)
    fresh.restore(fresh.state())
    assert fresh.steps is None
