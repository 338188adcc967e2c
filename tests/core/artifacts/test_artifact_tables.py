import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from workflow_scripts.core.artifacts.tables import read_table, write_table
from workflow_scripts.core.errors import UserError

# An empty field stands for a missing value, a lone carriage return ends a line for pandas.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
    lambda text: not text.strip('"').replace(".", "").isnumeric()
)


def round_trip(frame, folder):
    write_table(frame, folder / "round-trip.csv")
    return read_table(folder / "round-trip.csv")


@settings(max_examples=300)
@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_floats_read_back_exactly(tmp_path_factory, values):
    frame = pd.DataFrame({"x": np.array(values, dtype=np.float64)})
    read = round_trip(frame, tmp_path_factory.getbasetemp())
    expected = frame.x.to_numpy()
    assert read.x.dtype == np.float64
    assert read.x.to_numpy().tobytes() == expected.tobytes()


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_integers_stay_integers(tmp_path_factory, values):
    read = round_trip(pd.DataFrame({"n": values}), tmp_path_factory.getbasetemp())
    assert read.n.tolist() == values
    assert read.n.dtype == np.int64


@given(st.lists(TEXT, min_size=1))
def test_words_with_commas_quotes_and_any_letter_read_back(tmp_path_factory, words):
    frame = pd.DataFrame({"word": ["first", *words], "n": range(len(words) + 1)})
    assert round_trip(frame, tmp_path_factory.getbasetemp()).word.tolist() == ["first", *words]


@pytest.mark.parametrize(
    "word", ["NA", "nan", "null", "None", "N/A", "a,b", 'say "it"', "two\nlines"]
)
def test_words_that_pandas_takes_for_missing_or_that_need_quotes_read_back(tmp_path, word):
    assert round_trip(pd.DataFrame({"arm": [word, "x"]}), tmp_path).arm.tolist() == [word, "x"]


def test_missing_values_read_back_as_missing(tmp_path):
    frame = pd.DataFrame(
        {"step": pd.array([1, None], dtype="Int64"), "loss": [0.5, np.nan], "arm": ["a", None]}
    )
    read = round_trip(frame, tmp_path)
    assert read.isna().to_numpy().tolist() == [[False] * 3, [True] * 3]
    assert read.iloc[0].tolist() == [1.0, 0.5, "a"]


def test_a_table_without_rows_keeps_its_columns(tmp_path):
    frame = pd.DataFrame({"seed": [1], "loss": [0.1]})
    assert list(round_trip(frame.head(0), tmp_path).columns) == ["seed", "loss"]


def test_there_is_no_index_and_lines_end_as_on_unix(tmp_path):
    write_table(pd.DataFrame({"a": [1.0, 0.1]}, index=[7, 3]), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes() == b"a\n1.0\n0.1\n"


def test_what_was_read_is_written_with_the_same_bytes(tmp_path):
    generator = np.random.default_rng(0)
    frame = pd.DataFrame({"arm": ["a", "b"] * 50, "loss": generator.normal(size=100) ** 9})
    read = round_trip(frame, tmp_path)
    assert_frame_equal(read, frame)
    write_table(read, tmp_path / "again.csv")
    first = (tmp_path / "round-trip.csv").read_bytes()
    assert (tmp_path / "again.csv").read_bytes() == first


def test_a_missing_table_is_named(tmp_path):
    with pytest.raises(UserError, match=r"curves\.csv is missing: run snakemake again"):
        read_table(tmp_path / "curves.csv")


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n1,2,3,4\n", b'a\n"1\n', b"a\n\xff\xfe\n"])
def test_a_broken_table_is_named(tmp_path, content):
    (tmp_path / "curves.csv").write_bytes(content)
    with pytest.raises(UserError, match=r"curves\.csv is not a complete table") as caught:
        read_table(tmp_path / "curves.csv")
    assert "delete it and run snakemake again" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's device that is full")
def test_a_full_disk_is_named_and_the_old_table_stays(tmp_path):
    write_table(pd.DataFrame({"a": [1]}), tmp_path / "t.csv")
    (tmp_path / f".t.csv.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(UserError, match=r"no space left on the disk for .*t\.csv"):
        write_table(pd.DataFrame({"a": [2]}), tmp_path / "t.csv")
    assert read_table(tmp_path / "t.csv").a.tolist() == [1]
