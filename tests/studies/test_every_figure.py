"""What must hold of the figures of every study, drawn from the made-up tables of its example."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
import yaml

from tests.studies.study_example import examples
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.registry import REGISTERED

pytestmark = pytest.mark.thorough

EXAMPLES = examples()
# What trains, or computes with networks; and what opens files.
TRAINING = ("torch", "workflow_scripts.learning.ensemble", "workflow_scripts.learning.networks")
OPENING = ("read", "load", "open")
every_study = pytest.mark.parametrize("study", EXAMPLES)
every_figure = pytest.mark.parametrize(
    ("study", "name"),
    [(study, name) for study, example in EXAMPLES.items() for name in example.figures],
)


class Asked(dict):
    """Tables that remember which of them were asked for."""

    def __init__(self, content):
        super().__init__(content)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)


def saved(figure):
    with TemporaryDirectory() as folder:
        path = Path(folder, "figure.svg")
        save(figure, path)
        return path.read_bytes()


@cache
def tables_of(study):
    """The tables twice: those that are drawn, and what they must be afterwards."""
    example = EXAMPLES[study]
    return example.tables(), example.tables()


@cache
def other_of(study):
    return EXAMPLES[study].other()


@cache
def drawn(study, name):
    """A figure, its bytes, and which tables it asked for; of tables that it must not change."""
    example = EXAMPLES[study]
    made, before = tables_of(study)
    tables = Asked(made)
    figure = example.figures[name](tables, example.cfg)
    assert all(table.equals(before[each]) for each, table in tables.items())
    return figure, saved(figure), tables.names


@every_figure
def test_a_figure_is_a_function_of_some_of_the_tables_and_changes_none(study, name):
    function = EXAMPLES[study].figures[name]
    assert list(inspect.signature(function).parameters) == ["tables", "cfg"]
    assert drawn(study, name)[2]


@every_figure
def test_a_figure_shows_what_is_in_the_tables(study, name):
    example = EXAMPLES[study]
    _, true, _ = drawn(study, name)
    assert true.startswith(b"<?xml")
    assert len(true) > 10_000
    other = saved(example.figures[name](other_of(study), example.cfg))
    assert (other == true) == (name in example.pictures)


@every_figure
def test_a_figure_has_words_on_its_axes(study, name):
    figure, _, _ = drawn(study, name)
    axes, example = figure.axes, EXAMPLES[study]
    rows = [tick.get_text() for ax in axes for tick in ax.get_yticklabels()]
    named = any(re.search("[a-z]{3}", text) and "$" not in text for text in rows)
    up = any(ax.get_ylabel() for ax in axes) or figure.get_supylabel() or named
    across = any(ax.get_xlabel() for ax in axes) or figure.get_supxlabel()
    assert up or (name in example.titled and all(ax.get_title() for ax in axes))
    assert across or name in example.pictures


@every_study
def test_the_step_draws_each_output_by_its_name_and_again_with_the_same_bytes(study, tmp_path):
    """From tables that were written and read, too."""
    example = EXAMPLES[study]
    outputs = [str(tmp_path / "figures" / f"{name}.svg") for name in example.figures]
    params = SimpleNamespace(cfg=example.cfg, published=[])
    job = SimpleNamespace(input=example.written(tmp_path), output=outputs, params=params)
    example.module("figures").main(job)
    for name, path in zip(example.figures, outputs, strict=True):
        assert Path(path).read_bytes() == drawn(study, name)[1], name


@every_study
def test_the_page_shows_every_figure_that_is_drawn(study):
    example = EXAMPLES[study]
    page = yaml.safe_load(
        Path(example.module("figures").__file__).with_name("page.yaml").read_text()
    )
    shown = [figure["file"] for figure in page["figures"]]
    assert shown == [f"{name}.svg" for name in example.figures]


@every_figure
def test_the_page_names_the_tables_that_a_figure_is_drawn_from(study, name):
    (figure,) = [
        each for each in REGISTERED[study].words["figures"] if each["file"] == f"{name}.svg"
    ]
    assert set(figure["tables"]) == drawn(study, name)[2]


@every_study
def test_no_figure_opens_a_file_or_trains(study):
    tree = ast.parse(Path(EXAMPLES[study].module("figures").__file__).read_text())
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert "draw" in called
    assert not [name for name in called if name.startswith(OPENING)]
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not [name for name in imported if name.startswith(TRAINING)]
