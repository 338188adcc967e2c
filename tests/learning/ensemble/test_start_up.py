import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from tests.learning.ensemble.test_trainer import OPTIMISERS, ensemble, train, training
from workflow_scripts.learning.ensemble.resume import ResumeState

for optimiser in OPTIMISERS:
    state = ResumeState(sys.argv[1], optimiser)
    train(ensemble(), training(optimiser, steps=2), resume=state)
sys.exit("torch._dynamo" in sys.modules)
"""


@pytest.mark.thorough
def test_training_does_without_torchs_compiler(tmp_path):
    """Its import takes a second, in every job that trains."""
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "state.safetensors")]
    assert subprocess.run(command, cwd=root).returncode == 0
