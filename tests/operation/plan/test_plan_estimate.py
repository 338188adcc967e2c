import json
from dataclasses import replace

import pytest

from workflow_scripts.learning.work import work_of
from workflow_scripts.operation.plan.estimate import (
    Estimate,
    estimate,
    hours,
    read_records,
    speed_up,
)
from workflow_scripts.operation.plan.jobs import PlannedJob, gpus_of

WORK_OF = "workflow_scripts.operation.plan.estimate.work_of_job"
MLP = {"kind": "mlp", "sizes": [4, 3, 2]}
WIDE = {"kind": "mlp", "sizes": [784, 4000, 4000, 10]}


def cfg(steps=100, network=MLP):
    return {"s.network": network, "s.training": {"steps": steps, "batch_size": 10}}


def stage(rule="s_train", seeds="0-4", worked=10.0, seconds=12.0, device="cpu", **more):
    return {
        "rule": rule,
        "wildcards": {"seeds": seeds, "chain": "a"},
        "params": {"cfg": cfg(), "code": {}},
        "inputs": {},
        "outputs": {},
        "threads": 1,
        "device": device,
        "seconds": seconds,
        "work_seconds": worked,
        **more,
    }


@pytest.fixture
def records(tmp_path):
    """Records as a run leaves them."""

    def write(*stages):
        folder = tmp_path / "results" / "laptop"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "provenance.json").write_text(json.dumps({"stages": stages}))
        return read_records(tmp_path / "results")

    return write


def job(rule="s_train", seeds="0-4", steps=100, gpus=0, network=MLP):
    wildcards = {"seeds": seeds, "chain": "a"}
    return PlannedJob(rule, wildcards, cfg(steps, network), gpus=gpus)


def on_gpu(**settings):
    """A job that has a GPU and reads on which device to compute."""
    asked = job(gpus=1, **settings)
    return replace(asked, cfg=asked.cfg | {"device": "auto"})


def test_a_job_that_ran_takes_as_long_again(records):
    assert estimate(job(), records(stage())) == Estimate(12.0)


def test_work_is_scaled_and_start_up_is_not(records):
    known = records(stage())
    assert estimate(job(steps=1000), known).seconds == pytest.approx(2 + 100)
    assert estimate(job(seeds="0-9"), known).seconds == pytest.approx(2 + 20)


def test_nothing_is_built_to_be_counted_where_the_work_is_the_same(records, monkeypatch):
    known = records(stage())
    monkeypatch.setattr(WORK_OF, lambda *_: pytest.fail("a network was counted"))
    assert estimate(job(seeds="5-9"), known) == Estimate(12.0)


def test_a_record_of_other_code_is_left_out(records):
    old = stage(params={"cfg": {"s.network": MLP, "s.training": {}}, "code": {}}, worked=99.0)
    old["wildcards"] = {"seeds": "0-4-what", "chain": "a"}
    assert estimate(job(), records(old)) == Estimate(None)
    assert estimate(job(seeds="5-9"), records(old, stage())) == Estimate(12.0)


def test_what_never_ran_has_no_estimate(records):
    assert estimate(job("s_other"), records(stage())) == Estimate(None)


def test_the_records_that_share_most_wildcards_count(records):
    known = records(stage(seeds="0-4"), stage(seeds="5-9", worked=40.0, seconds=42.0))
    assert estimate(job(seeds="5-9"), known).seconds == pytest.approx(42.0)
    assert estimate(job(seeds="10-14"), known).seconds == pytest.approx((12 + 42) / 2)


def test_a_busy_machines_wall_time_is_not_the_cost(records):
    known = records(stage(worked=30.0, seconds=36.0, cpu_seconds=12.0))
    assert estimate(job(), known).seconds == pytest.approx(12.0)


def test_a_job_that_was_starved_cost_the_little_that_it_had(records):
    known = records(stage(worked=1200.0, seconds=1300.0, cpu_seconds=130.0))
    assert estimate(job(), known).seconds == pytest.approx(130.0)


def test_a_gpus_time_is_its_record_once_there_is_one(records):
    known = records(stage(), stage(device="NVIDIA A100", worked=3.0, seconds=5.0))
    found = estimate(on_gpu(steps=1000), known)
    assert (found.on_gpu, found.guessed) == (True, False)
    assert found.seconds == pytest.approx(2 + 30)
    assert estimate(job(), known) == Estimate(12.0)


def test_a_gpus_time_is_guessed_before(records):
    found = estimate(on_gpu(network=WIDE), records(stage()))
    assert (found.on_gpu, found.guessed) == (True, True)
    on_core = estimate(job(network=WIDE), records(stage()))
    assert 2 < found.seconds < on_core.seconds


def test_a_step_that_knows_no_device_gains_nothing_by_a_gpu(records):
    known = records(stage())
    assert estimate(job(gpus=1, network=WIDE), known) == estimate(job(network=WIDE), known)


def test_a_gpu_helps_big_networks_and_not_small_ones():
    assert speed_up(work_of(cfg(), {"seeds": "0-0"})) < 1
    assert 100 < speed_up(work_of(cfg(network=WIDE), {"seeds": "0-9"})) < 1000


def test_hours_are_summed_by_device():
    each = [Estimate(3600.0), Estimate(1800.0, on_gpu=True), Estimate(None)]
    assert hours(each, on_gpu=False) == 1.0
    assert hours(each, on_gpu=True) == 0.5


@pytest.mark.parametrize(
    ("gpu", "gres", "count"),
    [
        (2, None, 2),
        (0, None, 0),
        (0, "gpu:3", 3),
        (None, "gpu:a100:2", 2),
        (0, "gpu", 1),
        (None, "shard:4", 0),
        (None, "gpu:a100", 1),
    ],
)
def test_gpus_are_counted_however_they_are_asked_for(gpu, gres, count):
    assert gpus_of(gpu, gres) == count
