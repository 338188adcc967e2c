from workflow_scripts.learning.work import Work, work_of
from workflow_scripts.operation.plan.work import RULES, work_of_job
from workflow_scripts.studies.registry import REGISTERED

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
