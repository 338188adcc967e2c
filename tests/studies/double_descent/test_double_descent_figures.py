from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from descent_example import CFG, tables

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.double_descent import figures
from workflow_scripts.studies.double_descent.figures import FIGURES

TABLES = tables()
OTHER = tables(
    peak=60.0,
    network=(60.0, 50.0, 70.0, 45.0),
    network_clean=(50.0, 45.0, 44.0, 40.0),
    epochs=(80.0, 40.0, 45.0, 41.0),
    two_scales=(1.0, 0.4, 0.9, 0.2),
    more_hurts=20.0,
    small_law=0.3,
)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_the_same_bytes_each_time_and_others_for_other_tables(tmp_path, name):
    for copy, made in (("first", TABLES), ("second", TABLES), ("other", OTHER)):
        save(FIGURES[name](made, CFG), tmp_path / f"{copy}.svg")
    first, second, other = (
        (tmp_path / f"{copy}.svg").read_bytes() for copy in ("first", "second", "other")
    )
    assert first == second
    assert first != other
    assert len(first) > 10_000


@pytest.mark.parametrize("name", [name for name in FIGURES if name != "epochs"])
def test_every_figure_names_the_threshold(name):
    """By a line in its legend; over the steps it is drawn where training errors reach it."""
    drawn = FIGURES[name](TABLES, CFG)
    (legend,) = drawn.legends
    said = " ".join(text.get_text() for text in legend.get_texts())
    assert any(word in said for word in ("as many", "training error", "threshold"))


def test_the_figures_are_those_of_the_page_and_the_step_draws_them(tmp_path):
    page = yaml.safe_load((PACKAGE / "studies/double_descent/page.yaml").read_text())
    assert [figure["file"] for figure in page["figures"]] == [f"{name}.svg" for name in FIGURES]
    paths = {}
    for name, table in TABLES.items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    outputs = [str(tmp_path / "ridge.svg"), str(tmp_path / "samples.svg")]
    step = SimpleNamespace(input=paths, output=outputs, params=SimpleNamespace(cfg=CFG))
    figures.main(step)
    assert all(Path(path).stat().st_size > 10_000 for path in outputs)


def test_a_network_that_never_fits_is_drawn_without_its_threshold():
    made = tables(fits_at=10_000)
    for name in ("networks", "scaling"):
        assert FIGURES[name](made, CFG).axes
