import numpy as np
import pytest

from tests.studies.hopfield.hopfield_example import CFG, tables
from workflow_scripts.studies.hopfield.claims import claims
from workflow_scripts.studies.hopfield.figures import FIGURES
from workflow_scripts.studies.hopfield.pictures import picture

TABLES = tables()


def test_the_extrapolation_ends_at_the_limit():
    right = FIGURES["capacity"](TABLES, CFG).axes[1]
    lines = [line for line in right.get_lines() if len(line.get_xdata()) == 2]
    assert len(lines) == 5
    assert np.mean([line.get_ydata()[0] for line in lines]) == pytest.approx(0.138, abs=1e-3)


def test_a_row_of_pictures_is_a_kind_and_shows_its_pixels():
    axes = FIGURES["completion"](TABLES, CFG).axes
    table = TABLES["pictures"][TABLES["pictures"].group == "completion"]
    assert len(axes) == len(table)
    labels = [ax.get_ylabel() for ax in axes if ax.get_ylabel()]
    assert labels[2:] == ["classical\nHebb\n10 % completed", "modern\n9 images\n100 % completed"]
    for ax, pixels in zip(axes, table.pixels, strict=True):
        assert np.array_equal(ax.get_images()[0].get_array(), picture(pixels))


def test_the_rule_that_is_drawn_is_that_of_the_claims():
    (ax,) = FIGURES["identities"](TABLES, CFG).axes
    (line,) = (line for line in ax.get_lines() if line.get_label() == "rule")
    margins = {claims[id].rule.margin for id in ("is-attention", "arc")}
    assert set(line.get_xdata()) == margins
