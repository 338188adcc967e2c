import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from paths_example import INPUTS, LABELS, NET, PAIRS, SPLIT, ends, equal

from workflow_scripts.learning.ensemble.callbacks import Callback
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.paths.curve import Bezier, Chain, straight, weights_at
from workflow_scripts.learning.paths.curve_network import CurveNetwork, Positions
from workflow_scripts.learning.paths.measure import along, between, equidistant

KINDS = pytest.mark.parametrize("kind", [Bezier, Chain])
BENDS = pytest.mark.parametrize("bends", [1, 2, 3])
TRAINING = Training(
    optimiser={"kind": "sgd", "momentum": 0.9}, learning_rate=0.1, batch_size=10, steps=30
)


def places(position, dtype=torch.float64):
    return torch.full((PAIRS,), position, dtype=dtype)


def bent(first, second, bends):
    """Bends that lie on no line."""
    generator = torch.Generator().manual_seed(5)
    return {
        name: tensor + torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype)
        for name, tensor in straight(first, second, bends).items()
    }


@KINDS
@BENDS
def test_a_curve_begins_and_ends_at_its_ends_to_the_bit(kind, bends):
    first, second = ends()
    points = bent(first, second, bends)
    assert equal(weights_at(kind(bends), first, points, second, places(0.0)), first)
    assert equal(weights_at(kind(bends), first, points, second, places(1.0)), second)


@KINDS
@BENDS
@given(position=st.floats(0, 1))
def test_a_curve_whose_bends_lie_on_the_line_is_the_line(kind, bends, position):
    first, second = ends(dtype=torch.float64)
    on_line = straight(first, second, bends)
    found = weights_at(kind(bends), first, on_line, second, places(position))
    expected = between(first, second, position)
    for name in first:
        torch.testing.assert_close(found[name], expected[name], rtol=0, atol=1e-12)


@KINDS
@BENDS
@given(position=st.floats(0, 1))
def test_control_points_share_the_weights_without_loss_or_sign(kind, bends, position):
    coefficients = kind(bends).coefficients(places(position))
    assert coefficients.shape == (PAIRS, bends + 2)
    assert (coefficients >= 0).all()
    torch.testing.assert_close(coefficients.sum(1), torch.ones(PAIRS, dtype=torch.float64))


def test_the_quadratic_curve_is_that_of_the_paper():
    """Garipov et al. 2018, equation 4: (1 − t)² w₁ + 2 t (1 − t) θ + t² w₂."""
    first, second = ends(dtype=torch.float64)
    points = bent(first, second, 1)
    for t in (0.1, 0.5, 0.8):
        found = weights_at(Bezier(1), first, points, second, places(t))
        for name in first:
            bend = points[name][:, 0]
            by_hand = (1 - t) ** 2 * first[name] + 2 * t * (1 - t) * bend + t**2 * second[name]
            torch.testing.assert_close(found[name], by_hand, rtol=0, atol=1e-12)


@BENDS
def test_a_chain_passes_through_its_bends_and_is_straight_between_them(bends):
    first, second = ends(dtype=torch.float64)
    points = bent(first, second, bends)
    knots = [first, *({n: t[:, k] for n, t in points.items()} for k in range(bends)), second]
    for at, (left, right) in enumerate(itertools.pairwise(knots)):
        for part in (0.0, 0.3, 1.0):
            position = (at + part) / (bends + 1)
            found = weights_at(Chain(bends), first, points, second, places(position))
            for name in first:
                expected = torch.lerp(left[name], right[name], part)
                torch.testing.assert_close(found[name], expected, rtol=0, atol=1e-12)


@KINDS
def test_bends_have_the_gradient_that_autograd_finds(kind):
    first, second = ends(dtype=torch.float64)
    points = bent(first, second, 2)
    network = CurveNetwork(NET, kind(2), first, second)
    network.positions = torch.tensor([0.2, 0.45, 0.9], dtype=torch.float64)
    inputs = INPUTS[:12].double().expand(PAIRS, -1, -1)
    labels = LABELS[:12].expand(PAIRS, -1)
    losses, gradients = network.losses_and_gradients(points, inputs, labels, cross_entropy)
    leaves = {n: t.clone().requires_grad_(True) for n, t in points.items()}
    expected = cross_entropy(network.logits(leaves, inputs), labels)
    torch.testing.assert_close(losses, expected.detach())
    by_autograd = torch.autograd.grad(expected.sum(), list(leaves.values()))
    for name, gradient in zip(leaves, by_autograd, strict=True):
        torch.testing.assert_close(gradients[name], gradient, rtol=1e-9, atol=1e-12)


def trained(kind, members=range(PAIRS), resume=None, more=()):
    first, second = ({n: t[list(members)] for n, t in end.items()} for end in ends(2.0))
    network = CurveNetwork(NET, kind(1), first, second)
    seeds = [100 + member for member in members]
    start = straight(first, second, 1)
    ensemble = Ensemble(network, start, SPLIT, seeds)
    callbacks = [Positions(network, seeds), *more]
    return network, train(ensemble, TRAINING, callbacks, resume)


@KINDS
def test_the_one_loop_lowers_the_loss_along_a_curve_and_leaves_the_ends(kind):
    first, second = ends(2.0)
    network, bends = trained(kind)
    assert equal(network.first, first)
    assert equal(network.second, second)

    def mean_loss(points):
        table = along(
            NET,
            lambda position: network.at(points, places(position)),
            equidistant(11),
            {"train": SPLIT},
            INPUTS,
        )
        return table.groupby("member").loss.mean()

    assert (mean_loss(bends) < mean_loss(straight(first, second, 1)) - 0.1).all()


def test_a_curve_is_trained_alike_alone_and_among_others():
    _, together = trained(Bezier)
    _, alone = trained(Bezier, members=[1])
    assert equal(alone, {name: tensor[1:2] for name, tensor in together.items()})


def test_a_killed_training_of_curves_ends_with_the_same_bits(tmp_path):
    class Killed(Callback):
        def __call__(self, step, parameters):
            if step == 17:
                raise KeyboardInterrupt

    def state():
        resume = ResumeState(tmp_path / "resume.safetensors", "key")
        resume.every = 0.0
        return resume

    _, through = trained(Bezier)
    with pytest.raises(KeyboardInterrupt):
        trained(Bezier, resume=state(), more=[Killed()])
    assert (tmp_path / "resume.safetensors").exists()
    _, resumed = trained(Bezier, resume=state())
    assert equal(resumed, through)


def test_positions_are_uniform_and_differ_between_steps_and_curves():
    first, second = ends()
    network = CurveNetwork(NET, Bezier(1), first, second)
    drawn = []
    callback = Positions(network, [1, 2, 3])
    for step in range(400):
        callback(step, {})
        drawn.append(network.positions.clone())
    values = torch.stack(drawn)
    assert values.unique().numel() == values.numel()
    assert ((values >= 0) & (values < 1)).all()
    assert values.mean(0) == pytest.approx([0.5] * 3, abs=5 * (1 / 12 / 400) ** 0.5)


def test_a_curve_without_a_bend_is_refused():
    with pytest.raises(ValueError, match="needs a bend"):
        Bezier(0)
