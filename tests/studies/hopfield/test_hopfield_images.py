from types import SimpleNamespace

import numpy as np
import pytest
import torch

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.hopfield import capacity, dense, identities, images, recall, spheres
from workflow_scripts.studies.hopfield.completion import completed, hidden_half
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.files import STEPS
from workflow_scripts.studies.hopfield.images import correlated, shuffled, temperatures
from workflow_scripts.studies.hopfield.patterns import hebb, random_patterns, visit_order
from workflow_scripts.studies.hopfield.pictures import SIDE, binary, picture, picture_rows
from workflow_scripts.studies.hopfield.settings import Completion, Correlated, Regimes


def greys(count, seed=0):
    """Pictures alike in the upper left, different elsewhere."""
    random = torch.Generator().manual_seed(seed)
    made = torch.rand(count, SIDE, SIDE, generator=random, dtype=torch.float64)
    made[:, : SIDE // 2, : SIDE // 3] = 0.8
    return made.reshape(count, -1)


@pytest.fixture
def smoke(request):
    return load_configuration(request.config.rootpath / "config", {"scale": "smoke"})


def test_pictures_come_back_from_a_table_to_the_nearest_byte():
    made = greys(3)
    table = picture_rows("group", "kind", made)
    for row, grey in zip(table.itertuples(), made, strict=True):
        assert np.abs(picture(row.pixels) / 255 - grey.reshape(SIDE, SIDE).numpy()).max() < 1 / 509
    assert binary(torch.tensor([[0.0, 0.5, 0.51, 1.0]])).tolist() == [[-1, -1, 1, 1]]


def test_half_of_the_pixels_are_hidden_below():
    hidden = hidden_half(greys(2)).reshape(2, SIDE, SIDE)
    assert not hidden[:, : SIDE // 2].any()
    assert hidden[:, SIDE // 2 :].all()


def test_different_pictures_are_completed_and_alike_ones_are_not_by_hebb():
    made = greys(60)
    chosen = Completion(stored=10, shown=2, beta=1000, within=0.05, sweeps=50)
    table, pictures = completed(0, made, hidden_half(made[:10]), chosen)
    share = table.set_index("network").share
    assert share["modern, 10 images"] == share["modern, 60 images"] == 1
    assert share["classical, pseudo-inverse"] == 1
    assert table.set_index("network").stored["modern, 60 images"] == 60
    assert pictures.groupby("kind").size().to_dict() == {
        "stored": 2, "cue": 2, **dict.fromkeys(table.network, 2)
    }  # fmt: skip
    constant = torch.full((10, SIDE**2), 0.9, dtype=torch.float64)
    constant[:, :20] = made[:10, :20].round()
    table, _ = completed(0, constant, hidden_half(constant), chosen)
    assert table.set_index("network").share["classical, Hebb"] == 1  # all but alike, within 5 %


def test_the_correlation_of_patterns_is_what_hebbs_rule_cannot_bear():
    made = greys(40)
    made[:, :700] = 0.9
    chosen = Correlated(loads=(0.05,), flipped=0.1, within=0.01, trials=20, sweeps=50)
    share = correlated(0, made, chosen).set_index("arm").share
    assert share["random, Hebb"] == 1
    assert share["images, Hebb"] == 0


def test_the_inverse_temperature_goes_from_average_to_image():
    made = greys(50)
    chosen = Regimes(
        stored=50, queries=10, noise=0.3, betas=(1e-3, 3, 1e4), average=1e-3, blur=3, retrieval=1e4
    )
    table, pictures = temperatures(0, made, chosen, 2)
    assert table.arm.tolist() == ["images"] * 3 + ["shuffled pixels"] * 3
    assert (table.stored == 50).all()
    low, middle, high = table[table.arm == "images"].itertuples()
    assert low.to_average < 0.01 < 0.9 < low.to_stored
    assert high.to_stored < 0.01 < 0.9 < high.to_average
    assert 49.9 < low.effective <= 50.0001
    assert 1 < middle.effective < 50
    assert high.effective == pytest.approx(1, abs=1e-3)
    assert pictures.kind.unique().tolist() == ["stored", "β = 0.001", "β = 3", "β = 10000"]


def test_shuffled_images_have_their_own_pixels_in_another_order_each():
    made = greys(5)
    mixed = shuffled(3, made)
    assert torch.equal(mixed.sort(dim=1).values, made.sort(dim=1).values)
    assert torch.equal(mixed, shuffled(3, made))
    assert not torch.equal(mixed, shuffled(4, made))
    orders = [torch.isclose(made[at], mixed[at]).nonzero().ravel().tolist() for at in range(5)]
    assert len({str(order) for order in orders}) == 5


def test_the_networks_of_a_seed_are_different_and_their_mean_is_its_row():
    place = torch.device("cpu")
    one = capacity.remembered([1], 60, 0.2, 1, 5, 30, place)
    three = capacity.remembered([1, 2], 60, 0.2, 3, 5, 30, place)
    assert three.networks.tolist() == [3, 3]
    overlaps = []
    for network in range(3):
        patterns = random_patterns(1, 12, 60, network)[None]
        ends = relax(hebb(patterns), patterns[:, :5], visit_order(60), 30).states
        overlaps.append(float((ends * patterns[:, :5]).mean()))
    assert one.overlap[0] == pytest.approx(overlaps[0])
    assert three.overlap[0] == pytest.approx(np.mean(overlaps))
    assert len(set(overlaps)) == 3


class Outputs(dict):
    """Outputs by name, as Snakemake has them: as items and as attributes."""

    __getattr__ = dict.__getitem__


STEP = {
    "recall": recall,
    "spheres": spheres,
    "dense": dense,
    "identities": identities,
    "images": images,
}


@pytest.mark.parametrize("step", STEPS)
def test_a_seed_has_the_same_rows_in_any_batch(tmp_path, smoke, step, monkeypatch):
    monkeypatch.setattr(images, "drawn", lambda dataset, folder, seed, count: greys(count, seed))
    monkeypatch.setattr(images, "verify", lambda dataset, folder: None)
    monkeypatch.setattr(PartialResults, "of", lambda job: PartialResults())
    values = smoke.model_dump(mode="json")["hopfield"]
    cfg = {f"hopfield.{key}": value for key, value in values.items()} | {"device": "cpu"}
    found = []
    for batch in ("1-1", "0-1"):
        output = {table: str(tmp_path / batch / f"{table}.csv") for table in STEPS[step]}
        STEP[step].main(
            SimpleNamespace(
                wildcards=SimpleNamespace(seeds=batch),
                params=SimpleNamespace(cfg=cfg, data="nowhere"),
                output=Outputs(output),
            )
        )
        found.append({table: read_table(path) for table, path in output.items()})
    alone, beside = found
    shown = {"paths", "pictures"}  # of the first seed of a batch only
    for table in set(STEPS[step]) - shown:
        part = beside[table][beside[table].seed == 1].reset_index(drop=True)
        assert part.equals(alone[table])
        assert (beside[table].seed == 0).any()


def test_a_capacity_job_writes_each_load_of_each_seed(tmp_path, monkeypatch):
    monkeypatch.setattr(PartialResults, "of", lambda job: PartialResults())
    output = tmp_path / "capacity.csv"
    capacity.main(
        SimpleNamespace(
            wildcards=SimpleNamespace(seeds="0-2", size="60"),
            params=SimpleNamespace(
                cfg={"capacity.trials": 5, "capacity.sweeps": 30, "device": "cpu"},
                loads=[0.05, 0.6],
                networks=2,
            ),
            output=SimpleNamespace(table=str(output)),
        )
    )
    table = read_table(output)
    assert table.groupby("load").seed.apply(list).to_dict() == {0.05: [0, 1, 2], 0.6: [0, 1, 2]}
    assert table.trials.tolist() == [6, 6, 6, 10, 10, 10]
    assert table[table.load == 0.05].overlap.min() > table[table.load == 0.6].overlap.max()
