import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from tests.studies.double_descent.double_descent_example import EXAMPLE, SEEDS, tables
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.double_descent.effects import falls, near, ratios, rises
from workflow_scripts.studies.double_descent.outcomes import (
    Curves,
    curves,
    noise_levels,
    stopped_early,
    thresholds,
    tuned,
)

TRUE = EXAMPLE.judged({})


def made(values):
    values = np.asarray(values, dtype=float)
    seeds = pd.Index(range(100, 100 + len(values)), name="seed")
    return Curves(np.arange(values.shape[1]), values, seeds)


def test_claims_are_open_where_seeds_differ_by_more_than_any_effect():
    noisy = tables(spread=500.0)
    del noisy["features"]  # its errors would be negative
    found = EXAMPLE.judge(noisy)
    assert found["model-wise-network"].verdict is not Verdict.SUPPORTED
    assert found["epoch-wise"].verdict is not Verdict.SUPPORTED


def test_a_network_that_never_fits_has_no_threshold_at_which_it_could_peak():
    """It counts as a seed without a peak there: a share of none."""
    row = EXAMPLE.judged({"fits_at": 10_000})["model-wise-network"]
    assert row.verdict is Verdict.CONTRADICTED
    assert row.part.startswith("share")
    assert row.estimate == 0


def test_estimates_are_what_the_world_was_made_of():
    parts = {part.name: part.estimate for part in TRUE["model-wise-features"].parts}
    assert parts["peak to the valley before it"] == pytest.approx(80 / 30, rel=0.1)
    assert parts["peak to the valley after it"] == pytest.approx(80 / 20, rel=0.01)
    assert parts["the valley after the peak − the one before"] == pytest.approx(-10, abs=3)
    network = {part.name: part.estimate for part in TRUE["model-wise-network"].parts}
    assert network["peak − the valley before it"] == pytest.approx(10, abs=0.2)
    assert network["peak − the widest"] == pytest.approx(15, abs=0.2)
    assert [part.estimate for part in TRUE["sample-wise"].parts] == pytest.approx([40, 40], abs=0.2)


def test_shares_need_ten_seeds_and_means_of_large_effects_five():
    assert TRUE["model-wise-features"].look == TRUE["model-wise-network"].look == 10
    assert TRUE["regularisation"].look == TRUE["classical-is-local"].look == 5


def test_a_wrong_closed_form_is_shown_beside_the_right_one():
    (row,) = EXAMPLE.claims.exhibited(tables(), EXAMPLE.cfg)
    assert row["holds"]
    (wrong,) = EXAMPLE.claims.exhibited(tables(gap=1e-6), EXAMPLE.cfg)
    assert wrong["holds"] is False


def test_curves_that_rise_to_their_end_have_a_second_descent_below_zero():
    """So that a claim about it can be contradicted, not only left open."""
    found = made([[5, 2, 3, 6], [5, 2, 3, 7], [5, 2, 4, 6], [5, 2, 4, 8]])
    assert (falls(found) < 0).all()
    assert (ratios(found, "right") < 1).all()
    assert_allclose(rises(found), [4, 5, 4, 6])


def test_a_seed_whose_network_diverged_has_no_effect_and_is_named():
    found = made([[5, 2, 4, 1], [5, np.nan, 4, 1], [5, 2, 5, 1], [5, 2, 3, np.inf], [5, 2, 4, 1]])
    for effect in (rises(found), falls(found), near(found, 2)):
        assert effect.index[effect.isna()].tolist() == [101, 103]
    changed = tables()
    networks = changed["networks"]
    networks.loc[(networks.seed == SEEDS[2]) & (networks.width == 8), ["loss", "error"]] = np.nan
    row = EXAMPLE.judge(changed)["model-wise-network"]
    assert row.verdict is Verdict.UNDECIDED
    assert str(SEEDS[2]) in row.reason


def test_smoothed_curves_average_neighbours():
    assert_allclose(made([[1, 2, 6, 4]]).smoothed().values, [[1.5, 3, 4, 5]])


def regression(rows):
    frame = pd.DataFrame(rows, columns=["width", "ridge", "validation_risk", "error"])
    return frame.assign(seed=100, noise=0.0)


def test_the_penalty_with_the_lowest_validation_risk_is_taken_and_none_if_one_is_unknown():
    rows = [(5, 0.1, 2.0, 40), (5, 1.0, 1.0, 30), (8, 0.1, np.nan, 50), (8, 1.0, 1.0, 20)]
    found = tuned(regression(rows), 0.0, "width").set_index("width").error
    assert found[5] == 30
    assert np.isnan(found[8])


def stopping(losses):
    """Networks of one seed and width, with these validation losses step by step."""
    parts = []
    for split in ("averaged validation", "averaged test", "validation", "test"):
        frame = pd.DataFrame({"step": range(len(losses)), "loss": losses})
        # The losses of weights that are not averaged would choose another step.
        frame["loss"] = frame.loss if "averaged" in split else frame.loss[::-1].to_numpy()
        parts.append(frame.assign(split=split, error=frame.step * 10.0))
    return pd.concat(parts, ignore_index=True).assign(seed=100, width=8, noise=0.2)


def test_early_stopping_follows_the_smoothed_loss_of_averaged_weights():
    assert stopped_early(stopping([9, 5, 9, 4, 3, 4, 9, 9]), 0.2).step.tolist() == [4]
    # A single low value is noise.
    assert stopped_early(stopping([9, 9, 0.5, 9, 9, 3, 3, 3]), 0.2).step.tolist() == [6]


def test_a_network_that_diverges_is_nowhere_stopped():
    found = stopped_early(stopping([9, 5, 3, 2, 3, np.nan]), 0.2)
    assert len(found) == 1
    assert found[["loss", "error"]].isna().all(axis=None)


def test_the_threshold_is_the_first_width_that_fits():
    table = tables(fits_at=16)["networks"]
    assert (thresholds(table, 0.15) == 5).all()
    assert np.isnan(thresholds(tables(fits_at=10_000)["networks"], 0.15)).all()
    assert noise_levels(table) == (0.0, 0.15)
    with pytest.raises(ValueError, match="some seeds have no error"):
        curves(
            table[table.split == "test"].query("step == 100 and noise == 0")[1:], "error", "width"
        )
