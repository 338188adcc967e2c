import numpy as np
import pandas as pd
import pytest

from workflow_scripts.evidence.statistics.intervals import NoData
from workflow_scripts.studies.hopfield.measures import (
    column,
    fitted_slopes,
    held_out_error,
    limits,
    mean_loads,
    passing,
    power_over_exponential,
    scaling,
    scaling_with,
    wide,
)
from workflow_scripts.studies.hopfield.thresholds import OVERLAPS, blending, critical_loads

SIZES = np.array([200.0, 500.0, 1000.0, 2000.0])
RANDOM = np.random.default_rng(0)


def loads_of(limit, exponent, noise, seeds=6):
    rows = [
        [level, size, seed, limit + far * size**-exponent + noise * RANDOM.standard_normal()]
        for level, far in zip(OVERLAPS, (0.9, 2.4, 3.6, 4.8), strict=True)
        for size in SIZES.astype(int)
        for seed in range(seeds)
    ]
    return pd.DataFrame(rows, columns=["level", "size", "seed", "load"])


def test_a_seed_that_lacks_a_value_stays_and_has_none():
    table = pd.DataFrame({"seed": [1, 1, 2, 2], "x": [1.0, 2.0, 1.0, np.nan], "y": [5, 6, 7, 8.0]})
    found = wide(table, "x", "y")
    assert found.index.tolist() == [1, 2]
    assert np.array_equal(found.to_numpy(), [[5, 6], [7, np.nan]], equal_nan=True)
    assert column(found, 1).tolist() == [5, 7]
    with pytest.raises(NoData, match="at 3"):
        column(found, 3)
    with pytest.raises(NoData, match="no y"):
        wide(table.head(0), "x", "y")


def test_a_value_that_is_not_finite_passes_nothing_and_fails_nothing():
    values = pd.Series([1.0, 0.0, np.nan, np.inf], index=[4, 5, 6, 7])
    found = passing(values, lambda v: v > 0.5)
    assert found.tolist()[:2] == [1, 0]
    assert found.isna().tolist() == [False, False, True, True]


def test_slopes_and_held_out_errors_are_those_of_polyfit():
    x, y = np.array([1.0, 2.0, 4.0, 7.0]), RANDOM.standard_normal((5, 4))
    frame = pd.DataFrame(y, index=range(10, 15), columns=x)
    slopes = [np.polyfit(x, row, 1)[0] for row in y]
    assert fitted_slopes(frame, x).tolist() == pytest.approx(slopes)
    expected = []
    for row in y:
        errors = []
        for out in range(4):
            kept = np.arange(4) != out
            errors.append(np.polyval(np.polyfit(x[kept], row[kept], 1), x[out]) - row[out])
        expected.append(np.mean(np.square(errors)))
    assert held_out_error(x, y).tolist() == pytest.approx(expected)


def test_each_law_predicts_its_own_data_best():
    sizes = np.array([8.0, 12.0, 16.0, 20.0, 24.0])
    noise = 0.05 * RANDOM.standard_normal((20, 5))
    line = pd.DataFrame(0.9 * sizes + noise, columns=sizes)
    power = pd.DataFrame(9 * np.log2(sizes) + noise, columns=sizes)
    assert (power_over_exponential(line) > 1).all()
    assert (power_over_exponential(power) < 1).all()
    # What R² > 0.98 accepts: an exponent of the dimension far below one.
    bent = pd.DataFrame(40 * sizes**0.3 + noise, columns=sizes)
    assert np.corrcoef(sizes, bent.loc[0])[0, 1] ** 2 > 0.98
    assert (power_over_exponential(bent) < 1).all()


@pytest.mark.parametrize(("limit", "exponent"), [(0.138, 2 / 3), (0.12, 0.5), (0.15, 1.0)])
def test_the_limit_and_its_exponent_are_found(limit, exponent):
    sizes, loads = mean_loads(loads_of(limit, exponent, 0.0))
    assert sizes.tolist() == SIZES.tolist()
    found = scaling(sizes, loads)
    assert (found.limit, found.exponent) == (
        pytest.approx(limit, abs=1e-5),
        pytest.approx(exponent, abs=1e-3),
    )
    assert scaling_with(sizes, loads, exponent).limit == pytest.approx(limit, abs=1e-9)
    assert scaling_with(sizes, loads, exponent + 0.2).misfit > found.misfit


def test_with_one_level_and_a_given_exponent_the_limit_is_the_intercept():
    loads = RANDOM.standard_normal((1, 4))
    expected = np.polyfit(SIZES**-0.5, loads[0], 1)[1]
    assert scaling_with(SIZES, loads, 0.5).limit == pytest.approx(expected)


def test_pseudo_values_are_a_jackknife_and_a_seed_without_loads_is_none_of_them():
    table = loads_of(0.138, 2 / 3, 1e-4)

    def limit(part):
        return scaling(*mean_loads(part)).limit

    expected = [6 * limit(table) - 5 * limit(table[table.seed != seed]) for seed in range(6)]
    assert limits(table).tolist() == pytest.approx(expected, abs=1e-9)
    assert limits(table).mean() == pytest.approx(0.138, abs=1e-3)
    table.loc[table.seed == 3, "load"] = np.nan
    found = limits(table)
    assert found.isna().tolist() == [seed == 3 for seed in range(6)]
    whole = table[table.seed != 3]
    assert found[~found.isna()].tolist() == pytest.approx(limits(whole).tolist())
    assert limits(table[table.seed == 0]).isna().all()


def test_the_loads_are_those_at_each_level():
    capacity = pd.DataFrame(
        {"size": 9, "seed": 0, "load": [0.1, 0.2, 0.3], "overlap": [1.0, 0.8, 0.4]}
    )
    found = critical_loads(capacity).set_index("level").load
    assert found.to_dict() == pytest.approx({90: 0.15, 80: 0.2, 70: 0.225, 60: 0.25})
    assert critical_loads(capacity.assign(overlap=0.95)).load.isna().all()


def test_blends_are_as_wide_as_the_decades_from_half_of_all_images_to_two():
    numbers = [100.0, 50.0, 10.0, 2.0, 1.0]
    table = pd.DataFrame(
        {"arm": "a", "seed": 0, "stored": 100, "beta": [0.1, 1, 10, 1e3, 1e4], "effective": numbers}
    )
    assert blending(table).decades.tolist() == pytest.approx([3.0])
    assert blending(table.assign(effective=20.0)).decades.isna().all()
    assert blending(table.assign(effective=[100, 50, 10, 3, 3])).decades.isna().all()
