import numpy as np
import pytest

from tests.studies.hopfield.hopfield_example import CFG, tables
from workflow_scripts.studies.hopfield.claims import KEPT, ROUNDING, claims
from workflow_scripts.studies.hopfield.figures import FIGURES
from workflow_scripts.studies.hopfield.pictures import picture
from workflow_scripts.studies.hopfield.thresholds import OVERLAPS

TABLES = tables()


def test_the_lines_of_all_levels_meet_at_the_limit():
    right = FIGURES["capacity"](TABLES, CFG).axes[1]
    lines = [line for line in right.get_lines() if len(line.get_xdata()) == 2]
    assert len(lines) == len(OVERLAPS)
    assert len({line.get_ydata()[0] for line in lines}) == 1
    assert lines[0].get_ydata()[0] == pytest.approx(0.138, abs=1e-3)
    for line in lines:  # and pass through the means
        (means,) = [
            other
            for other in right.get_lines()
            if other.get_marker() == "o" and other.get_color() == line.get_color()
        ]
        slope = np.diff(line.get_ydata()) / np.diff(line.get_xdata())
        expected = line.get_ydata()[0] + slope * means.get_xdata()
        assert means.get_ydata() == pytest.approx(expected, abs=2e-3)


def test_a_load_that_is_not_known_leaves_the_extrapolation_out():
    table = TABLES["critical_loads"].copy()
    table.loc[0, "load"] = np.nan
    right = FIGURES["capacity"](TABLES | {"critical_loads": table}, CFG).axes[1]
    assert not [line for line in right.get_lines() if len(line.get_xdata()) == 2]


def test_a_row_of_pictures_is_a_kind_and_shows_its_pixels():
    axes = FIGURES["completion"](TABLES, CFG).axes
    table = TABLES["pictures"]
    table = table[(table.group == "completion") & (table.seed == table.seed.min())]
    assert len(axes) == len(table)
    labels = [ax.get_ylabel() for ax in axes if ax.get_ylabel()]
    assert labels[2:] == ["classical\nHebb\n10 % completed", "modern\n9 images\n100 % completed"]
    for ax, pixels in zip(axes, table.pixels, strict=True):
        assert np.array_equal(ax.get_images()[0].get_array(), picture(pixels))


def test_the_bound_that_is_drawn_is_that_of_the_identities():
    (ax,) = FIGURES["identities"](TABLES, CFG).axes
    (line,) = (line for line in ax.get_lines() if line.get_label() == "bound")
    shown = {each.id: each.at_most for each in claims.exhibits}
    assert set(line.get_xdata()) == {shown["is-attention"], shown["arc"], ROUNDING}


def test_the_margins_of_the_control_of_the_capacity_are_drawn():
    (ax,) = FIGURES["correlated"](TABLES, CFG).axes
    drawn = [line.get_xdata()[0] for line in ax.get_lines() if line.get_linestyle() == ":"]
    assert drawn == [claims["capacity"].control_rule.margin, KEPT]


def test_the_energies_are_those_of_one_seed():
    right = FIGURES["recall"](TABLES, CFG).axes[1]
    (path,) = [line for line in right.get_lines() if line.get_label() == "symmetric couplings"]
    assert path.get_xdata().tolist() == list(range(20))
