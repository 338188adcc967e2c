from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from workflow_scripts.core.artifacts.tables import read_table
from workflow_scripts.learning.ensemble.history import save_history
from workflow_scripts.studies.grokking import tables as study
from workflow_scripts.studies.grokking.settings import Generalisation
from workflow_scripts.studies.grokking.tables import ended, growth, outcomes, stops, waits

CRITERION = Generalisation(level=0.9, hold=20)
MEMBER = {
    "condition": "main",
    "operation": "add",
    "symbols": 50,
    "fraction": 0.4,
    "held_out": 1500,
    "weight_decay": 1.0,
    "budget": 100,
    "seed": 0,
}
STEPS = np.arange(0, 101, 10)


def curve(train, test, loss=None, **member):
    """One training, measured every ten steps; accuracies in %."""
    size = len(test)
    return pd.DataFrame(
        {
            **MEMBER,
            **member,
            "step": STEPS[:size],
            "train_accuracy": np.array(train[:size], dtype=float),
            "test_accuracy": np.array(test, dtype=float),
            "train_loss": np.array(loss if loss is not None else np.full(size, 1.0)),
            "restricted": np.linspace(4, 0, size),
            "excluded": 1.0,
            "gini": np.linspace(0, 1, size),
            "norm": 60.0,
        }
    )


KNOWN = [0, 50, 95, 100, 100, 100, 100, 100, 100, 100, 100]
GROWN = [2, 1, 1, 12, 5, 30, 60, 95, 96, 97, 98]
NEVER = [2] * 11


def came_to(*curves):
    return outcomes(pd.concat(curves, ignore_index=True), CRITERION, 0.01, 5.0)


def test_events_are_where_a_level_is_kept_and_measures_are_taken_there():
    losses = np.r_[1, 0.5, 0.1, 0.005, 0.02, np.zeros(6)]
    (row,) = came_to(curve(KNOWN, GROWN, losses)).itertuples()
    assert (row.memorised, row.generalised, row.converged) == (20, 70, 30)
    assert (row.reached_10, row.reached_50, row.reached_90) == (50, 60, 70)
    assert (row.learned_10, row.learned_50, row.learned_90) == (10, 10, 20)
    assert (row.plateau, row.end) == (40, 100)  # the bump to 12 % ends no plateau
    assert row.unmoved == 20  # a guess is right in 2 % and a standard deviation of 0.36 %
    assert (row.accuracy_memorised, row.accuracy_converged, row.accuracy) == (1, 12, 98)
    assert row.chance == 2
    assert row.gini_plateau == pytest.approx(0.4)
    assert (row.restricted_start, row.restricted_end) == (4, 0)


def test_what_did_not_happen_is_missing():
    (row,) = came_to(curve(NEVER, NEVER)).itertuples()
    for name in ("memorised", "generalised", "converged", "reached_10", "accuracy_memorised"):
        assert pd.isna(getattr(row, name))
    assert row.plateau == row.unmoved == row.end == 100
    (known,) = came_to(curve(KNOWN, [50] * 11)).itertuples()  # it was never near chance
    assert pd.isna(known.plateau)
    assert pd.isna(known.gini_plateau)


def test_growth_is_the_fall_of_the_restricted_loss_until_accuracy_moves_and_of_its_twin():
    main = [curve(KNOWN, GROWN, seed=seed) for seed in range(2)]
    twins = [curve(KNOWN, NEVER, seed=seed, condition="random") for seed in range(2)]
    twins[1]["restricted"] = 4 + np.arange(11) / 10
    curves = pd.concat([*main, *twins], ignore_index=True).sample(frac=1, random_state=0)
    table = growth(curves, outcomes(curves, CRITERION, 0.01, 5.0), "main", "random")
    assert table.seed.tolist() == [0, 1]
    assert table.unmoved.tolist() == [20, 20]
    assert table.fall.tolist() == pytest.approx([0.8, 0.8])
    assert table.random_fall.tolist() == pytest.approx([0.8, -0.2])
    known = pd.concat([curve(KNOWN, [50] * 11), *twins], ignore_index=True)
    table = growth(known, outcomes(known, CRITERION, 0.01, 5.0), "main", "random")
    assert table[["fall", "random_fall"]].isna().all(axis=None)


def test_stops_are_what_images_lose_where_their_loss_converges():
    steps = np.arange(0, 40, 10)
    curves = [
        pd.DataFrame({"seed": s, "step": steps, "split": split, "loss": loss, "accuracy": right})
        for s, low in ((0, 0.01), (1, 0.5))
        for split, loss, right in (
            ("train", [2, 0.5, low, low], 100.0),
            ("test", [2, 1, 1, 2], [10.0, 80.0, 85.0, 84.0]),
        )
    ]
    table = stops(pd.concat(curves).sample(frac=1, random_state=0), 0.01)
    assert table.converged.tolist() == [20, pd.NA]
    assert table.accuracy_converged.tolist()[0] == 85
    assert np.isnan(table.accuracy_converged.tolist()[1])
    assert table.accuracy.tolist() == [84, 84]
    assert table.end.tolist() == [30, 30]


def test_a_training_ends_when_its_own_network_has_generalised():
    both = pd.concat([curve(KNOWN, GROWN), curve(KNOWN, NEVER, seed=1)], ignore_index=True)
    cut = ended(both.sample(frac=1, random_state=0), CRITERION)
    assert cut.groupby("seed").step.max().to_dict() == {0: 90, 1: 100}
    assert came_to(cut).end.tolist() == [90, 100]


def test_neither_the_order_of_the_rows_nor_other_trainings_matter():
    both = [curve(KNOWN, GROWN), curve(KNOWN, NEVER, condition="random")]
    mixed = pd.concat(both).sample(frac=1, random_state=0)
    alone = came_to(both[0])
    assert_frame_equal(came_to(mixed)[lambda t: t.condition == "main"], alone)


def test_waits_are_kaplan_meiers_from_step_0_to_the_budget():
    curves = [curve(KNOWN, np.roll(GROWN, 0), seed=seed) for seed in range(2)]
    curves += [curve(KNOWN, NEVER, seed=2)]
    curves += [curve(KNOWN, NEVER, seed=s, weight_decay=0.0, condition="none") for s in range(3)]
    curves += [curve(KNOWN, GROWN, condition="else")]
    table = waits(came_to(*curves), ["main", "none"])
    decayed = table[table.weight_decay == 1.0]
    assert decayed.step.tolist() == [0, 70, 100]
    assert decayed.share.tolist() == pytest.approx([0, 2 / 3, 2 / 3])
    assert set(decayed["median"]) == {70}
    assert decayed.log_rank_p.isna().all()
    never = table[table.weight_decay == 0.0]
    assert never.step.tolist() == [0, 100]
    assert set(never.share) == {0}
    assert set(never["median"]) == {np.inf}
    assert 0 < never.log_rank_p.iloc[0] < 1


def history(path, members, **arrays):
    made = SimpleNamespace(split="table", arrays=lambda: {"step": STEPS, **arrays}, diverged=[])
    save_history(path, [made], members)


def test_the_step_gathers_all_histories(tmp_path):
    shape = (len(STEPS), 2)
    spectrum = np.random.default_rng(0).random((*shape, 5))
    paths = []
    for name, test in (("main", GROWN), ("none", NEVER)):
        columns = {n: np.stack([v, v], 1) for n, v in curve(KNOWN, test).items() if n not in MEMBER}
        columns = {n: v / 100 if n.endswith("accuracy") else v for n, v in columns.items()}
        columns.pop("step")
        decay = 1.0 if name == "main" else 0.0
        members = [
            {**MEMBER, "condition": name, "weight_decay": decay, "seed": s} for s in range(2)
        ]
        paths.append(str(tmp_path / f"{name}.safetensors"))
        history(paths[-1], members, **columns, spectrum=spectrum)
    images = str(tmp_path / "images.safetensors")
    loss = np.linspace(1, 0, len(STEPS))[:, None]
    arrays = {"step": STEPS, "loss": loss, "accuracy": loss}
    made = [
        SimpleNamespace(split=split, arrays=lambda: arrays, diverged=[])
        for split in ("train", "test")
    ]
    save_history(images, made, [{"seed": 0}])
    names = ("curves", "outcomes", "waits", "growth", "stops", "spectra")
    output = SimpleNamespace(**{name: str(tmp_path / f"{name}.csv") for name in names})
    cfg = {
        "grokking.generalisation": CRITERION.model_dump(),
        "grokking.converged": 0.01,
        "grokking.plateau": 5.0,
        "grokking.decays": ["main", "none"],
        "grokking.main": "main",
        "grokking.random": "none",
    }
    inputs = SimpleNamespace(histories=paths, images=[images])
    study.main(SimpleNamespace(input=inputs, output=output, params=SimpleNamespace(cfg=cfg)))
    made = {name: read_table(getattr(output, name)) for name in names}
    assert made["outcomes"].condition.tolist() == ["main", "main", "none", "none"]
    assert made["outcomes"].generalised.tolist()[:2] == [70, 70]
    assert made["curves"].groupby("condition").step.max().to_dict() == {"main": 90, "none": 100}
    assert made["growth"].seed.tolist() == [0, 1]
    assert made["stops"].accuracy.tolist() == [0]
    spectra = made["spectra"].set_index(["condition", "seed", "moment", "frequency"]).share
    assert spectra["main", 1, "start"].tolist() == spectrum[0, 1].tolist()
    assert spectra["main", 1, "end"].tolist() == spectrum[9, 1].tolist()  # its own end
    assert spectra["none", 0, "end"].tolist() == spectrum[10, 0].tolist()
