"""SAM against a plain one, written with torch's modules; and what must stay as it was."""

import pytest
import torch
import torch.nn.functional as F

from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.ensemble.randomness import DataOrder
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.networks.network import member_slice

torch.set_num_threads(1)
NET = Mlp([12, 9, 4])
INPUTS = torch.randn(60, 12, generator=torch.Generator().manual_seed(0))
LABELS = torch.arange(60) % 4
SHOWN = Split(INPUTS, ClassNumbers(LABELS))
SEEDS = [3, 4, 5]


RECIPE = {
    "optimiser": {"kind": "sgd", "momentum": 0.5},
    "learning_rate": 0.1,
    "batch_size": 8,
    "steps": 12,
}
DIRECTIONS = ["ascent", "random"]


def trained(radii=None, seeds=SEEDS, masks=None, steps=12, **changes):
    gradient = {"kind": "sharpness-aware", **changes}
    training = Training(**(RECIPE | {"steps": steps, "gradient": gradient}))
    start = NET.initialise(seeds)
    ensemble = Ensemble(NET, start, SHOWN, seeds, masks=masks, radii=radii)
    return train(ensemble, training)


def same(ours, others):
    return all(torch.equal(ours[name], others[name]) for name in ours)


def plain(seed, radius, steps=12):
    """Foret et al. 2021, algorithm 1, for one network."""
    start = NET.initialise([seed])
    weights = [start[name][0].clone().requires_grad_(True) for name in start]
    optimiser = torch.optim.SGD(weights, lr=0.1, momentum=0.5)
    order = DataOrder([seed], len(INPUTS), 8)

    def gradient(at, batch):
        w0, b0, w1, b1 = at
        hidden = (INPUTS[batch] @ w0 + b0).relu()
        loss = F.cross_entropy(hidden @ w1 + b1, LABELS[batch])
        return torch.autograd.grad(loss, at)

    for step in range(steps):
        batch = order.batch(step)[0]
        up = gradient(weights, batch)
        length = torch.cat([g.flatten() for g in up]).norm()
        there = [
            (w + radius * g / length).detach().requires_grad_(True)
            for w, g in zip(weights, up, strict=True)
        ]
        for weight, found in zip(weights, gradient(there, batch), strict=True):
            weight.grad = found
        optimiser.step()
    return dict(zip(start, weights, strict=True))


def test_every_member_trains_as_plain_sam_does():
    found = trained([0.05, 0.2, 0.5])
    for member, radius in enumerate([0.05, 0.2, 0.5]):
        for name, weight in plain(SEEDS[member], radius).items():
            torch.testing.assert_close(found[name][member], weight.data, rtol=1e-4, atol=1e-5)


def test_radius_zero_has_the_bits_of_training_without_alone_and_beside_others():
    plain_ensemble = Ensemble(NET, NET.initialise(SEEDS), SHOWN, SEEDS)
    without = train(plain_ensemble, Training(**RECIPE))
    assert same(trained([0.0, 0.0, 0.0]), without)
    mixed = trained([0.0, 0.1, 0.0])
    for member in (0, 2):
        assert same(*(member_slice(each, member, member + 1) for each in (mixed, without)))
    assert not same(*(member_slice(each, 1, 2) for each in (mixed, without)))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_member_has_the_same_bits_alone(direction):
    together = trained([0.1, 0.0, 0.3], direction=direction)
    alone = trained([0.3], [5], direction=direction)
    assert same(alone, member_slice(together, 2, 3))
    assert same(trained(radius=0.3, direction=direction, seeds=[5]), alone)


def test_members_without_radii_have_that_of_the_settings():
    assert same(trained([0.05] * 3), trained())
    assert same(trained([0.2] * 3, radius=0.1), trained(radius=0.2))


@pytest.mark.parametrize("gradient", [None, {"kind": "orthogonal"}])
def test_radii_that_would_have_no_effect_are_refused(gradient):
    ensemble = Ensemble(NET, NET.initialise(SEEDS), SHOWN, SEEDS, radii=[0.0, 0.1, 0.0])
    with pytest.raises(ValueError, match="radii need a training whose gradient is"):
        train(ensemble, Training(**RECIPE, gradient=gradient))


def test_a_random_direction_is_another_and_changes_every_step():
    assert not same(trained([0.3] * 3), trained([0.3] * 3, direction="random"))
    short, long = (trained([0.3] * 3, direction="random", steps=n) for n in (1, 2))
    assert not same(short, long)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_pruned_weights_stay_pruned(direction):
    generator = torch.Generator().manual_seed(1)
    masks = {"weight0": (torch.rand(3, 12, 9, generator=generator) < 0.5).float()}
    found = trained([0.3] * 3, masks=masks, direction=direction)
    assert (found["weight0"][masks["weight0"] == 0] == 0).all()
    assert (found["weight0"][masks["weight0"] == 1] != 0).any()
