import ast
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from connectivity_example import CFG, SEEDS, tables

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.connectivity import figures
from workflow_scripts.studies.connectivity.figures import FIGURES

TABLES = tables()


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_from_the_tables_with_the_same_bytes_each_time(tmp_path, name):
    for copy in ("first.svg", "second.svg"):
        save(FIGURES[name](tables(), CFG), tmp_path / copy)
    drawn = (tmp_path / "first.svg").read_bytes()
    assert drawn == (tmp_path / "second.svg").read_bytes()
    assert len(drawn) > 10_000


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_what_is_in_the_tables_and_changes_nothing_there(tmp_path, name):
    before = {each: table.copy() for each, table in TABLES.items()}
    save(FIGURES[name](TABLES, CFG), tmp_path / "true.svg")
    for each, table in TABLES.items():
        assert table.equals(before[each])
    other = tables(
        excess={"line": 5.0, "bezier": 3.0, "chain": 4.0, "band": 5.0},
        gain=-2.0,
        greedy=-1.0,
        branches={"lenet": {0: 9.0, 20: 0.5, 500: 0.2}, "resnet": {0: 2.0, 20: 8.0, 500: 0.5}},
        removed={38: 0.9, 75: 0.2, 150: 0.3, 300: 0.4},
    )
    other["plane"] = other["plane"].assign(loss=other["plane"].loss + other["plane"].across ** 2)
    save(FIGURES[name](other, CFG), tmp_path / "other.svg")
    assert (tmp_path / "true.svg").read_bytes() != (tmp_path / "other.svg").read_bytes()


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_what_is_on_its_axes(name):
    axes = FIGURES[name](TABLES, CFG).axes
    assert any(ax.get_xlabel() for ax in axes)
    assert any(ax.get_ylabel() for ax in axes)


def test_no_figure_trains():
    tree = ast.parse(Path(figures.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    training = ("torch", "workflow_scripts.learning.ensemble", "workflow_scripts.learning.networks")
    assert not [name for name in imported if name.startswith(training)]


def test_the_page_shows_every_figure_that_is_drawn():
    page = yaml.safe_load(Path(figures.__file__).with_name("page.yaml").read_text())
    assert [figure["file"] for figure in page["figures"]] == [f"{name}.svg" for name in FIGURES]


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


def test_soups_are_shown_above_their_own_ancestor():
    left, _ = FIGURES["soups"](TABLES, CFG).axes
    dots = [line.get_ydata() for line in left.get_lines() if line.get_marker() == "o"]
    table = TABLES["soups"].set_index(["soup", "seed"]).accuracy
    greedy = table["greedy"] - table["ancestor"]
    assert any(len(d) == len(SEEDS) and np.allclose(np.sort(d), np.sort(greedy)) for d in dots)


def test_the_step_draws_each_output_by_its_name(tmp_path):
    paths = {}
    for name, table in TABLES.items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    outputs = [str(tmp_path / "figures" / f"{name}.svg") for name in FIGURES]
    given = SimpleNamespace(input=paths, output=outputs, params=SimpleNamespace(cfg=CFG))
    figures.main(given)
    for name, path in zip(FIGURES, outputs, strict=True):
        save(FIGURES[name](TABLES, CFG), tmp_path / "direct.svg")
        assert Path(path).read_bytes() == (tmp_path / "direct.svg").read_bytes()
