import pytest

from workflow_scripts.operation.progress.course import (
    Course,
    StartedJob,
    last_words,
    step_of,
    time_left,
)


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def course(clock):
    return Course(clock, total=3, cores=1, expected={1: 30.0, 2: 30.0, 3: None})


def job(clock, log=None):
    return StartedJob("lottery", "seeds 0-1", log, clock())


def test_what_is_left_is_what_is_expected_less_what_has_passed(course, clock):
    assert course.left() == 60.0
    course.start(1, job(clock))
    clock.now += 10
    assert course.left() == 50.0
    assert course.left_of(1) == 20.0
    clock.now += 20
    assert course.finish(1) == (job(Clock()), 30.0)
    assert course.left() == 30.0
    assert course.done == 1


def test_a_slow_machine_takes_longer_for_the_rest_too(course, clock):
    course.start(1, job(clock))
    clock.now += 60  # twice what it took before
    course.finish(1)
    assert course.left() == pytest.approx(60.0)


def test_two_cores_take_half_the_time_but_no_less_than_the_longest_job(course):
    course.cores = 2
    assert course.left() == 30.0
    course.expected = {1: 90.0, 2: 10.0}
    assert course.left() == 90.0


def test_on_a_cluster_nothing_is_said_of_the_time(course):
    course.cores = None
    assert course.left() is None


def test_a_job_that_is_started_again_is_waited_for_again(course, clock):
    course.start(1, job(clock))
    clock.now += 30
    course.finish(1)
    assert course.left() == 30.0
    course.start(1, job(clock))
    assert course.left() == 60.0


def test_steps_are_read_from_the_end_of_the_log(course, clock, tmp_path):
    log = tmp_path / "a.log"
    assert step_of(log) is None
    log.write_text(
        "2 tents\nstep 9 of 50, 3 steps/s, 14 s left\nstep 12 of 50, 3 steps/s, 12 s left\n"
    )
    assert step_of(log) == (12, 50, 12.0)
    course.start(3, job(clock, log))
    assert course.left_of(3) == 12.0
    course.start(1, job(clock, log))
    assert course.left_of(1) == 30.0  # this training is not its last


def test_a_failure_is_told_by_its_error_and_an_interruption_is_none(course, clock, tmp_path):
    log = tmp_path / "a.log"
    log.write_text("step 1\nerror: out of memory: request more\n")
    course.start(1, job(clock, log))
    assert course.fail(1)[1] == "error: out of memory: request more"
    assert course.failed == ["lottery: seeds 0-1"]
    log.write_text("step 1\ninterrupted: run the same command again to continue\n")
    course.start(2, job(clock, log))
    assert course.fail(2) is None
    assert course.interrupted
    assert len(course.failed) == 1


def test_a_bug_is_told_by_its_exception(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("Traceback (most recent call last):\n  line 1\nValueError: no\n")
    assert last_words(log) == "ValueError: no"
    assert last_words(None) == ""


def test_time_left_in_words():
    assert time_left(600.0) == "about 10 min left"
    assert time_left(None) == time_left(0.2) == ""
