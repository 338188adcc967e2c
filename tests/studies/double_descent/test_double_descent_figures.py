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


@pytest.mark.parametrize(
    ("kind", "label", "unit"),
    [("mlp", "hidden layers", "units"), ("residual", "channels of the first", "channels")],
)
def test_figures_say_what_the_width_of_the_networks_is(kind, label, unit):
    cfg = CFG | {"double_descent.networks.network.kind": kind}
    assert label in FIGURES["networks"](TABLES, cfg).axes[0].get_xlabel()
    assert label in FIGURES["widths_and_steps"](TABLES, cfg).axes[0].get_ylabel()
    assert f" {unit})" in FIGURES["epochs"](TABLES, cfg).axes[1].get_title()


def test_a_network_that_never_fits_is_drawn_without_its_threshold():
    made = tables(fits_at=10_000)
    for name in ("networks", "scaling"):
        assert FIGURES[name](made, CFG).axes
