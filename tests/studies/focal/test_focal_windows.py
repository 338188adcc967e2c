"""The detector that looks at every window: against single windows, autograd and members alone."""

import pytest
import torch

from workflow_scripts.learning.networks.network import Network, member_slice
from workflow_scripts.studies.focal.scene_settings import LARGEST
from workflow_scripts.studies.focal.windows import DEVIATION, MEAN, Windows

SIDE, SIZE = 12, 5
PLACES = SIDE - SIZE + 1


def network(hidden=(6,), sharing=3, channels=1):
    return Windows(channels, SIDE, SIZE, list(hidden), sharing)


def parameters(net, members=6):
    made = net.initialise(range(members))
    return {name: tensor.double() for name, tensor in made.items()}


def scenes(count=2, channels=1):
    return torch.randint(
        0, LARGEST + 1, (count, channels, SIDE, SIDE), generator=torch.Generator().manual_seed(0)
    ).to(torch.uint8)


def loss(outputs, targets):
    return ((outputs.squeeze(-1) - targets) ** 2).flatten(1).mean(1)


@pytest.mark.parametrize("hidden", [(6,), (6, 4), (6, 4, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_each_score_is_that_of_its_window_alone(hidden, channels):
    net = network(hidden, channels=channels)
    own, given = net.initialise(range(2)), scenes(channels=channels)
    found = net.logits(own, given)
    assert found.shape == (2, 2, PLACES**2, 1)
    for member in range(2):
        for scene in range(2):
            for place in (0, 5, PLACES**2 - 1):
                row, column = divmod(place, PLACES)
                window = given[scene, :, row : row + SIZE, column : column + SIZE].float()
                units = ((window / LARGEST - MEAN) / DEVIATION).flatten()
                for layer in range(net.layers):
                    units = units @ own[f"weight{layer}"][member] + own[f"bias{layer}"][member]
                    units = units.relu() if layer < net.layers - 1 else units
                assert found[member, scene, place, 0].item() == pytest.approx(
                    units.item(), rel=1e-4, abs=1e-5
                )


@pytest.mark.parametrize("hidden", [(6,), (6, 4), (6, 4, 3)])
def test_gradients_are_those_of_autograd(hidden):
    net = network(hidden)
    own = parameters(net)
    # Not of integers: 64-bit inputs, so that both sides are exact.
    given = torch.randn(2, 2, 1, SIDE, SIDE, dtype=torch.float64).repeat_interleave(3, 0)
    targets = torch.rand(6, 2, PLACES**2, dtype=torch.float64)
    ours = net.losses_and_gradients(own, given, targets, loss)
    theirs = Network.losses_and_gradients(net, own, given, targets, loss)
    torch.testing.assert_close(ours[0], theirs[0], rtol=1e-12, atol=0)
    assert set(ours[1]) == set(own)
    for name, gradient in ours[1].items():
        torch.testing.assert_close(gradient, theirs[1][name], rtol=1e-9, atol=1e-14)


def test_a_group_has_the_same_bits_in_every_ensemble_and_a_member_nearly_so():
    net = network()
    own = net.initialise(range(6))
    given = scenes(4).view(2, 2, 1, SIDE, SIDE).repeat_interleave(3, 0)
    targets = torch.rand(6, 2, PLACES**2, generator=torch.Generator().manual_seed(1))
    losses, gradients = net.losses_and_gradients(own, given, targets, loss)
    second = net.losses_and_gradients(member_slice(own, 3, 6), given[3:], targets[3:], loss)
    assert torch.equal(second[0], losses[3:])
    alone = network(sharing=1)
    for member in range(6):
        at = slice(member, member + 1)
        one = alone.losses_and_gradients(
            member_slice(own, member, member + 1), given[at], targets[at], loss
        )
        torch.testing.assert_close(one[0], losses[at], rtol=1e-5, atol=1e-7)
        for name in own:
            torch.testing.assert_close(one[1][name], gradients[name][at], rtol=1e-4, atol=1e-6)
    for name in own:
        assert torch.equal(second[1][name], gradients[name][3:])


def test_members_of_a_group_must_see_the_same():
    net = network()
    given = torch.cat([scenes(2).unsqueeze(0), scenes(4)[2:].unsqueeze(0), scenes(2).unsqueeze(0)])
    with pytest.raises(ValueError, match="the same scenes"):
        net.losses_and_gradients(
            net.initialise(range(3)), given, torch.zeros(3, 2, PLACES**2), loss
        )


def test_every_other_unit_raises_the_score_before_training():
    network = Windows(1, 12, 5, [6, 4])
    drawn = network.initialise([0, 1])
    last = drawn["weight2"][:, :, 0]
    assert (last[:, ::2] > 0).all()
    assert (last[:, 1::2] < 0).all()
    assert last.abs().max() < 0.05
    assert (drawn["weight1"] < 0).any()
