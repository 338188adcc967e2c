import pytest

from tests.studies.double_descent.double_descent_example import CFG, tables
from workflow_scripts.studies.double_descent.figures import FIGURES

TABLES = tables()


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "epochs"])
def test_every_figure_names_the_threshold(name):
    """By a line in its legend; over the steps it is drawn where training errors reach it."""
    drawn = FIGURES[name](TABLES, CFG)
    (legend,) = drawn.legends
    said = " ".join(text.get_text() for text in legend.get_texts())
    assert any(word in said for word in ("as many", "training error", "threshold"))


def test_a_network_that_never_fits_is_drawn_without_its_threshold():
    made = tables(fits_at=10_000)
    for name in ("networks", "scaling"):
        assert FIGURES[name](made, CFG).axes
