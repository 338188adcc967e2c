import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from workflow_scripts.core.seeds import SeedBatches, begin_alike, longer, seeds_of

BATCHES = TypeAdapter(SeedBatches)


@given(st.integers(0, 10**6), st.integers(0, 50))
def test_a_batch_holds_its_seeds_ends_included(first, more):
    assert seeds_of(f"{first}-{first + more}") == list(range(first, first + more + 1))


@pytest.mark.parametrize(
    "batch", ["", "0", "0-", "-4", "0-4-6", "a-b", "0–4", " 0-4", "0-4\n", "1.5-2", "00-04", "0-04"]
)
def test_what_is_no_batch_is_refused(batch):
    with pytest.raises(ValueError, match="first-last, such as 0-4"):
        seeds_of(batch)


def test_a_batch_is_not_longer_than_one_ensemble_can_be():
    """Refused at once, without making a list of a hundred million seeds."""
    assert len(seeds_of("5-1004")) == 1000
    with pytest.raises(ValueError, match="'0-99999999' has more than 1000 seeds"):
        seeds_of("0-99999999")


def test_a_batch_that_runs_backwards_is_empty():
    with pytest.raises(ValueError, match="'4-0' is empty"):
        seeds_of("4-0")


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), min_size=1, max_size=5))
def test_batches_pass_exactly_where_no_seed_is_there_twice(pairs):
    batches = [f"{first}-{first + more}" for first, more in pairs]
    seeds = [seed for batch in batches for seed in seeds_of(batch)]
    if len(set(seeds)) == len(seeds):
        assert BATCHES.validate_python(batches) == tuple(batches)
    else:
        with pytest.raises(ValidationError, match="is in two batches"):
            BATCHES.validate_python(batches)


@pytest.mark.parametrize(
    ("batches", "message"),
    [([], "at least one batch"), (["0-4", "x"], "first-last"), (["2-1"], "empty"), ([4], "string")],
)
def test_faulty_lists_of_batches_are_refused(batches, message):
    with pytest.raises(ValidationError, match=message):
        BATCHES.validate_python(batches)


def test_lists_of_batches_are_compared_seed_by_seed():
    short, long = ("3-4",), ("3-3", "4-6")
    assert longer(short, long) == longer(long, short) == long
    assert longer(("0-4",), ("5-9",)) == ("0-4",)
    assert begin_alike(short, long)
    assert begin_alike(long, short)
    assert not begin_alike(("3-4", "6-6"), long)
