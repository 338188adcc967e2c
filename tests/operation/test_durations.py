import pytest

from workflow_scripts.operation.durations import spoken


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "under 1 s"),
        (45.4, "45 s"),
        (99.4, "99 s"),
        (100.0, "2 min"),
        (90 * 60, "90 min"),
        (3 * 3600 + 600, "3 h 10 min"),
        (4 * 86400, "4 days"),
    ],
)
def test_a_duration_is_said_in_the_unit_that_matters(seconds, words):
    assert spoken(seconds) == words
