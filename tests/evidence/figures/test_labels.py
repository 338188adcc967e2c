"""Names at the ends of lines: where they are put, and that none covers another."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from matplotlib.text import Text

from workflow_scripts.evidence.figures.labels import label_ends, name_level, spread
from workflow_scripts.evidence.figures.style import figure

places = st.lists(st.floats(-100, 100), max_size=7)


@given(places)
def test_places_are_apart_and_in_order(wanted):
    found = spread(wanted, [10] * len(wanted))
    assert np.all(np.diff(sorted(found)) >= 10 - 1e-9)
    order = np.argsort(found, kind="stable")
    assert np.all(np.diff(np.asarray(wanted)[order]) >= 0)


def test_places_are_as_near_as_can_be():
    """Against all places on a fine grid."""
    wanted, least = (0.0, 1.0, 9.0), 4.0
    grid = np.arange(-6, 16, 0.25)
    a, b, c = np.meshgrid(grid, grid, grid, indexing="ij")
    fits = (b - a >= least) & (c - b >= least)
    away = sum((x - w) ** 2 for x, w in zip((a, b, c), wanted, strict=True))
    best = np.where(fits, away, np.inf)
    at = np.unravel_index(best.argmin(), best.shape)
    assert spread(wanted, [least] * 3) == pytest.approx([grid[i] for i in at], abs=0.126)
    assert spread([5.0, 50.0], [least] * 2) == [5.0, 50.0]
    assert spread([3.0, 3.0], [least] * 2) == [5.0, 1.0]
    assert spread([3.0, 3.0], [2.0, 6.0]) == [5.0, 1.0]
    assert spread([0.0, 0.0, 0.0], [2.0, 6.0, 2.0]) == [4.0, 0.0, -4.0]
    assert spread([], []) == []


@pytest.mark.parametrize("inverted", [False, True])
def test_each_line_is_named_at_its_right_end_and_no_name_covers_another(inverted):
    drawn, ax = figure(4, 3)
    for height in (0.0, 0.01, 0.02, 1.0):
        ax.plot([1, 2, np.nan], [1, height, 5], label=f"line {height:g}")
    ax.plot([1, 2], [0.5, 0.5])
    ax.axhline(0.3, label="level")
    if inverted:
        ax.invert_xaxis()
    label_ends(ax)
    assert {text.get_text() for text in ax.texts} == {
        "line 0",
        "line 0.01",
        "line 0.02",
        "line 1",
        "level",
    }
    right = {text.get_text(): text.xy for text in ax.texts}
    assert right["line 1"] == ((1, 1) if inverted else (2, 1))
    assert right["level"] == (min(ax.get_xlim()) if inverted else max(ax.get_xlim()), 0.3)
    drawn.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in ax.texts]  # without the stroke
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert max(box.x1 for box in boxes) <= drawn.bbox.x1


def test_the_name_of_a_line_that_leaves_the_panel_stands_where_it_is_last_seen():
    _, ax = figure(4, 3)
    ax.plot([1, 2, 3, 400], [1, 2, 3, 4], label="far")
    ax.plot([500, 600], [1, 2], label="unseen")
    ax.axhline(9, label="above")
    ax.set_xlim(0, 10)
    ax.set_ylim(0, 5)
    label_ends(ax)
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("far", (3, 3))]


def test_a_level_is_named_beside_its_line():
    drawn, ax = figure(4, 3)
    ax.set_ylim(0, 2)
    name_level(ax, 1.0, "margin")
    name_level(ax, 1.0, "below", above=False, right=False)
    drawn.draw_without_rendering()
    above, below = (text.get_window_extent() for text in ax.texts)
    line = ax.transData.transform((0, 1.0))[1]
    assert below.y1 < line < above.y0
    assert above.x1 <= ax.bbox.x1
    assert below.x0 >= ax.bbox.x0
