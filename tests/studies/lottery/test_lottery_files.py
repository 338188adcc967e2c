"""Which files of the lottery study depend on which, and settings that are refused."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.learning.data.manifest import manifest
from workflow_scripts.learning.work import work_of
from workflow_scripts.studies.lottery.files import LotteryFiles
from workflow_scripts.studies.lottery.settings import Lottery
from workflow_scripts.studies.lottery.study import STUDY

CHAIN = {
    "network": {"kind": "mlp", "sizes": [64, 8, 10]},
    "sample": {"dataset": "digits", "train": 100, "validation": 20, "test": 50},
    "training": {"optimiser": {"kind": "sgd"}, "learning_rate": 0.1, "batch_size": 10, "steps": 30},
    "evaluation": {"early_step": 5, "every": 5},
    "pruning": {"scope": "layer", "keep": 0.5},
    "levels": 2,
}
LATE = CHAIN | {"rewind": [0, 3], "snapshots": [0, 3, 6]}
SETTINGS = {
    "seeds": ["0-1", "2-2"],
    "chains": {"main": CHAIN, "half": CHAIN | {"levels": 0}, "late": LATE},
    "main": "main",
    "late": "late",
    "controls": {"fine-tuned": [0], "shuffled": [2]},
    "timing": {"every": 1, "level": 1},
    "needles": {"survivors": 50, "rounds": 2, "chains": ["half", "main", "late"]},
    "instability": {"chain": "late", "points": [0, 6], "line": 3},
}


def files(**changes):
    return LotteryFiles(Lottery.model_validate(SETTINGS | changes), "L", "D")


class Wildcards(SimpleNamespace):
    """The wildcards of a job."""

    def get(self, name, default=None):
        return getattr(self, name, default)


def wildcards(**values):
    return Wildcards(**{"chain": "main", "seeds": "0-1", **values})


def at(batch, *names):
    return [f"L/checkpoints/{batch}/{name}" for name in names]


def test_a_level_is_its_weights_and_masks_and_the_dense_network_has_no_masks():
    assert files().level("late", "0-1", 3, 2) == {
        "trained": "L/checkpoints/late/seeds-0-1/rewind-3/level-2/trained.safetensors",
        "mask": "L/checkpoints/late/seeds-0-1/rewind-3/level-2/mask.safetensors",
    }
    assert files().level("late", "0-1", 3, 0) == {
        "trained": "L/checkpoints/late/seeds-0-1/dense/trained.safetensors"
    }


def test_every_level_comes_from_the_one_before_down_to_the_dense_network():
    study = files()
    for level in (1, 2):
        before = study.level_before(wildcards(chain="late", rewind="3", level=str(level)))
        assert before == study.level("late", "0-1", 3, level - 1)


def test_a_chain_has_its_levels_after_each_rewinding_and_a_mere_parent_has_none():
    assert sorted(files().levels()) == [
        ("late", 0, 1),
        ("late", 0, 2),
        ("late", 3, 1),
        ("late", 3, 2),
        ("main", 0, 1),
        ("main", 0, 2),
    ]


def test_controls_have_the_tickets_mask_and_none_at_level_0():
    mask = "L/checkpoints/main/seeds-0-1/rewind-0/level-2/mask.safetensors"
    assert files().control_inputs(wildcards(level="2")) == {"mask": mask}
    assert files().control_inputs(wildcards(level="0")) == {}


def test_only_in_its_batches_an_arm_is_pruned_from_networks_trained_for_as_long_as_its_level():
    study = files(controls={"one-shot-long": [2], "shuffled": [2]}, long=["2-2"])
    assert study.arms(wildcards(level="2")) == ["shuffled"]
    assert set(study.control_inputs(wildcards(level="2"))) == {"mask"}
    assert study.arms(wildcards(level="2", seeds="2-2")) == ["one-shot-long", "shuffled"]
    long = study.control_inputs(wildcards(level="2", seeds="2-2"))["long"]
    assert [long] == at("main/seeds-2-2", "long/trainings-2/trained.safetensors")
    everywhere = files(controls={"one-shot-long": [2]})
    assert everywhere.arms(wildcards(level="2")) == ["one-shot-long"]


def test_the_dense_network_and_one_level_of_the_main_chain_are_validated_on_a_finer_grid():
    study = files()
    every = {
        level: study.validated_every(wildcards(level=level, rewind="0")) for level in ("1", "2")
    }
    assert every == {"1": 1, "2": 5}
    assert study.validated_every(wildcards()) == 1  # the dense network
    assert study.validated_every(wildcards(level="0")) == 5  # it goes on
    assert study.validated_every(wildcards(chain="late")) == 5
    assert study.validated_every(wildcards(chain="late", level="1", rewind="0")) == 5


def test_a_controls_arms_are_those_of_its_level():
    study = files(controls={"fine-tuned": [0], "shuffled": [2, 1], "random": [2]})
    assert [study.arms(wildcards(level=str(n))) for n in range(3)] == [
        ["fine-tuned"],
        ["shuffled"],
        ["random", "shuffled"],
    ]


def test_all_histories_of_all_seeds_are_gathered_once():
    found = files().histories()
    expected = []
    for seeds in ("0-1", "2-2"):
        expected += at(f"main/seeds-{seeds}", "dense", "rewind-0/level-1", "rewind-0/level-2")
        expected += at(f"main/seeds-{seeds}", "controls/level-0", "controls/level-2")
        expected += at(f"half/seeds-{seeds}", "dense")
        expected += at(f"late/seeds-{seeds}", "dense")
        expected += at(
            f"late/seeds-{seeds}", *(f"rewind-{r}/level-{n}" for r in (0, 3) for n in (1, 2))
        )
    assert sorted(found) == sorted(f"{folder}/history.safetensors" for folder in expected)


def test_needles_lines_and_copies_of_all_seeds():
    study = files()
    needles = [
        path
        for seeds in ("0-1", "2-2")
        for chain in ("half", "main", "late")
        for path in at(f"{chain}/seeds-{seeds}", "needle/history.safetensors")
    ]
    assert sorted(study.needles()) == sorted(needles)
    assert study.lines() == [
        *at("late/seeds-0-1", "lines.csv"),
        *at("late/seeds-2-2", "lines.csv"),
    ]
    assert study.copies(wildcards(chain="late", seeds="2-2")) == at(
        "late/seeds-2-2", "branch-0/trained.safetensors", "branch-6/trained.safetensors"
    )


def test_a_whole_run_leaves_all_trained_weights_behind_each_once():
    study = files()
    found = study.checkpoints()
    assert len(set(found)) == len(found)
    assert all(path.endswith("trained.safetensors") for path in found)
    folders = {path.rpartition("/")[0] for path in found}
    trained = {path.rpartition("/")[0] for path in study.histories() if "/controls/" not in path}
    copies = {
        path.rpartition("/")[0]
        for s in ("0-1", "2-2")
        for path in study.copies(wildcards(chain="late", seeds=s))
    }
    assert folders == trained | copies


def test_more_seeds_are_more_files_and_no_file_of_the_old_ones_changes():
    old, new = files(), files(seeds=["0-1", "2-2", "3-9"])
    for name in ("histories", "needles", "lines"):
        before, after = set(old.gathered()[name]), set(new.gathered()[name])
        assert before < after
        assert all("seeds-3-9" in path for path in after - before)
    assert set(old.checkpoints()) < set(new.checkpoints())


def test_the_data_are_those_of_the_chain():
    assert files().data(wildcards()) == str(manifest("digits", Path("D")))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("main", "none", "main names the chain 'none'"),
        ("late", "none", "late names the chain 'none'"),
        ("instability.chain", "none", r"instability\.chain names the chain 'none'"),
        ("instability.points", [0, 5], r"instability\.points must be among the snapshots"),
        ("needles.chains", ["half", "main", "none"], r"needles\.chains\.2 names the chain 'none'"),
        ("controls.random", [3], r"controls\.random has a level that the chain main lacks"),
        ("controls.random", [-1], r"controls\.random has a level that the chain main lacks"),
        ("timing.every", 2, r"timing\.every must divide chains\.main\.evaluation\.every"),
        ("timing.level", 3, r"timing\.level is a level that the chain main lacks"),
        ("chains.main.evaluation.every", 31, r"evaluation\.every must be at most 30 steps"),
        ("chains.main.sample.validation", 0, r"set sample\.validation"),
        ("chains.late.rewind", [5], "every step in rewind must be among the snapshots"),
        ("chains.late.snapshots", [0, 3, 30], "snapshots must lie from 0 to 29"),
        ("chains.main.evaluation.early_step", 30, "early_step must lie before step 30"),
        ("chains.main.evaluation.last", 9, "early_step must lie before step -10"),
        ("chains.main.pruning.scope", "network", None),
        ("chains.main.pruning.keep", 1.0, "less than 1"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(path, value, message):
    changed = Lottery.model_validate(SETTINGS).model_dump(mode="json")
    *parents, last = path.split(".")
    place = changed
    for key in parents:
        place = place[key]
    place[last] = value
    if message is None:
        assert Lottery.model_validate(changed).chains["main"].pruning.scope == value
        return
    with pytest.raises(ValueError, match=message):
        Lottery.model_validate(changed)


def test_a_milder_output_layer_belongs_to_pruning_by_layer():
    changed = {**CHAIN, "pruning": {"scope": "network", "keep": 0.5, "keep_output": 0.9}}
    with pytest.raises(ValueError, match="keep_output belongs to the scope 'layer'"):
        files(chains=SETTINGS["chains"] | {"main": changed})


def test_the_work_of_a_long_training_is_that_of_so_many_trainings():
    cfg = {
        "lottery.chains.main.network": CHAIN["network"],
        "lottery.chains.main.training": CHAIN["training"],
    }
    seeds = {"seeds": "0-1"}
    long = STUDY.work["long"](cfg, seeds | {"trainings": "8"})
    assert long.amount == 8 * work_of(cfg, seeds).amount
