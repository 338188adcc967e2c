"""The README's example of data of one's own is what a user can run, and fits both studies."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from workflow_scripts.learning.data import prepare
from workflow_scripts.learning.data.datasets import load
from workflow_scripts.learning.data.manifest import verify
from workflow_scripts.operation.configuration.load import load_configuration, lookup

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def digits(tmp_path, monkeypatch):
    """The settings of the example, in a folder that has its files."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    (settings,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    (tmp_path / "mine.yaml").write_text(settings)
    assert settings.count("\n") == 6  # as few as that
    monkeypatch.chdir(tmp_path)
    return load_configuration(ROOT / "config", {"scale": "laptop"}, [Path("mine.yaml")])


def test_both_studies_follow_the_data(digits):
    assert digits.run == "digits"
    minima, tickets = digits.sharpness.tasks["images"], digits.lottery.chains["lenet"]
    for part in (minima, tickets):
        assert part.sample.dataset == "arrays/mine"
        assert part.sample.train + part.sample.validation <= 1797 - 360
        assert part.sample.test == 360
        assert part.network.sizes[0] == 64
        assert part.network.sizes[-1] == 10
    assert digits.lottery.chains["resnet"].sample.dataset == "mnist-1d"  # nothing stands for it


def test_what_jobs_map_is_what_the_user_saved(digits, tmp_path):
    output = tmp_path / "data/arrays/mine/SHA256SUMS"
    output.parent.mkdir(parents=True)
    params = SimpleNamespace(cfg={"data.mine": lookup(digits, "data.mine")})
    prepare.main(SimpleNamespace(params=params, output=[str(output)]))
    verify("arrays/mine", tmp_path / "data")
    train, test = (load("arrays/mine", split, tmp_path / "data") for split in ("train", "test"))
    assert (train.inputs.shape, test.inputs.shape) == ((1437, 8, 8), (360, 8, 8))
    assert train.classes == 10
    assert train.inputs.dtype == "uint8"
