import pytest
import torch
from paths_example import INPUTS, LABELS, NET, PAIRS, SPLIT, distances, ends, equal

from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.ensemble.trainer import Ensemble, train
from workflow_scripts.learning.paths.band import ElasticBand, inserted, worst_segments
from workflow_scripts.learning.paths.curve import straight

PIVOTS = 4
BATCH = INPUTS[:12].double().expand(PAIRS, -1, -1), LABELS[:12].expand(PAIRS, -1)


def uneven(first, second):
    """Pivots off the line, at unequal distances."""
    generator = torch.Generator().manual_seed(3)
    return {
        name: tensor + 0.3 * torch.randn(tensor.shape, generator=generator, dtype=tensor.dtype)
        for name, tensor in straight(first, second, PIVOTS).items()
    }


def vectors(parameters):
    """Each `[M, P, …]` as `[M, P, D]`."""
    return torch.cat([tensor.flatten(2) for tensor in parameters.values()], 2)


def by_hand(first, second, pivots, heights, gradients, spring):
    """The force on each pivot, one by one, from the definition."""
    start, stop = (
        torch.cat([t.flatten(1) for t in end.values()], 1).unsqueeze(1) for end in (first, second)
    )
    path = torch.cat([start, vectors(pivots), stop], 1)
    forces = torch.zeros_like(vectors(pivots))
    for member in range(PAIRS):
        for at in range(1, PIVOTS + 1):
            ahead = path[member, at + 1] - path[member, at]
            behind = path[member, at] - path[member, at - 1]
            rising = heights[member, at + 1] > heights[member, at - 1]
            tangent = (ahead if rising else behind) / (ahead if rising else behind).norm()
            gradient = vectors(gradients)[member, at - 1]
            across = gradient - (gradient @ tangent) * tangent
            forces[member, at - 1] = across - spring * (ahead.norm() - behind.norm()) * tangent
    return forces


@pytest.mark.parametrize("spring", [0.5, 1e-12])
def test_forces_are_those_of_the_definition(spring):
    first, second = ends(dtype=torch.float64)
    pivots = uneven(first, second)
    end_losses = torch.tensor([[0.1, 5.0], [5.0, 0.1], [1.0, 1.0]], dtype=torch.float64)
    band = ElasticBand(NET, PIVOTS, spring, first, second, end_losses)
    losses, forces = band.losses_and_gradients(pivots, *BATCH, cross_entropy)
    each = []
    for pivot in range(PIVOTS):
        single = {name: tensor[:, pivot].contiguous() for name, tensor in pivots.items()}
        each.append(NET.losses_and_gradients(single, *BATCH, cross_entropy))
    alone = torch.stack([loss for loss, _ in each], 1)
    torch.testing.assert_close(losses, alone.mean(1))
    gradients = {name: torch.stack([g[name] for _, g in each], 1) for name in pivots}
    heights = torch.cat([end_losses[:, :1], alone, end_losses[:, 1:]], 1)
    expected = by_hand(first, second, pivots, heights, gradients, spring)
    torch.testing.assert_close(vectors(forces), expected, rtol=1e-9, atol=1e-10)


def test_without_a_spring_nothing_pulls_along_the_path():
    first, second = ends(dtype=torch.float64)
    pivots = straight(first, second, PIVOTS)
    band = ElasticBand(NET, PIVOTS, 1.0, first, second, torch.zeros(PAIRS, 2))
    _, forces = band.losses_and_gradients(pivots, *BATCH, cross_entropy)
    along = vectors({n: (second[n] - first[n]).unsqueeze(1) for n in first})
    # On equally spaced pivots of a line springs are at rest, and all tangents lie along it.
    assert (vectors(forces) * along).sum(2).abs().max() < 1e-9
    assert vectors(forces).norm(dim=2).min() > 1e-3


def test_springs_pull_pivots_apart_evenly():
    """On a flat loss only the springs move anything."""
    first, second = ends(dtype=torch.float64)
    pivots = {n: t[:, :1] * 0.9 + 0.1 * t for n, t in straight(first, second, PIVOTS).items()}

    def flat(logits, targets):
        return 0.0 * logits.mean((1, 2))

    band = ElasticBand(NET, PIVOTS, 1.0, first, second, torch.zeros(PAIRS, 2))

    def spread(points):
        path = [first, *({n: t[:, p] for n, t in points.items()} for p in range(PIVOTS)), second]
        gaps = distances(path)
        return (gaps.max(1).values / gaps.min(1).values).max()

    assert spread(pivots) > 5
    for _ in range(200):
        _, forces = band.losses_and_gradients(pivots, *BATCH, flat)
        pivots = {name: tensor - 0.2 * forces[name] for name, tensor in pivots.items()}
    assert spread(pivots) < 1.01


def test_the_one_loop_lowers_the_highest_pivot_and_keeps_pivots_apart():
    first, second = ends(2.0)
    start = straight(first, second, PIVOTS)
    band = ElasticBand(NET, PIVOTS, 0.5, first, second, torch.zeros(PAIRS, 2))
    ensemble = Ensemble(band, start, SPLIT, list(range(PAIRS)))
    training = Training(
        optimiser={"kind": "sgd", "momentum": 0.9}, learning_rate=0.05, batch_size=20, steps=60
    )
    relaxed = train(ensemble, training)

    def losses(pivots):
        flat = {name: tensor.flatten(0, 1).contiguous() for name, tensor in pivots.items()}
        logits = NET.logits(flat, INPUTS)
        targets = LABELS.expand(len(logits), -1)
        return cross_entropy(logits, targets).view(PAIRS, PIVOTS)

    assert (losses(relaxed).max(1).values < losses(start).max(1).values).all()
    path = [first, *({n: t[:, p] for n, t in relaxed.items()} for p in range(PIVOTS)), second]
    assert distances(path).min() > 0.2 * distances([first, second]).min() / (PIVOTS + 1)


def test_new_pivots_stand_in_the_middle_of_the_chosen_segments_and_the_old_ones_stay():
    first, second = ends()
    pivots = uneven(first, second)
    chosen = torch.tensor([[1, 0, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 1, 1, 0]], dtype=torch.bool)
    found = inserted(pivots, first, second, chosen)
    for name, points in pivots.items():
        assert found[name].shape[1] == PIVOTS + 2
        for member, which in enumerate(chosen):
            path = [first[name][member], *points[member], second[name][member]]
            expected = []
            for segment, here in enumerate(which.tolist()):
                if here:
                    expected.append((path[segment] + path[segment + 1]) / 2)
                expected.append(path[segment + 1])
            assert torch.equal(found[name][member], torch.stack(expected[:-1]))


def test_bands_that_would_grow_apart_are_refused():
    first, second = ends()
    chosen = torch.zeros(PAIRS, PIVOTS + 1, dtype=torch.bool)
    chosen[0, 0] = True
    with pytest.raises(ValueError, match="same number"):
        inserted(straight(first, second, PIVOTS), first, second, chosen)


def test_segments_are_chosen_where_the_path_rises_most_between_its_knots():
    knots = torch.tensor([[0.0, 1.0, 1.0, 0.0]])
    middles = torch.tensor([[0.4, 3.0, 1.5]])
    assert worst_segments(knots, middles, 1).tolist() == [[False, True, False]]
    assert worst_segments(knots, middles, 2).tolist() == [[False, True, True]]
    assert worst_segments(knots, middles, 9).all()


def test_a_bands_logits_are_the_mean_of_its_pivots():
    first, second = ends()
    pivots = uneven(first, second)
    band = ElasticBand(NET, PIVOTS, 1.0, first, second, torch.zeros(PAIRS, 2))
    each = [
        NET.logits({n: t[:, p].contiguous() for n, t in pivots.items()}, INPUTS)
        for p in range(PIVOTS)
    ]
    torch.testing.assert_close(band.logits(pivots, INPUTS), torch.stack(each).mean(0))
    assert equal(band.first, first)


def test_a_band_is_relaxed_alike_alone_and_among_others():
    def relaxed(members):
        first, second = ({n: t[members] for n, t in end.items()} for end in ends(2.0))
        start = straight(first, second, PIVOTS)
        band = ElasticBand(NET, PIVOTS, 0.5, first, second, torch.zeros(len(members), 2))
        ensemble = Ensemble(band, start, SPLIT, members)
        return train(
            ensemble,
            Training(optimiser={"kind": "sgd"}, learning_rate=0.05, batch_size=20, steps=20),
        )

    together = relaxed([0, 1, 2])
    assert equal(relaxed([1]), {name: tensor[1:2] for name, tensor in together.items()})
