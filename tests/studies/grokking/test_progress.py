import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as some

from workflow_scripts.learning.networks.pair_mlp import PairMlp
from workflow_scripts.learning.networks.pair_one_hot import PairOneHot
from workflow_scripts.studies.grokking.operations import operation
from workflow_scripts.studies.grokking.progress import (
    TableProgress,
    embedding_spectrum,
    excluded_loss,
    gini,
    restricted_loss,
    weight_norm,
)
from workflow_scripts.studies.grokking.quantities import MEASURED
from workflow_scripts.studies.grokking.settings import Table

P = 7
PAIRS, ANSWERS = map(torch.from_numpy, operation(Table(operation="add", size=P, fraction=0.4)))


def random_logits(seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(P * P, P, generator=generator, dtype=torch.float64)


def some_rows(seed=1):
    return torch.rand(P * P, generator=torch.Generator().manual_seed(seed)) < 0.6


def on_the_diagonal(logits):
    """Nanda's projection, by its definition: the components (k, k) of the 2-D Fourier transform."""
    transformed = torch.fft.fft2(logits.view(P, P, P), dim=(0, 1))
    kept = torch.eye(P, dtype=torch.bool).unsqueeze(2)
    return torch.fft.ifft2(transformed * kept, dim=(0, 1)).real.reshape(P * P, P)


def test_restricted_to_the_whole_table_is_the_projection_on_diagonal_fourier_components():
    logits = random_logits()
    expected = F.cross_entropy(on_the_diagonal(logits), ANSWERS)
    everything = torch.ones(P * P, dtype=torch.bool)
    assert float(restricted_loss(logits, ANSWERS, everything)) == pytest.approx(float(expected))


def test_excluded_takes_the_diagonal_components_away_but_for_the_constant():
    logits, train = random_logits(), some_rows()
    constant = torch.fft.fft2(logits.view(P, P, P), dim=(0, 1))[0, 0].real / P**2
    left = logits - on_the_diagonal(logits) + constant
    expected = F.cross_entropy(left[train], ANSWERS[train])
    assert float(excluded_loss(logits, ANSWERS, train)) == pytest.approx(float(expected))


def test_restricted_to_held_out_entries_is_the_mean_over_those_of_one_answer():
    logits, held_out = random_logits(), some_rows()
    losses = []
    for entry in range(P * P):
        if held_out[entry]:
            alike = [n for n in range(P * P) if held_out[n] and ANSWERS[n] == ANSWERS[entry]]
            mean = sum(logits[n] for n in alike) / len(alike)
            losses.append(-float(mean.log_softmax(0)[ANSWERS[entry]]))
    expected = sum(losses) / len(losses)
    assert float(restricted_loss(logits, ANSWERS, held_out)) == pytest.approx(expected)


def test_a_network_that_understands_has_it_all_in_the_restricted_part_and_nothing_left():
    logits = 20.0 * F.one_hot(ANSWERS, P).double()
    train = some_rows()
    assert float(restricted_loss(logits, ANSWERS, ~train)) < 1e-6
    assert float(excluded_loss(logits, ANSWERS, train)) == pytest.approx(math.log(P))


def test_a_network_that_memorised_scores_over_the_whole_table_and_not_over_held_out_entries():
    train = some_rows()
    logits = 20.0 * F.one_hot(ANSWERS, P).double() * train.unsqueeze(1)
    everything = torch.ones_like(train)
    assert float(restricted_loss(logits, ANSWERS, everything)) < 0.1
    assert float(restricted_loss(logits, ANSWERS, ~train)) == pytest.approx(math.log(P))


@pytest.mark.parametrize("symbols", [7, 8])
def test_the_spectrum_is_the_power_of_sines_and_cosines(symbols):
    embedding = torch.randn(2, symbols, 3, dtype=torch.float64)
    angle = 2 * math.pi * torch.arange(symbols, dtype=torch.float64) / symbols
    power = torch.zeros(2, symbols // 2, dtype=torch.float64)
    for k in range(1, symbols // 2 + 1):
        waves = [(k * angle).cos(), (k * angle).sin()]
        for wave in waves:
            if wave.norm() > 1e-9:
                along = torch.einsum("k,mkd->md", wave / wave.norm(), embedding)
                power[:, k - 1] += along.square().sum(1)
    expected = power / power.sum(1, keepdim=True)
    torch.testing.assert_close(embedding_spectrum(embedding), expected)


def test_a_pure_wave_is_one_line_and_a_constant_counts_for_nothing():
    angle = 2 * math.pi * torch.arange(11) / 11
    embedding = (3 * angle).cos().view(1, 11, 1) + 5.0
    (shares,) = embedding_spectrum(embedding)
    assert shares.argmax() == 2
    assert float(shares[2]) == pytest.approx(1.0)
    assert float(gini(shares.unsqueeze(0))) == pytest.approx(4 / 5)


@settings(max_examples=50)
@given(some.lists(some.floats(0.01, 10), min_size=1, max_size=12))
def test_gini_is_half_the_mean_difference_over_the_mean(values):
    n, mean = len(values), sum(values) / len(values)
    differences = sum(abs(x - y) for x in values for y in values)
    expected = differences / (2 * n * n * mean)
    shares = torch.tensor([values], dtype=torch.float64)
    assert float(gini(shares)) == pytest.approx(expected, abs=1e-12)
    assert float(gini(3 * shares)) == pytest.approx(expected, abs=1e-12)


def test_the_norm_is_that_of_all_weights_in_one_vector():
    parameters = PairMlp(5, 3, 4).initialise([0, 1])
    both = torch.cat([tensor.flatten(1) for tensor in parameters.values()], 1).double()
    torch.testing.assert_close(weight_norm(parameters), both.norm(dim=1))


def test_all_measures_of_each_network_on_its_own_table():
    network = PairMlp(P, 4, 6)
    parameters = network.initialise([1, 2])
    train = torch.stack([some_rows(3), some_rows(4)])
    answers = torch.stack([ANSWERS, ANSWERS.flip(0)])
    measured = TableProgress(network, PAIRS, answers, train)(parameters)
    logits = network.logits(parameters, PAIRS)
    for m in range(2):
        for split, rows in (("train", train[m]), ("test", ~train[m])):
            loss = F.cross_entropy(logits[m][rows], answers[m][rows])
            right = (logits[m][rows].argmax(1) == answers[m][rows]).double().mean()
            assert float(measured[f"{split}_loss"][m]) == pytest.approx(float(loss), rel=1e-5)
            assert float(measured[f"{split}_accuracy"][m]) == float(right)
        restricted = restricted_loss(logits[m], answers[m], ~train[m])
        assert float(measured["restricted"][m]) == float(restricted)
    assert measured["spectrum"].shape == (2, P // 2)
    torch.testing.assert_close(measured["gini"], gini(measured["spectrum"]))
    assert all(tensor.dtype == torch.float64 for tensor in measured.values())
    assert {quantity.column for quantity in MEASURED} == set(measured) - {"spectrum"}


def test_a_network_that_diverged_has_no_accuracy_and_one_with_two_embeddings_has_a_spectrum():
    network = PairOneHot(P, (6, 5))
    parameters = network.initialise([1, 2])
    parameters["weight_2"][1] = torch.inf
    train, answers = torch.stack([some_rows(3)] * 2), torch.stack([ANSWERS] * 2)
    measured = TableProgress(network, PAIRS, answers, train)(parameters)
    for name in ("train_accuracy", "test_accuracy", "train_loss"):
        assert measured[name].isfinite().tolist() == [True, False]
    own = embedding_spectrum(parameters["embedding"][:, :P])
    torch.testing.assert_close(measured["spectrum"], own)
