from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.studies.connectivity import tables
from workflow_scripts.studies.connectivity.tables import summary

POSITIONS = np.linspace(0, 1, 5)


def line(loss, error, **keys):
    return pd.DataFrame({**keys, "position": POSITIONS, "loss": loss, "error": error})


def test_each_path_has_its_barriers_and_its_excess():
    lines = pd.concat(
        [
            line([1, 2, 4, 2, 1], [10, 20, 30, 20, 20], kind="line", seed=0, split="test"),
            line([1, 1, 1, 1, 3], [10, 10, 10, 10, 12], kind="bezier", seed=0, split="test"),
        ]
    )
    found = summary(lines, ["kind", "seed", "split"]).set_index("kind")
    assert found.loc["line", ["loss_barrier", "error_barrier", "excess"]].tolist() == [3, 15, 10]
    found = found.loc["bezier", ["loss_barrier", "error_barrier", "excess"]]
    assert found.tolist() == [-0.5, -0.5, -2]


def made(folder):
    """Measurements of two batches as the steps before write them."""
    paths, keys = {}, {"loss": [1.0, 2, 3, 2, 1], "error": [10.0, 20, 30, 20, 10]}
    frames = {
        "paths": [
            line(**keys, kind=k, seed=s, split="test") for k in ("line", "chain") for s in (3, 0)
        ],
        "branches": [line(**keys, network="mlp", point=p, seed=0, split="test") for p in (5, 0)],
        "matching": [
            line(**keys, network="mlp", width=w, order="matched", seed=0, split="test")
            for w in (30, 8)
        ],
        "averages": [
            pd.DataFrame({"point": ["last", "average"], "seed": s, "accuracy": 80.0})
            for s in (1, 0)
        ],
        "soups": [pd.DataFrame({"soup": ["greedy"], "seed": s, "accuracy": 80.0}) for s in (1, 0)],
    }
    for name, parts in frames.items():
        paths[name] = []
        for number, part in enumerate(parts):
            paths[name].append(str(folder / f"{name}{number}.csv"))
            write_table(part, paths[name][-1])
    plane = pd.DataFrame({"mark": ["", "first"], "across": [1.0, 0], "up": [1.0, 0], "loss": 1.0})
    paths["plane"] = str(folder / "plane.csv")
    write_table(plane, paths["plane"])
    return paths


class Given(dict):
    """As Snakemake hands files over: by name, both ways."""

    __getattr__ = dict.__getitem__


@pytest.fixture
def written(tmp_path):
    names = ["paths", "branches", "matching"]
    names += [f"{name}_lines" for name in names] + ["plane", "averages", "soups"]
    output = Given({name: str(tmp_path / "out" / f"{name}.csv") for name in names})
    tables.main(SimpleNamespace(input=Given(made(tmp_path)), output=output))
    return {name: read_table(path) for name, path in output.items()}


def test_all_batches_come_together_in_one_order(written):
    assert written["paths"][["kind", "seed"]].to_numpy().tolist() == [
        ["chain", 0], ["chain", 3], ["line", 0], ["line", 3]
    ]  # fmt: skip
    assert written["branches"].point.tolist() == [0, 5]
    assert written["matching"].width.tolist() == [8, 30]
    assert written["averages"].point.tolist() == ["average", "average", "last", "last"]
    assert written["soups"].seed.tolist() == [0, 1]
    assert (written["paths"].loss_barrier == 2.0).all()
    assert (written["matching"].error_barrier == 20.0).all()


def test_lines_are_kept_place_by_place(written):
    assert len(written["paths_lines"]) == 4 * len(POSITIONS)
    assert written["paths_lines"].position.head(5).tolist() == POSITIONS.tolist()


def test_of_the_plane_the_grid_has_no_mark(written):
    assert written["plane"]["mark"].isna().tolist() == [True, False]
