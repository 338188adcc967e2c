import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from workflow_scripts.studies.hopfield.dynamics import BLOCK, energies, relax
from workflow_scripts.studies.hopfield.patterns import (
    flipped,
    hebb,
    one_way,
    pseudo_inverse,
    random_patterns,
    visit_order,
)


def naive(couplings, states, order, sweeps):
    """One neuron of one trial of one network after the other; bits and sweeps that changed any."""
    couplings, states = couplings.numpy(), states.numpy().copy()
    used = np.zeros(states.shape[:2], dtype=int)
    for network, trial in np.ndindex(*used.shape):
        for _ in range(sweeps):
            before = states[network, trial].copy()
            for neuron in order.tolist():
                field = couplings[network, neuron] @ states[network, trial]
                if field != 0:
                    states[network, trial, neuron] = np.sign(field)
            used[network, trial] += int((before != states[network, trial]).any())
    return states, used


def networks(seeds, count, size, trials, share):
    patterns = [random_patterns(seed, count, size) for seed in seeds]
    starts = [flipped(p[:trials], share, s) for p, s in zip(patterns, seeds, strict=True)]
    return hebb(torch.stack(patterns)), torch.stack(starts)


@given(
    some.integers(0, 10_000),
    some.integers(8, 3 * BLOCK),
    some.integers(1, 40),
    some.floats(0.01, 0.5),
    some.integers(1, 12),
)
@settings(max_examples=25, deadline=None)
def test_it_has_the_bits_of_the_plain_loop(seed, size, count, share, sweeps):
    couplings, starts = networks([seed, seed + 1], count, size, min(count, 5), share)
    order = visit_order(size)
    found = relax(couplings, starts, order, sweeps)
    states, used = naive(couplings, starts, order, sweeps)
    assert np.array_equal(found.states.numpy(), states)
    assert np.array_equal(found.sweeps.numpy(), used)
    fields = (found.states @ couplings) * found.states
    assert bool(((fields >= 0).all(dim=2) | ~found.settled).all())


def test_a_trial_has_the_same_bits_alone_and_beside_others():
    couplings, starts = networks([3, 4, 5], 60, 200, 20, 0.2)
    order = visit_order(200)
    together = relax(couplings, starts, order, 100)
    assert bool(together.settled.all())
    assert together.sweeps.unique().numel() > 2  # some were left out long before others
    for network in range(3):
        alone = relax(couplings[network : network + 1], starts[network : network + 1], order, 100)
        assert torch.equal(alone.states[0], together.states[network])
        one = relax(couplings[network : network + 1], starts[network, None, 7:8], order, 100)
        assert torch.equal(one.states[0, 0], together.states[network, 7])


def test_what_it_is_given_stays_as_it_was():
    couplings, starts = networks([0], 5, 30, 3, 0.3)
    before = couplings.clone(), starts.clone()
    relax(couplings, starts, visit_order(30), 5)
    assert torch.equal(couplings, before[0])
    assert torch.equal(starts, before[1])


def test_updates_are_asynchronous():
    """Two neurons that inhibit each other: together they would swap signs for ever."""
    couplings = torch.tensor([[[0.0, -1.0], [-1.0, 0.0]]])
    found = relax(couplings, torch.tensor([[[1.0, 1.0]]]), torch.tensor([0, 1]), 10)
    assert found.states.tolist() == [[[-1.0, 1.0]]]
    found = relax(couplings, torch.tensor([[[1.0, 1.0]]]), torch.tensor([1, 0]), 10)
    assert found.states.tolist() == [[[1.0, -1.0]]]


def test_a_field_of_zero_leaves_a_neuron_as_it_is():
    states = torch.tensor([[[1.0, -1.0, 1.0]]])
    found = relax(torch.zeros(1, 3, 3), states, torch.arange(3), 4)
    assert torch.equal(found.states, states)
    assert found.sweeps.item() == 0
    assert found.settled.item()


def test_sweeps_that_end_too_soon_are_not_called_settled():
    couplings, starts = networks([1], 60, 200, 20, 0.3)
    assert not bool(relax(couplings, starts, visit_order(200), 1).settled.any())


def test_couplings_that_are_no_integers_give_the_loops_states():
    patterns = random_patterns(2, 10, 90)
    couplings = pseudo_inverse(patterns)[None]
    starts = flipped(patterns, 0.2, 1).double()[None]
    found = relax(couplings, starts, visit_order(90), 20)
    states, _ = naive(couplings, starts, visit_order(90), 20)
    assert np.array_equal(found.states.numpy(), states)


@given(some.integers(0, 10_000), some.integers(4, 30), some.integers(1, 12))
@settings(max_examples=20, deadline=None)
def test_the_energy_never_rises_at_any_update_and_is_exact(seed, size, count):
    patterns = random_patterns(seed, count, size)
    couplings, order = hebb(patterns), visit_order(size)
    starts = flipped(patterns[:3], 0.4, seed)
    path = energies(couplings, starts, order, 3)
    assert path.shape == (1 + 3 * size, len(starts))
    assert float(path.diff(dim=0).max()) <= 0
    spins = starts[0].double().numpy()
    expected = -0.5 * sum(
        float(couplings[i, j]) * spins[i] * spins[j] for i in range(size) for j in range(size)
    )
    assert path[0, 0].item() == expected
    # The end is where the fast dynamics end as well.
    end = relax(couplings[None], starts[None], order, 3).states[0].double()
    assert torch.equal(path[-1], -0.5 * ((end @ couplings.double()) * end).sum(dim=1))


def test_couplings_in_one_direction_let_the_energy_rise():
    patterns = random_patterns(0, 5, 60)
    path = energies(one_way(hebb(patterns), 0), flipped(patterns, 0.3, 0), visit_order(60), 3)
    assert float(path.diff(dim=0).max()) > 0
