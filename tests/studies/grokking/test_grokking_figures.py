import inspect
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from grokking_example import CFG, tables

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.grokking import figures
from workflow_scripts.studies.grokking.figures import FIGURES

TABLES = tables()
PAGE = Path(figures.__file__).parent / "page.yaml"


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_with_the_same_bytes_each_time_and_changes_nothing(tmp_path, name):
    before = {each: table.copy() for each, table in TABLES.items()}
    assert list(inspect.signature(FIGURES[name]).parameters) == ["tables", "cfg"]
    for copy in ("first.svg", "second.svg"):
        save(FIGURES[name](TABLES, CFG), tmp_path / copy)
    drawn = (tmp_path / "first.svg").read_bytes()
    assert drawn == (tmp_path / "second.svg").read_bytes()
    assert len(drawn) > 10_000
    for each, table in TABLES.items():
        assert table.equals(before[each])


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_what_is_in_the_tables(tmp_path, name):
    other = tables(waits={"main": 300, "half": 900, "orthogonal": 4000, "weak": None})
    other["spectra"].loc[other["spectra"].moment == "end", "share"] *= 0.5
    save(FIGURES[name](TABLES, CFG), tmp_path / "true.svg")
    save(FIGURES[name](other, CFG), tmp_path / "other.svg")
    assert (tmp_path / "true.svg").read_bytes() != (tmp_path / "other.svg").read_bytes()


def test_every_figure_has_words_on_its_axes_and_on_the_page():
    for name, function in FIGURES.items():
        drawn = function(TABLES, CFG)
        assert any(ax.get_xlabel() for ax in drawn.axes), name
        assert any(ax.get_ylabel() for ax in drawn.axes), name
    shown = {figure["file"] for figure in yaml.safe_load(PAGE.read_text())["figures"]}
    assert shown == {f"{name}.svg" for name in FIGURES}


def test_all_networks_are_drawn_and_the_one_with_the_median_wait_in_full():
    top = FIGURES["progress"](TABLES, CFG).axes[0]
    outcomes = TABLES["outcomes"]
    main = outcomes[outcomes.condition == "main"].sort_values("generalised", kind="stable")
    typical = main.iloc[(len(main) - 1) // 2]
    named = {line.get_label(): line for line in top.get_lines()}
    assert named["held-out examples"].get_xdata()[-1] == typical.end
    assert len(top.get_lines()) == 2 * len(main) + 2  # and two events
    events = {line.get_xdata()[0] for line in top.get_lines() if len(line.get_xdata()) == 2}
    assert {typical.memorised, typical.plateau} <= events


def test_a_decays_line_is_its_kaplan_meier_curve():
    (ax,) = FIGURES["waits"](TABLES, CFG).axes
    lines = {line.get_label(): line for line in ax.get_lines()}
    table = TABLES["waits"]
    part = table[table.weight_decay == 1.0]
    line = lines[f"1: median {part['median'].iloc[0]:,.0f}"]
    assert np.array_equal(line.get_ydata(), 100 * part.share)
    assert "0: median not reached" in lines


def test_the_step_draws_each_output_by_its_name(tmp_path):
    paths = {}
    for name, table in TABLES.items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    outputs = [str(tmp_path / "figures" / f"{name}.svg") for name in ("waits", "fractions")]
    params = SimpleNamespace(cfg=CFG)
    figures.main(SimpleNamespace(input=paths, output=outputs, params=params))
    assert all(Path(path).read_bytes().startswith(b"<?xml") for path in outputs)
