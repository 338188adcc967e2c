from typing import get_args

import pytest

from tests.studies.lottery.lottery_example import CFG, tables
from workflow_scripts.core.settings import section
from workflow_scripts.studies.lottery.figures import FIGURES
from workflow_scripts.studies.lottery.settings import Arm

TABLES = tables()


@pytest.mark.thorough
def test_every_figure_has_words_on_its_axes():
    for name, function in FIGURES.items():
        for ax in function(TABLES, CFG).axes:
            assert ax.get_xlabel(), name
        assert any(ax.get_ylabel() for ax in function(TABLES, CFG).axes), name


def test_lines_of_the_accuracy_are_the_means_over_seeds():
    axes = FIGURES["accuracy"](TABLES, CFG).axes
    outcomes = TABLES["outcomes"]
    chosen = outcomes[(outcomes.chain == section(CFG, "main")) & (outcomes.arm == "shuffled")]
    for ax, value in zip(axes, ("accuracy", "end"), strict=True):
        lines = {line.get_label(): line for line in ax.get_lines()}
        expected = chosen.groupby("level")[value].mean().sort_index(ascending=False)
        assert lines["shuffled within layers"].get_ydata() == pytest.approx(expected.to_numpy())
        assert ax.xaxis_inverted()


@pytest.mark.thorough
@pytest.mark.parametrize("missing", [*([arm] for arm in get_args(Arm)), list(get_args(Arm))])
def test_arms_that_are_switched_off_are_missing_in_the_figures(missing):
    left = {
        name: table[~table.arm.isin(missing)] if "arm" in table and name != "needles" else table
        for name, table in TABLES.items()
    }
    for name, function in FIGURES.items():
        drawn = function(left, CFG)
        assert any(ax.get_lines() for ax in drawn.axes), name
