from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.partial_results import (
    Found,
    PartialResults,
    decoded_table,
    encoded_table,
)

NUMBERS = st.floats(allow_nan=True, allow_infinity=True, allow_subnormal=False)
WORDS = st.text(st.characters(codec="utf-8"), max_size=5)


def state(folder: Path, key: str = "key") -> ResumeState:
    made = ResumeState(folder / "state.safetensors", key)
    made.every = 0.0
    return made


def never() -> Found:
    raise AssertionError("a part was computed again")


def tables(count: int) -> Callable[[], Found]:
    return lambda: Found({"one": pd.DataFrame({"seed": range(count), "value": np.pi})})


@given(st.lists(st.tuples(NUMBERS, st.integers(-(2**62), 2**62), st.booleans(), WORDS)))
def test_a_table_comes_back_to_the_last_bit(rows):
    table = pd.DataFrame(rows, columns=["number", "count", "mark", "word"])
    with np.errstate(over="ignore"):
        table["short"] = table["number"].astype(np.float64).astype(np.float32)
    table["mixed"] = pd.Series([*rows], dtype=object).map(lambda row: row[0] if row[2] else "no")
    again = decoded_table(encoded_table(table))
    pd.testing.assert_frame_equal(again, table, check_exact=True)
    for name in ("number", "short"):  # the sign of zero, too
        ours, theirs = (each[name].dropna().to_numpy() for each in (again, table))
        assert ours.tobytes() == theirs.tobytes()


def test_a_finished_part_is_not_computed_again(tmp_path):
    first = PartialResults(state(tmp_path))
    weights = torch.rand(3, 2, dtype=torch.float64)
    table = pd.DataFrame({"x": [0.1, float("nan")]}, index=[7, 7])
    both = first.part("both", Found.of, table, {"weights": weights})
    many = first.part("many", tables(2))
    again = PartialResults(state(tmp_path))
    for name, before in (("both", both), ("many", many)):
        found = again.part(name, never)
        assert found.tables.keys() == before.tables.keys()
        for key, own in before.tables.items():
            pd.testing.assert_frame_equal(found.tables[key], own, check_exact=True)
    assert torch.equal(
        PartialResults(state(tmp_path)).part("both", never).tensors["weights"], weights
    )
    assert both.table.index.tolist() == [0, 1]
    later = again.table("later", pd.DataFrame, {"x": [1]})
    assert PartialResults(state(tmp_path)).table("later", never).equals(later)
    again.discard()
    assert not list(tmp_path.iterdir())


def test_parts_of_another_job_or_in_a_broken_file_do_not_count(tmp_path, capsys):
    PartialResults(state(tmp_path)).part("it", tables(1))
    assert len(PartialResults(state(tmp_path, "other")).part("it", tables(2)).tables["one"]) == 2
    path = tmp_path / "state.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    assert len(PartialResults(state(tmp_path, "other")).part("it", tables(3)).tables["one"]) == 3
    assert "truncated" in capsys.readouterr().out


def test_parts_are_saved_when_it_is_time(tmp_path):
    rarely = state(tmp_path)
    rarely.every = 1000.0
    done = PartialResults(rarely)
    done.part("one", tables(1))
    assert not rarely.path.exists()
    rarely.every = 0.0
    done.part("two", tables(1))
    again = PartialResults(state(tmp_path))
    again.part("one", never)
    again.part("two", never)


def test_a_part_has_its_own_name_and_finds_something(tmp_path):
    done = PartialResults()
    done.part("it", tables(1))
    for name, measure in (("it", tables(1)), ("nothing", Found)):
        with pytest.raises(ValueError, match=name):
            done.part(name, measure)
    with pytest.raises(KeyError):
        _ = done.part("named", tables(1)).table
