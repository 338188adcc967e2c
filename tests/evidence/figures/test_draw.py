from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.figure import Figure

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.figures.draw import draw


def line(tables, cfg):
    drawn = Figure()
    drawn.subplots().plot(tables["points"].x, tables["points"].y * cfg["factor"])
    return drawn


def rule(folder, *names):
    write_table(pd.DataFrame({"x": [0, 1], "y": [2.0, 3.0]}), folder / "points.csv")
    return SimpleNamespace(
        input={"points": folder / "points.csv"},
        output=[folder / f"{name}.svg" for name in names],
        params=SimpleNamespace(cfg={"factor": 2}, published=[]),
    )


def test_each_output_is_the_figure_of_its_name(tmp_path):
    draw({"line": line, "unasked": None}, rule(tmp_path, "line"))
    assert "<svg" in (tmp_path / "line.svg").read_text()


def test_an_output_that_no_figure_makes_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="curve"):
        draw({"line": line}, rule(tmp_path, "curve"))


def test_a_figure_is_drawn_once_for_all_its_files(tmp_path):
    calls = []

    def counted(tables, cfg):
        calls.append(1)
        return line(tables, cfg)

    job = rule(tmp_path, "line")
    job.output.append(tmp_path / "line.png")
    draw({"line": counted}, job)
    assert len(calls) == 1
    assert (tmp_path / "line.png").read_bytes().startswith(b"\x89PNG")


def test_figures_find_the_published_numbers_among_the_settings(tmp_path):
    job = rule(tmp_path, "line")
    job.params.published = [{"claim": "c", "part": "", "values": [1.0]}]
    seen = []

    def asked(tables, cfg):
        seen.append(cfg["published"])
        return line(tables, cfg)

    draw({"line": asked}, job)
    assert seen == [job.params.published]
