from pathlib import Path

from workflow_scripts.learning.memory import Memory
from workflow_scripts.learning.work import Work, work_of
from workflow_scripts.operation.plan.work import FOOTPRINTS, RULES, memory_of_job, work_of_job
from workflow_scripts.studies.registry import REGISTERED

ROOT = Path(__file__).resolve().parents[3]
RECALL = {"hopfield.recall": {"size": 10, "trials": 3, "sweeps": 4}}


def test_a_study_says_how_much_its_steps_compute():
    assert work_of_job("hopfield_recall", RECALL, {"seeds": "0-1"}) == Work(2 * 10**2 * 3 * 4, None)
    assert sum(len(study.work) for study in REGISTERED.values()) == len(RULES) > 0


def test_another_rule_is_scaled_by_its_network():
    assert "lottery_dense" not in RULES
    cfg = {
        "lottery.chains.a.network": {"kind": "mlp", "sizes": [4, 3, 2]},
        "lottery.chains.a.training": {"steps": 7, "batch_size": 5},
    }
    assert work_of_job("lottery_dense", cfg, {}) == work_of(cfg, {})


def test_a_study_says_how_much_its_steps_hold():
    rules = "".join(path.read_text() for path in (ROOT / "rules").glob("*.smk"))
    assert sum(len(study.footprint) for study in REGISTERED.values()) == len(FOOTPRINTS) > 40
    for name in FOOTPRINTS:
        assert f"rule {name}:" in rules


def test_another_rule_holds_what_training_its_network_does():
    cfg = {
        "s.network": {"kind": "mlp", "sizes": [40, 3, 2]},
        "s.training": {"optimiser": {"kind": "adam"}, "steps": 7, "batch_size": 5},
        "s.sample": {"dataset": "mnist-1d", "train": 300, "test": 100},
    }
    one, five = (memory_of_job("s_train", cfg, {"seeds": seeds}) for seeds in ("0-0", "0-4"))
    assert one.working < five.working
    # 300 examples of each seed and 100 of all, in float32, and the rows of each.
    assert five.data == (5 * 300 + 100) * 40 * 4 + 5 * 300 * 8
    assert memory_of_job("s_other", {}, {}) == Memory(0.0)
