"""Arms in words, and what is drawn of a detector that diverged."""

import numpy as np
import pytest

from tests.studies.focal.focal_example import EXAMPLE
from workflow_scripts.studies.focal.figures import _words, found, precision


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ({"gamma": 2, "alpha": 0.25}, "focal, γ = 2, α = 0.25"),
        ({}, "cross-entropy, α = 0.5"),
        ({"prior": 0.00006}, "cross-entropy, α = 0.5, π = 0.00006"),
        ({"alpha": 0.99, "prior": 0.5}, "cross-entropy, α = 0.99, no prior"),
        ({"negatives": "hardest", "amount": 128}, "128 hardest places a scene"),
        ({"negatives": "hardest-ratio", "amount": 3}, "hardest negatives, 1 : 3"),
        ({"negatives": "random-ratio", "amount": 1, "prior": 0.5},
         "random negatives, 1 : 1, no prior"),
        ({"negatives": "easiest-first", "amount": 0.5}, "easy negatives first"),
    ],
)  # fmt: skip
def test_an_arm_is_named_by_its_settings(arm, said):
    assert _words(arm) == said


def test_every_arm_has_a_row_and_one_that_diverged_is_drawn_at_zero():
    tables = EXAMPLE.tables()
    table = tables["precision"]
    table.loc[(table.arm == "no-prior") & (table.seed == 100), "precision"] = np.nan
    ax = precision(tables, EXAMPLE.cfg).axes[0]
    names = [text.get_text() for text in ax.get_yticklabels()]
    assert names == [_words(arm) for arm in EXAMPLE.cfg["focal.arms"].values()][::-1]
    assert min(min(line.get_xdata(), default=1) for line in ax.lines) == 0


def test_each_scene_is_drawn_with_its_object_and_the_best_detection():
    axes = found(EXAMPLE.tables(), EXAMPLE.cfg).axes
    assert len(axes) == 4
    for ax in axes:
        thick, thin = ax.patches
        assert thick.get_linewidth() > thin.get_linewidth()
        # The object's frame stands one pixel outside of the object.
        assert (thick.get_y(), thick.get_x()) == (2 - 1.5, 3 - 1.5)
        assert (thin.get_y(), thin.get_x()) == (2 - 0.5, 3 - 0.5)
