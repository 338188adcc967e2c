from types import SimpleNamespace

import numpy as np
import pytest
from hopfield_example import CFG, tables

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.figures.style import save
from workflow_scripts.studies.hopfield import figures
from workflow_scripts.studies.hopfield.figures import FIGURES
from workflow_scripts.studies.hopfield.pictures import picture

TABLES = tables()
PICTURES = {"completion", "retrieved"}
OTHER = tables(
    recalled=0.5,
    limit=0.1,
    images={"random, Hebb": 0.5, "images, Hebb": 0.9, "images, pseudo-inverse": 0.2},
    growth=0.4,
    powers={2: 1.5, 3: 2.5, 4: 3.5},
    falling=-0.5,
    average=(0.5, 0.5),
    difference=1e-8,
)


@pytest.mark.parametrize("name", FIGURES)
def test_each_figure_is_drawn_from_the_tables_with_the_same_bytes_each_time(tmp_path, name):
    before = {each: table.copy() for each, table in TABLES.items()}
    for copy in ("first.svg", "second.svg"):
        save(FIGURES[name](TABLES, CFG), tmp_path / copy)
    drawn = (tmp_path / "first.svg").read_bytes()
    assert drawn == (tmp_path / "second.svg").read_bytes()
    assert drawn.startswith(b"<?xml")
    for each, table in TABLES.items():
        assert table.equals(before[each])
    if name not in PICTURES:
        save(FIGURES[name](OTHER, CFG), tmp_path / "other.svg")
        assert (tmp_path / "other.svg").read_bytes() != drawn


@pytest.mark.parametrize("name", sorted(set(FIGURES) - PICTURES))
def test_every_figure_has_words_on_its_axes(name):
    axes = FIGURES[name](TABLES, CFG).axes
    assert axes[-1].get_xlabel()
    assert any(ax.get_ylabel() for ax in axes) or axes[0].get_yticklabels()[0].get_text()


def test_the_extrapolation_ends_at_the_limit():
    right = FIGURES["capacity"](TABLES, CFG).axes[1]
    lines = [line for line in right.get_lines() if len(line.get_xdata()) == 2]
    assert len(lines) == 5
    assert np.mean([line.get_ydata()[0] for line in lines]) == pytest.approx(0.138, abs=1e-3)


def test_a_row_of_pictures_is_a_kind_and_shows_its_pixels():
    axes = FIGURES["completion"](TABLES, CFG).axes
    table = TABLES["pictures"][TABLES["pictures"].group == "completion"]
    assert len(axes) == len(table)
    labels = [ax.get_ylabel() for ax in axes if ax.get_ylabel()]
    assert labels[2:] == ["classical\nHebb\n10 % completed", "modern\n9 images\n100 % completed"]
    for ax, pixels in zip(axes, table.pixels, strict=True):
        assert np.array_equal(ax.get_images()[0].get_array(), picture(pixels))


def test_the_step_draws_each_output_by_its_name(tmp_path):
    paths = {}
    for name, table in TABLES.items():
        paths[name] = str(tmp_path / f"{name}.csv")
        write_table(table, paths[name])
    outputs = [str(tmp_path / "figures" / f"{name}.svg") for name in ("dense", "completion")]
    figures.main(SimpleNamespace(input=paths, output=outputs, params=SimpleNamespace(cfg=CFG)))
    save(FIGURES["completion"](TABLES, CFG), tmp_path / "direct.svg")
    drawn = (tmp_path / "figures" / "completion.svg").read_bytes()
    assert drawn == (tmp_path / "direct.svg").read_bytes()
