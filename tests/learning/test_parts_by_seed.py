"""Measurements of seed after seed: joined in order, resumed, and some tables only of some seeds."""

import pandas as pd
import pytest

from workflow_scripts.learning.ensemble.resume import ResumeState
from workflow_scripts.learning.partial_results import Found, PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed, joined


class Measured:
    """Which seeds were measured; the first has a picture."""

    def __init__(self, stop=None):
        self.seeds, self.stop = [], stop

    def __call__(self, seed):
        if seed == self.stop:
            raise KeyboardInterrupt
        self.seeds.append(seed)
        tables = {"errors": pd.DataFrame({"seed": [seed, seed], "error": [0.1 * seed, 1 / 3]})}
        if seed == 4:
            tables["picture"] = pd.DataFrame({"seed": [seed], "grey": ["α"]})
        return tables


def test_tables_are_joined_in_the_order_of_seeds():
    tables = by_seed(PartialResults(), [4, 2, 9], Measured())
    assert tables["errors"].seed.tolist() == [4, 4, 2, 2, 9, 9]
    assert tables["errors"].index.tolist() == list(range(6))
    assert tables["picture"].to_dict("list") == {"seed": [4], "grey": ["α"]}


def test_seeds_that_are_done_are_not_measured_again(tmp_path):
    def state():
        made = ResumeState(tmp_path / "parts.safetensors", "identity")
        made.every = 0.0
        return made

    first, second = Measured(stop=9), Measured()
    with pytest.raises(KeyboardInterrupt):
        by_seed(PartialResults(state()), [4, 2, 9], first)
    done = PartialResults(state())
    resumed = by_seed(done, [4, 2, 9], second)
    assert (first.seeds, second.seeds) == ([4, 2], [9])
    whole = by_seed(PartialResults(), [4, 2, 9], Measured())
    for name, table in whole.items():
        pd.testing.assert_frame_equal(resumed[name], table)
    done.discard()
    assert not list(tmp_path.iterdir())


def test_a_seed_that_comes_twice_is_refused():
    with pytest.raises(ValueError, match="seed 4"):
        by_seed(PartialResults(), [4, 4], Measured())


def test_parts_of_other_kinds_are_joined_as_well():
    one, other = (Found({name: pd.DataFrame({"a": [1]})}) for name in ("x", "y"))
    assert {name: len(table) for name, table in joined([one, other, one]).items()} == {
        "x": 2,
        "y": 1,
    }
