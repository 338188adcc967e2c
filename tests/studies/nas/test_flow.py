"""What paths bring, and its gradients by hand, against autograd: equal to the last bit."""

import itertools

import pytest
import torch

from tests.studies.nas.plain_network import (
    PlainNetwork,
    PlainSupernet,
    plain_filtered,
    plain_pooled,
)
from workflow_scripts.learning.ensemble.losses import cross_entropy
from workflow_scripts.studies.nas.cell import choices, free_edges
from workflow_scripts.studies.nas.flow import Run, averaged, brought, filtered, pooled
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.supernet import Bilevel, Supernet

MEMBERS, CHANNELS, BATCH, CLASSES = 3, 4, 16, 10
CELLS = ["cccscc", "cdpsns", "pspnsd", "nnnsnn", "cnpsdc", "dpcnds"]
ALL = ([0, 1, 2], [0, 1, 2])
"""Members with a path to the first and to the second target."""
SOME = ([0, 2], [1])


def drawn(*shape, seed=0, dtype=torch.float32):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype).requires_grad_()


def runs_of(parts):
    starts = itertools.accumulate(map(len, parts), initial=0)
    targets = zip(parts, starts, strict=False)
    return [Run.of(at, start, part, MEMBERS) for at, (part, start) in enumerate(targets)]


def same(found, wanted, leaves):
    """Values and gradients are equal, given the same gradient of the values."""
    along = torch.randn(found.shape, generator=torch.Generator().manual_seed(9))
    assert torch.equal(found, wanted)
    slopes = [torch.autograd.grad((each * along).sum(), leaves) for each in (found, wanted)]
    assert all(map(torch.equal, *slopes))


@pytest.mark.parametrize("length", [1, 2, 3, 7, 20])
@pytest.mark.parametrize("reach", [1, 3])
def test_a_convolution_is_its_padding_its_taps_and_a_product(length, reach):
    node = drawn(MEMBERS, CHANNELS, length, BATCH)
    weight = drawn(2 * MEMBERS, CHANNELS, 3 * CHANNELS, seed=1)
    chosen = node.index_select(0, torch.arange(MEMBERS).repeat(2))
    found = filtered(node, weight, reach, [(0, MEMBERS), (MEMBERS, 2 * MEMBERS)])
    same(found, plain_filtered(chosen, weight, reach), (node, weight))


@pytest.mark.parametrize("length", [1, 2, 3, 20])
def test_a_mean_with_neighbours_is_that_of_padded_points(length):
    node = drawn(MEMBERS, CHANNELS, length, BATCH)
    assert torch.equal(pooled(node), plain_pooled(node))


@pytest.mark.parametrize(("parts", "shared"), [(ALL, False), (ALL, True), (SOME, False)])
@pytest.mark.parametrize("pool", [False, True])
@pytest.mark.parametrize("factors", [False, True])
def test_totals_are_what_was_there_and_what_each_path_brings(parts, shared, pool, factors):
    members = torch.tensor([*parts[0], *parts[1]])
    number = len(members)
    source = drawn(MEMBERS if shared else number, CHANNELS, 6, BATCH)
    shares = drawn(number, seed=1) if factors else None
    kept = (drawn(number, 1, 1, BATCH, seed=2).detach() > 0).float() if factors else None
    before = [drawn(MEMBERS, CHANNELS, 6, BATCH, seed=seed) for seed in (3, 4)]
    found = brought(
        source, shares, kept, (shared, pool), runs_of(parts), [each.clone() for each in before]
    )
    each = source.index_select(0, members) if shared else source
    each = plain_pooled(each) if pool else each
    if shares is not None and kept is not None:
        each = each * kept * shares.view(-1, 1, 1, 1)
    wanted = [
        total.index_add(0, members[run.start : run.stop], each[run.start : run.stop])
        for run, total in zip(runs_of(parts), before, strict=True)
    ]
    leaves = [source, *before, *([] if shares is None else [shares])]
    same(torch.stack(found), torch.stack(wanted), leaves)


def test_the_mean_of_a_node_is_that_of_its_relu():
    node = drawn(MEMBERS, CHANNELS, 7, BATCH)
    same(averaged(node), node.relu().mean(2), [node])


def test_gradients_are_those_of_finite_differences():
    def of(*shape, seed):
        return drawn(*shape, seed=seed, dtype=torch.float64)

    node, weight = of(MEMBERS, 2, 5, 2, seed=0), of(6, 2, 6, seed=1)
    shares, before = of(6, seed=2), of(2, MEMBERS, 2, 5, 2, seed=3)
    runs = runs_of(ALL)

    def together(node, weight, shares, before):
        moved = filtered(node, weight, 3, [(0, 3), (3, 6)]).view(6, 2, 5, 2)
        totals = brought(
            moved, shares, None, (False, False), runs, [each.clone() for each in before]
        )
        totals = brought(node, shares, None, (True, True), runs, totals)
        return averaged(totals[0] * totals[1])

    assert torch.autograd.gradcheck(together, (node, weight, shares, before))


def equal(found, wanted):
    assert list(found) == list(wanted)
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize("cells", [CELLS, CELLS[:1] * 3])
def test_networks_of_cells_have_the_same_bits_by_autograd(cells):
    built, plain = (
        of(20, CHANNELS, CLASSES, [choices(cell) for cell in cells])
        for of in (CellNetwork, PlainNetwork)
    )
    parameters = built.initialise(range(len(cells)))
    signals = drawn(len(cells), BATCH, 20).detach()
    named = torch.arange(BATCH).remainder(CLASSES).expand(len(cells), BATCH)
    found, wanted = (
        each.losses_and_gradients(parameters, signals, named, cross_entropy)
        for each in (built, plain)
    )
    assert torch.equal(found[0], wanted[0])
    equal(found[1], wanted[1])
    equal(built.calibrated(parameters, signals), plain.calibrated(parameters, signals))


@pytest.mark.parametrize(
    ("operations", "order", "dropout"),
    [("csp", 1, 0.0), ("csp", 2, 0.0), ("csp", 1, 0.5), ("cdspn", 2, 0.5), ("psn", 1, 0.0)],
)
@pytest.mark.parametrize("free", [(0, 2), (0, 1, 2, 4, 5), (0, 1, 2, 3, 4, 5)])
def test_supernets_have_the_same_bits_by_autograd(operations, order, dropout, free):
    edges, how = free_edges(operations, free), Bilevel(order, 0.03, 1.0, dropout)
    built, plain = (
        of(20, CHANNELS, CLASSES, edges, MEMBERS, how) for of in (Supernet, PlainSupernet)
    )
    parameters = built.initialise(range(MEMBERS))
    for step in range(3):  # from other weights each time, as in a training
        signals = drawn(MEMBERS, BATCH, 2, 20, seed=step).detach()
        named = torch.arange(2 * BATCH).remainder(CLASSES).view(BATCH, 2).expand(MEMBERS, -1, -1)
        found, wanted = (
            each.losses_and_gradients(parameters, signals, named, cross_entropy)
            for each in (built, plain)
        )
        assert torch.equal(found[0], wanted[0])
        equal(found[1], wanted[1])
        parameters = {name: parameters[name] - found[1][name] for name in parameters}
