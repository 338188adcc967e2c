import json

import pytest
import yaml

from workflow_scripts.core.code_key import PACKAGE
from workflow_scripts.evidence.paper.settings import leaves, settings_of

ARM = {"rate": 0.1, "steps": 5, "network": {"kind": "mlp", "sizes": [2, 3]}}
PROVENANCE = PACKAGE.parent / "results" / "laptop" / "provenance.json"


def test_a_group_like_the_first_says_what_differs():
    other = {**ARM, "rate": 0.2}
    rows = settings_of({"arms": {"a": ARM, "b": other, "c": ARM}, "main": "a"})
    assert rows == [
        {"key": "arms.a", "value": "{network: {kind: mlp, sizes: [2, 3]}, rate: 0.1, steps: 5}"},
        {"key": "arms.b", "value": "as arms.a, but rate: 0.2"},
        {"key": "arms.c", "value": "as arms.a"},
        {"key": "main", "value": "a"},
    ]


def test_a_setting_that_is_gone_is_said_and_a_group_of_its_own_is_written_out():
    fewer = {"rate": 0.1, "network": ARM["network"]}
    rows = settings_of({"arms": {"a": ARM, "b": fewer, "c": {"kind": "x"}, "d": 5}})
    assert [row["value"] for row in rows[1:]] == ["as arms.a, but no steps", "{kind: x}", "5"]


@pytest.mark.parametrize("study", json.loads(PROVENANCE.read_text())["settings"])
def test_no_setting_of_the_committed_run_is_lost(study):
    """Every group can be put together again from its line and that of the first."""
    cfg = json.loads(PROVENANCE.read_text())["settings"][study]
    lines = {row["key"]: row["value"] for row in settings_of(cfg)}
    for key, text in lines.items():
        value = cfg
        for name in key.split(".", 1):
            value = value[name]
        if not text.startswith("as "):
            assert yaml.safe_load(text) == json.loads(json.dumps(value))
            continue
        first, _, but = text.removeprefix("as ").partition(", but ")
        above, name = first.split(".", 1)
        expected = leaves(cfg[above][name])
        for leaf, each in leaves(value).items():
            assert expected.get(leaf) == each or f"{leaf}: " in but
        for leaf in expected:
            assert leaf in leaves(value) or f"no {leaf}" in but
