"""A study that was added by adding files is sent to the cluster like all others."""

from collections import Counter

import pytest

from tests.slurm.cluster import Cluster
from tests.slurm.slurm_copy import PROFILE
from tests.workflow.repository_copy import RepositoryCopy
from tests.workflow.toy_study import add_toy
from workflow_scripts.core.artifacts.atomic import read_json

pytestmark = pytest.mark.slurm


def test_what_measures_is_sent_and_what_reads_tables_is_not(
    copy: RepositoryCopy, cluster: Cluster
) -> None:
    add_toy(copy)
    copy.run(*PROFILE, "toy")
    shown = cluster.run("scontrol", "--oneliner", "show", "job").splitlines()
    fields = [dict(part.split("=", 1) for part in line.split() if "=" in part) for line in shown]
    ours = [each for each in fields if each["WorkDir"] == str(copy.root)]
    rules = [each["Comment"].partition("_wildcards_")[0] for each in ours]
    assert Counter(rules) == {"rule_toy_throw": 2}
    assert {each["JobState"] for each in ours} == {"COMPLETED"}
    assert not any("gpu" in each.get("TresPerJob", "") for each in ours)
    assert read_json(copy.root / "results/smoke/toy/claims.json")["study"] == "toy"
    assert copy.plan("toy").jobs == {}
