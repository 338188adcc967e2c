import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as some

from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.hopfield.modern import (
    effective_number,
    energy,
    separation,
    unit,
    update,
    weights,
)
from workflow_scripts.studies.hopfield.settings import Separation, Spheres
from workflow_scripts.studies.hopfield.spheres import errors, retrieved, separated


def normal(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(some.integers(0, 999), some.floats(0.01, 50))
@settings(max_examples=25, deadline=None)
def test_an_update_is_the_softmax_sum_written_out(seed, beta):
    patterns, query = normal(seed, 6, 4), normal(seed + 1, 1, 4)
    raw = [math.exp(beta * float(query[0] @ p) - 50 * beta) for p in patterns]
    if min(raw) == 0 or not math.isfinite(sum(raw)):
        return
    expected = sum(r * p for r, p in zip(raw, patterns, strict=True)) / sum(raw)
    assert torch.allclose(update(patterns, query, beta)[0], expected, atol=1e-10)


@given(some.integers(0, 999), some.floats(0.01, 100))
@settings(max_examples=25, deadline=None)
def test_an_update_never_raises_the_energy(seed, beta):
    patterns, states = normal(seed, 6, 4), 3 * normal(seed + 1, 5, 4)
    after = update(patterns, states, beta)
    assert bool((energy(patterns, after, beta) <= energy(patterns, states, beta) + 1e-12).all())


def test_the_energy_is_its_formula():
    patterns, states = normal(0, 6, 4), normal(1, 5, 4)
    expected = [
        -math.log(sum(math.exp(2.0 * float(s @ p)) for p in patterns)) / 2.0 + float(s @ s) / 2
        for s in states
    ]
    assert energy(patterns, states, 2.0).tolist() == pytest.approx(expected, abs=1e-12)


def test_masked_patterns_have_no_weight():
    mask = torch.tensor([[True, False, True], [False, True, False]])
    found = weights(normal(0, 3, 4), normal(1, 2, 4), 1.0, mask)
    assert torch.equal(found > 0, mask)
    assert torch.allclose(found.sum(dim=1), torch.ones(2, dtype=torch.float64))


def test_the_effective_number_counts_equal_weights():
    shares = torch.tensor([[0.25] * 4, [0.5, 0.5, 0, 0], [1.0, 0, 0, 0]], dtype=torch.float64)
    assert effective_number(shares).tolist() == pytest.approx([4, 2, 1])


def test_separation_is_the_smallest_lead_over_another_pattern():
    patterns, queries = normal(0, 6, 4), normal(1, 6, 4)
    targets = torch.tensor([0, 1, 2, 3, 4, 5])
    expected = [
        min(float(q @ patterns[t] - q @ patterns[j]) for j in range(6) if j != t)
        for q, t in zip(queries, targets.tolist(), strict=True)
    ]
    assert separation(patterns, queries, targets).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("chunk", [3, 2**16])
def test_the_running_softmax_gives_every_prefix(monkeypatch, chunk):
    monkeypatch.setattr("workflow_scripts.studies.hopfield.spheres.CHUNK", chunk)
    targets, others = unit(normal(0, 4, 6)), unit(normal(1, 15, 6))
    queries = targets + 0.3 * unit(normal(2, 4, 6))
    for beta in (0.1, 6.0, 2000.0):
        found = errors(targets, queries, others, beta)
        assert found.shape == (4, 4)
        for level in range(4):
            for row in range(4):
                stored = torch.cat([targets[row : row + 1], others[: 2 ** (level + 1) - 1]])
                end = update(stored, queries[row : row + 1], beta)[0]
                expected = float((end - targets[row]).norm())
                assert float(found[level, row]) == pytest.approx(expected, abs=1e-12)


def test_recall_on_the_sphere_falls_with_the_number_of_patterns():
    chosen = Spheres(dimensions=(8, 9, 10), noise=0.3, error=0.1, queries=64, most=8)
    table = retrieved(0, 8, chosen, torch.device("cpu"))
    assert table.bits.tolist() == list(range(1, 9))
    assert table.share.iloc[0] > 0.9
    assert table.share.iloc[-1] < 0.2
    assert retrieved(0, 8, chosen, torch.device("cpu")).equals(table)
    small = chosen.model_copy(update={"most": 4})
    assert retrieved(0, 8, small, torch.device("cpu")).bits.max() == 4


def test_one_update_stays_below_its_bound_and_close_patterns_stay_blended(request):
    laptop = load_configuration(request.config.rootpath / "config", {"scale": "laptop"})
    chosen = laptop.hopfield.separation
    assert isinstance(chosen, Separation)
    table = separated(12345, chosen)
    assert (table.of_bound <= 1).all()
    apart = table[table.arm == "apart"].sort_values("product")
    assert (apart.log_error.diff().dropna() < 0).all()
    assert (apart.log_error < apart.log_bound).all()
    assert (apart.queries == chosen.patterns).all()
    assert (apart.error[apart["product"] < 1] > 0.1).all()
    assert len(table) == 2 * len(chosen.products)


def test_a_query_without_separation_is_not_left_out(request):
    laptop = load_configuration(request.config.rootpath / "config", {"scale": "laptop"})
    chosen = laptop.hopfield.separation.model_copy(update={"noise": 5.0})
    table = separated(12345, chosen)
    apart = table[table.arm == "apart"]
    assert (apart.queries == chosen.patterns).all()
    assert apart[["error", "log_error", "of_bound"]].isna().all(axis=None)
