"""The files of the study: each supernet has the seeds of the claims that read it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.nas.files import NasFiles
from workflow_scripts.studies.nas.settings import Nas

ROOT = Path(__file__).resolve().parents[3]
VALUES = load_configuration(ROOT / "config", {"scale": "laptop"}).nas.model_dump(mode="json")
GROWING = {"edges-2", "edges-3", "edges-4", "second"}
BOTH = {"first", "middle"}
OTHERS = {"protected", "good", "bad"}


def files(**changes: list[str]) -> NasFiles:
    """The files of the shipped settings with other seeds."""
    return NasFiles(Nas.model_validate(VALUES | changes), "D", "data")


def batches(files: NasFiles, name: str) -> list[str]:
    """The batches of a supernet of which there are readings, untrained cells and weights."""
    made = files.gathered()
    found = [
        [path.split("seeds-")[1].split("/")[0] for path in paths if f"/{name}/" in path]
        for paths in (made["readings"], made["untrained"], files.checkpoints())
    ]
    assert found[0] == found[1] == found[2]
    return found[0]


def test_every_supernet_is_of_one_kind() -> None:
    assert set(VALUES["supernets"]) == GROWING | BOTH | OTHERS


def test_supernets_have_the_seeds_of_the_claims_that_read_them() -> None:
    made = files(seeds=["0-4", "5-9"], growing_seeds=["0-4"], scaled_seeds=["0-1", "2-4"])
    for name in GROWING:
        assert batches(made, name) == ["0-4"]
    for name in BOTH | OTHERS:
        assert batches(made, name) == ["0-4", "5-9"]
    gathered = made.gathered()
    searches = [f"D/checkpoints/searches/seeds-{each}" for each in ("0-4", "5-9")]
    assert gathered["reached"] == [f"{each}/reached.csv" for each in searches]
    scaled = [f"D/checkpoints/scaled/base/seeds-{each}.csv" for each in ("0-1", "2-4")]
    assert [path for path in gathered["scaled"] if "/base/" in path] == scaled


def test_a_list_that_was_extended_alone_extends_what_its_claims_read() -> None:
    made = files(seeds=["0-4"], growing_seeds=["0-4", "5-9"], scaled_seeds=["0-4"])
    for name in GROWING | BOTH:
        assert batches(made, name) == ["0-4", "5-9"]
    for name in OTHERS:
        assert batches(made, name) == ["0-4"]
    assert len(made.gathered()["searches"]) == 2


@pytest.mark.parametrize("key", ["growing_seeds", "scaled_seeds"])
def test_other_seeds_than_those_of_the_study_are_refused(key: str) -> None:
    files(**{key: VALUES["seeds"]})
    with pytest.raises(ValidationError, match=f"{key} and seeds must begin with the same seeds"):
        files(**{key: ["100-104", "106-109"]})
