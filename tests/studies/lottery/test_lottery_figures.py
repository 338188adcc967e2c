import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest
from lottery_example import CFG, tables

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.lottery import figures
from workflow_scripts.studies.lottery.figures import FIGURES

TABLES = tables()


class Asked(dict):
    """Tables, or settings, that remember what they were asked for."""

    def __init__(self, content):
        super().__init__(content)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_from_the_tables_with_the_same_bytes_each_time(tmp_path, name):
    for copy in ("first.svg", "second.svg"):
        save(FIGURES[name](tables(), CFG), tmp_path / copy)
    drawn = (tmp_path / "first.svg").read_bytes()
    assert drawn == (tmp_path / "second.svg").read_bytes()
    assert drawn.startswith(b"<?xml")
    assert len(drawn) > 10_000


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_shows_what_is_in_the_tables(tmp_path, name):
    save(FIGURES[name](TABLES, CFG), tmp_path / "true.svg")
    other = tables(
        gains={"ticket": -8.0},
        early={"ticket": -8.0},
        stopping={"dense": 500, "ticket": 100, "reinitialised": 900},
        late={0: -9.0, 100: -7.0},
        slopes={"ticket": -2.0, "shuffled": 1.0},
    )
    save(FIGURES[name](other, CFG), tmp_path / "other.svg")
    assert (tmp_path / "true.svg").read_bytes() != (tmp_path / "other.svg").read_bytes()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_takes_tables_and_settings_and_changes_neither(name):
    function = FIGURES[name]
    assert list(inspect.signature(function).parameters) == ["tables", "cfg"]
    asked = Asked(TABLES)
    before = {each: table.copy() for each, table in TABLES.items()}
    function(asked, CFG)
    assert asked.names <= {"outcomes", "needles", "barriers", "curves", "lines"}
    assert asked.names
    for each, table in TABLES.items():
        assert table.equals(before[each])


def test_every_figure_has_words_on_its_axes():
    for name, function in FIGURES.items():
        for ax in function(TABLES, CFG).axes:
            assert ax.get_xlabel(), name
        assert any(ax.get_ylabel() for ax in function(TABLES, CFG).axes), name


def test_lines_of_the_accuracy_are_the_means_over_seeds():
    (ax,) = FIGURES["accuracy"](TABLES, CFG).axes
    lines = {line.get_label(): line for line in ax.get_lines()}
    outcomes = TABLES["outcomes"]
    chosen = outcomes[(outcomes.chain == section(CFG, "main")) & (outcomes.arm == "shuffled")]
    expected = chosen.groupby("level").accuracy.mean().sort_index(ascending=False)
    assert lines["shuffled within layers"].get_ydata() == pytest.approx(expected.to_numpy())
    assert ax.xaxis_inverted()


def test_the_step_draws_each_output_by_its_name(tmp_path):
    paths = {}
    for name, table in TABLES.items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    chosen = ("needles", "accuracy")
    outputs = [str(tmp_path / "figures" / f"{name}.svg") for name in chosen]
    params = SimpleNamespace(cfg=CFG)
    figures.main(SimpleNamespace(input=paths, output=outputs, params=params))
    for name, path in zip(chosen, outputs, strict=True):
        save(FIGURES[name](TABLES, CFG), tmp_path / "direct.svg")
        assert Path(path).read_bytes() == (tmp_path / "direct.svg").read_bytes()
