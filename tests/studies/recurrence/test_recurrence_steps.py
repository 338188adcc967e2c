"""The steps of the study against closed forms, and what its tables say of made-up curves."""

import math

import numpy as np
import pandas as pd
import pytest
import torch

from workflow_scripts.learning.alive import most_alive
from workflow_scripts.learning.networks.sequence_settings import sequence_network
from workflow_scripts.learning.networks.sequence_shape import SequenceShape
from workflow_scripts.studies.recurrence.bytes_held import saved_bytes
from workflow_scripts.studies.recurrence.gradients import log_norms
from workflow_scripts.studies.recurrence.identities import gaps
from workflow_scripts.studies.recurrence.memory import counted
from workflow_scripts.studies.recurrence.runs import growth
from workflow_scripts.studies.recurrence.settings import (
    Condition,
    Criterion,
    Identities,
    Memory,
)
from workflow_scripts.studies.recurrence.solved import first_kept, passing
from workflow_scripts.studies.recurrence.tables import laws, outcomes
from workflow_scripts.studies.recurrence.train import train_condition

CRITERION = Criterion(accuracy=0.95, squared_error=0.01)


def test_the_gradient_of_a_linear_network_is_a_power_of_its_recurrence():
    network = sequence_network(
        {"kind": "rnn", "hidden": 3, "activation": "linear"}, SequenceShape(6, 2, 2)
    )
    weights = {name: tensor.double() for name, tensor in network.initialise([1, 2]).items()}
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(2, 4, 6, 2, generator=random, dtype=torch.float64)
    asked = torch.randn(2, 3, generator=random, dtype=torch.float64)
    found = log_norms(network, weights, inputs, asked)
    for member, lag in np.ndindex(2, 6):
        power = torch.linalg.matrix_power(weights["weight_hidden"][member], int(lag))
        gradient = weights["weight_input"][member] @ power @ asked[member]
        assert float(found[member, lag]) == pytest.approx(math.log10(gradient.norm()), abs=1e-12)


def test_the_gradient_of_a_gated_network_is_that_of_finite_differences():
    network = sequence_network({"kind": "gru", "hidden": 4}, SequenceShape(5, 3, 2))
    weights = {name: tensor.double() for name, tensor in network.initialise([7]).items()}
    random = torch.Generator().manual_seed(0)
    inputs = torch.randn(1, 1, 5, 3, generator=random, dtype=torch.float64)
    asked = torch.randn(1, 4, generator=random, dtype=torch.float64)
    found = log_norms(network, weights, inputs, asked)
    for lag in range(5):
        slopes = []
        for value in range(3):
            step = torch.zeros_like(inputs)
            step[0, 0, 4 - lag, value] = 1e-5
            ahead, behind = (network.features(weights, inputs + way * step) for way in (1, -1))
            slopes.append(float(((ahead - behind)[0, 0] * asked[0]).sum()) / 2e-5)
        assert 10 ** float(found[0, lag]) == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


def test_the_law_of_an_exponential_is_its_rate():
    lags = np.arange(50)
    falls = pd.DataFrame(
        {"network": "a", "arm": "trained", "moment": "start", "seed": 1, "lag": lags}
    )
    exact = falls.assign(log_norm=2 + lags * math.log10(0.8))
    found = laws(exact, 10, 40).iloc[0]
    assert found.slope == pytest.approx(math.log(0.8))
    assert found.r_squared == pytest.approx(1)
    # Half of the variance is that of the line, half of what alternates around it.
    wave = np.where(lags % 2, 1.0, -1.0)
    part = slice(10, 42)
    line = lags * float(np.std(wave[part]) / np.std(lags[part]))
    noisy = laws(falls.assign(log_norm=(line + wave) / math.log(10)), 10, 41).iloc[0]
    assert noisy.r_squared == pytest.approx(0.5, abs=0.06)
    assert math.isnan(laws(exact.replace({"log_norm": {2.0: -math.inf}}), 0, 40).slope[0])


def test_a_value_is_kept_when_the_next_one_agrees():
    assert first_kept(np.array([True, False, True, True, False])) == 2
    assert first_kept(np.array([False, True, False, True])) is None
    assert passing(np.array([0.94, 0.95]), "accuracy", 0.95).tolist() == [False, True]
    assert passing(np.array([0.01, 0.02]), "squared_error", 0.01).tolist() == [True, False]
    assert not passing(np.array([math.nan]), "accuracy", 0.95).any()


def made(task, values, condition="lstm"):
    """A learning curve of one network, measured every ten steps."""
    measured = "squared_error" if task == "adding" else "accuracy"
    facts = {"task": task, "cell": "lstm", "lag": 5.0, "window": np.nan, "chance": 25.0}
    facts |= {"condition": condition, "seed": 3, "budget": 40, "parameters": 10}
    table = pd.DataFrame({"step": 10 * np.arange(len(values)), measured: values})
    return table.assign(**facts).reindex(columns=["step", *facts, "accuracy", "squared_error"])


@pytest.mark.parametrize(
    ("task", "values", "solved", "end", "at_end"),
    [
        ("recall", [25.0, 96.0, 60.0, 95.0, 99.0], 30, 40, 99.0),
        ("recall", [25.0, 96.0, 97.0, 20.0], 10, 20, 97.0),
        ("recall", [25.0, 30.0, 96.0], None, 20, 96.0),
        ("adding", [0.16, 0.009, 0.01, 0.16], 10, 20, 0.01),
        ("adding", [0.16, 0.1], None, 10, 0.1),
    ],
)
def test_an_outcome_is_that_of_the_end_of_the_network(task, values, solved, end, at_end):
    (row,) = outcomes(made(task, values), CRITERION).itertuples()
    assert (row.end, math.isnan(row.solved)) == (end, solved is None)
    assert solved is None or row.solved == solved
    assert (row.squared_error if task == "adding" else row.accuracy) == at_end


def test_bytes_that_are_saved_and_alive_are_counted_once():
    weight = torch.ones(10, requires_grad=True)

    def twice():
        made = weight * 2  # keeps nothing of size ten but the factor
        return (made * made).sum()  # keeps `made`, twice the same storage

    assert saved_bytes(twice, [weight]) == 40
    given = torch.ones(100)

    def passing_through():
        first = given + 1
        second = first + 1
        del first
        return (second + 1).sum()

    # Two vectors of a hundred floats at a time; the sum is made when one is left to free.
    assert 800 <= most_alive(passing_through) <= 804


MEMORY = Memory.model_validate(
    {
        "lengths": [40, 80, 160],
        "window": 20,
        "networks": {name: {"kind": name, "hidden": 4} for name in ("rnn", "lstm", "gru")},
        "batch": 2,
    }
)


def test_bytes_of_the_whole_past_grow_with_the_length_and_those_of_a_window_do_not():
    table = pd.concat([counted(MEMORY, name, 9000) for name in MEMORY.networks])
    whole = growth({"memory": table}, "whole", "saved")
    assert float(whole.iloc[0]) == pytest.approx(1, abs=0.05)
    part = table[(table.network == "rnn") & (table.arm == "whole")].set_index("length").saved
    # Of each place a row of input, one and state for each sequence, in float32.
    assert int(part[160] - part[80]) == pytest.approx(80 * 2 * (8 + 1 + 4) * 4, rel=0.1)
    window = table[table.arm == "window"].groupby("network").saved
    assert (window.nunique() == 1).all()


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_the_recursion_is_backpropagation_in_the_unrolled_network(kind):
    settings = Identities(cells=("rnn", "lstm", "gru"), draws=1, length=6, hidden=5, symbols=3)
    for difference, untied in gaps(kind, settings, 9000, 0).values():
        assert difference < 1e-12
        assert untied > 0.01


def condition(**more):
    """A task of eight places that a network of two units has no time to learn."""
    return Condition.model_validate(
        {
            "task": {"kind": "recall", "length": 8, "symbols": 2, "lags": [3, 3]},
            "network": {"kind": "rnn", "hidden": 2},
            "training": {"optimiser": {"kind": "adam"}, "learning_rate": 0.01, "batch_size": 4}
            | {"steps": 6},
            "sequences": 24,
            "every": 2,
        }
        | more
    )


def test_a_network_is_trained_alike_alone_and_among_others(tmp_path):
    both, curves = train_condition(condition(), CRITERION, 10, [9000, 9001], tmp_path)
    for member, seed in enumerate((9000, 9001)):
        alone, curve = train_condition(condition(), CRITERION, 10, [seed], tmp_path)
        for name, tensor in alone.items():
            torch.testing.assert_close(both[name][member], tensor[0], atol=1e-6, rtol=1e-5)
        assert curve.steps == curves.steps == [0, 2, 4, 6]


def test_an_easy_task_is_learned_and_training_ends(tmp_path):
    easy = condition(
        task={"kind": "recall", "length": 4, "symbols": 2, "lags": [0, 0]},
        network={"kind": "gru", "hidden": 8},
        training={
            "optimiser": {"kind": "adam"},
            "learning_rate": 0.1,
            "batch_size": 16,
            "steps": 200,
        },
        sequences=3200,
        every=5,
    )
    _, curve = train_condition(easy, CRITERION, 50, [9000], tmp_path)
    assert curve.steps[-1] < 200
    accuracy = torch.stack(curve.measured["accuracy"])[:, 0]
    assert min(accuracy[-2:]) >= 0.95
