import numpy as np
import pytest

from tests.studies.connectivity.connectivity_example import CFG, SEEDS, tables
from workflow_scripts.studies.connectivity.claims import claims
from workflow_scripts.studies.connectivity.figures import FIGURES

TABLES = tables()


def test_lines_along_the_paths_are_means_over_pairs():
    drawn = FIGURES["paths"](TABLES, CFG).axes[1]
    lines = {line.get_label(): line for line in drawn.get_lines()}
    table = TABLES["paths_lines"]
    chosen = table[(table.split == "test") & (table.kind == "bezier")]
    expected = chosen.groupby("position").loss.mean()
    np.testing.assert_allclose(lines["Bézier curve"].get_ydata(), expected)


def test_the_curve_in_the_picture_runs_from_end_to_end_by_way_of_the_bend():
    (ax, _) = FIGURES["plane"](TABLES, CFG).axes
    lines = {line.get_label(): line.get_xydata() for line in ax.get_lines()}
    curve = lines["Bézier curve"]
    np.testing.assert_allclose(curve[[0, -1]], [[0, 0], [20, 0]])
    # A quadratic Bézier curve reaches half the height of its bend.
    assert curve[:, 1].max() == pytest.approx(4.5, rel=1e-3)


def test_soups_are_shown_above_the_mean_of_their_own_copies():
    left, _ = FIGURES["soups"](TABLES, CFG).axes
    dots = [line.get_ydata() for line in left.get_lines() if line.get_marker() == "o"]
    table = TABLES["soups"].set_index(["soup", "seed"]).accuracy
    greedy = table["greedy"] - table["mean of the copies"]
    assert any(len(d) == len(SEEDS) and np.allclose(np.sort(d), np.sort(greedy)) for d in dots)


def test_the_line_below_which_copies_are_stable_is_the_margin_of_the_claim():
    (ax,) = FIGURES["branches"](TABLES, CFG).axes
    (line,) = (line for line in ax.get_lines() if line.get_label() == "stable below")
    assert set(line.get_ydata()) == {claims["same-basin"].rule.margin}
