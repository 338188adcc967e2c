"""The functions, the rival optimiser, the choice of rates, and settings that are refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workflow_scripts.learning.width_groups import group_of, widths_of
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.approximation.composed import (
    composed_maps,
    parameters_of,
    peaks,
    units_of,
)
from workflow_scripts.studies.approximation.construct import cubic_fit, interpolating
from workflow_scripts.studies.approximation.files import ApproximationFiles
from workflow_scripts.studies.approximation.marks import KINDS
from workflow_scripts.studies.approximation.measures import Grid, largest_error, outputs
from workflow_scripts.studies.approximation.rates import best_rates
from workflow_scripts.studies.approximation.settings import Approximation, Places
from workflow_scripts.studies.approximation.targets import target

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = load_configuration(ROOT / "config", {"scale": "laptop"}).approximation


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_is_its_seeds_and_has_one_as_its_largest_value(kind):
    x = np.linspace(-1, 1, 10_001)
    first, again, other = (target(kind, SHIPPED.functions, s)(x) for s in (1, 1, 2))
    assert first.tolist() == again.tolist()
    assert np.abs(first - other).max() > 0.1
    assert np.abs(first).max() == 1


def test_a_rough_function_is_rough_at_every_scale():
    x = np.linspace(-1, 1, 2**14 + 1)
    values = target("rough", SHIPPED.functions, 3)(x)
    changes = [np.abs(values[step:] - values[:-step]).mean() for step in (4, 64)]
    assert np.log(changes[1] / changes[0]) / np.log(16) == pytest.approx(0.5, abs=0.1)


def test_smooth_maps_rise_from_0_to_1_and_fewer_tents_are_the_first_of_more():
    values = composed_maps(5, 6, np.linspace(0, 1, 501))
    assert values[[0, -1]] == pytest.approx([0, 1], abs=1e-12)
    assert (np.diff(values) > 0).all()
    assert peaks(0.1, 3, 7).tolist() == peaks(0.1, 9, 7)[:3].tolist()
    assert [units_of(parameters_of(depth)) for depth in (1, 6)] == [2, 12]


def test_a_cubic_network_of_any_width_is_a_polynomial_of_degree_three():
    x = np.linspace(-1, 1, 101)

    def function(at):
        return np.sin(4 * at)

    narrow, wide = (outputs(*cubic_fit(function, width, 1), x) for width in (4, 64))
    assert wide == pytest.approx(narrow, abs=1e-8)
    fit = np.polynomial.Polynomial.fit(x, wide, 3)
    assert fit(x) == pytest.approx(wide, abs=1e-9)


def test_errors_inside_and_outside():
    grid = Grid.of(Places(inside=5, outside=2, beyond=0.25))
    assert grid.inside.tolist() == [-1, -0.5, 0, 0.5, 1]
    assert grid.outside.tolist() == [-1.5, -1.25, 1.25, 1.5]
    network = interpolating(np.abs, 2)
    errors = grid.errors(*network, lambda x: np.abs(x) + np.where(np.abs(x) > 1, 2.0, 0.0))
    assert (errors.inside, errors.outside) == pytest.approx((0, 2))
    assert largest_error(np.array([np.nan]), np.zeros(1)) == np.inf


def test_the_best_rate_is_that_of_the_geometric_mean_and_never_one_that_diverged():
    table = pd.DataFrame(
        {
            "kind": "smooth",
            "width": 4,
            "rate": [0.1, 0.1, 0.2, 0.2, 0.3, 0.3],
            "tuning_seed": [1, 2] * 3,
            "inside": [1.0, 0.1, 0.4, 0.4, 0.01, np.inf],
        }
    )
    assert best_rates(table) == {("smooth", 4): 0.1}


def test_every_batch_has_its_files():
    values = SHIPPED.model_dump(mode="json")
    few, more = (
        ApproximationFiles(
            Approximation.model_validate(values | {"seeds": seeds, "other_seeds": ["0-1"]}),
            "A",
            "D",
        )
        for seeds in (["0-1"], ["0-1", "2-4"])
    )
    old, new = few.checkpoints(), more.checkpoints()
    assert len(set(old)) == len(old)
    assert set(old) < set(new)
    assert all("/seeds-2-4/smooth/" in path for path in set(new) - set(old))
    assert widths_of(group_of([4, 16])) == [4, 16]


def test_claims_about_all_functions_find_the_smooth_ones_of_their_seeds():
    values = SHIPPED.model_dump(mode="json") | {"seeds": ["0-1"], "other_seeds": ["0-1", "2-4"]}
    files = ApproximationFiles(Approximation.model_validate(values), "A", "D")
    assert len(files.gathered()["constructed"]) == 4
    trained = files.gathered()["trained"]
    assert not any("/seeds-2-4/smooth/" in path for path in trained)
    assert sum("/others/" in path for path in trained) == 2 * len(SHIPPED.trained.groups)
    with pytest.raises(ValueError, match="must begin with the same seeds"):
        Approximation.model_validate(values | {"other_seeds": ["1-2"]})


@pytest.mark.parametrize(
    ("part", "key", "value", "message"),
    [
        ("polynomials", "steepness", [6, 4], "polynomials.steepness must be two increasing"),
        ("polynomials", "degrees", [8, 4], "polynomials.degrees must be increasing"),
        ("tents", "places", 60, "tents.places must exceed"),
        ("trained", "groups", [[4, 7]], "trained.groups has 7"),
        ("deep", "depths", [1, 99], "deep.depths has 99"),
        ("trained", "tuning", {"seeds": ["100-101"], "rates": [1, 2]}, "tuning.seeds has 100"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(part, key, value, message):
    values = SHIPPED.model_dump(mode="json")
    values[part][key] = value
    with pytest.raises(ValueError, match=message):
        Approximation.model_validate(values)
