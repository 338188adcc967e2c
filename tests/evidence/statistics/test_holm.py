import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.evidence.statistics.holm import holm

p_values = st.lists(st.floats(0, 1), max_size=12)


def brute_force(p):
    """Holm's procedure itself: the smallest alpha at which each hypothesis is rejected."""

    def rejected(alpha):
        out = set()
        for step, index in enumerate(np.argsort(p, kind="stable")):
            if p[index] * (len(p) - step) > alpha:
                break
            out.add(int(index))
        return out

    levels = sorted({p[i] * k for i in range(len(p)) for k in range(1, len(p) + 1)} | {0.0, 1.0})
    levels = [level for level in levels if level <= 1]
    return [next((level for level in levels if i in rejected(level)), 1.0) for i in range(len(p))]


def test_the_known_example():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(p_values)
def test_holm_is_the_procedure_by_brute_force(p):
    assert holm(p).tolist() == pytest.approx(brute_force(p))


@given(p_values)
def test_corrected_values_keep_the_order_and_never_fall(p):
    adjusted = holm(p)
    assert (adjusted >= np.array(p)).all()
    assert (adjusted <= 1).all()
    assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()


@given(p_values, st.integers(1, 5))
def test_certainties_do_not_cost_the_others(p, zeros):
    assert holm([0.0] * zeros + p)[zeros:] == pytest.approx(holm(p))


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(bad):
    with pytest.raises(ValueError, match="p-values"):
        holm([0.5, bad])
