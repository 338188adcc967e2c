"""What the tests of each study's `work.py` have in common: does work grow as arithmetic does?"""

import copy

import pytest

SEEDS = {"seeds": "0-4"}
NETWORK = {"kind": "mlp", "sizes": [40, 8, 10]}


def times(factor):
    """A change of a number by a factor."""
    return lambda value: value * factor


def changed(cfg, wildcards, path, change):
    """Settings, or wildcards, with the one value at `path` replaced or changed by a function."""
    cfg, wildcards = copy.deepcopy(cfg), dict(wildcards)
    if path in wildcards:
        holder, name = wildcards, path
    elif path in cfg:
        holder, name = cfg, path
    else:
        above, _, name = path.rpartition(".")
        holder = cfg[above]
    holder[name] = change(holder[name]) if callable(change) else change
    return cfg, wildcards


def check_growth(work, cfg, wildcards, path, change, factor):
    """Fail unless a change of one setting or wildcard changes the work by a factor."""
    before = work(cfg, wildcards).amount
    after = work(*changed(cfg, wildcards, path, change)).amount
    assert after == pytest.approx(factor * before, rel=0.02)


def check_seeds(work, cfg, wildcards):
    """Fail unless five seeds are five times the work of one."""
    one, five = ({**wildcards, "seeds": seeds} for seeds in ("7-7", "0-4"))
    assert work(cfg, five).amount == 5 * work(cfg, one).amount > 0
