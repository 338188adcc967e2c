import shutil
from pathlib import Path

import pytest
from configuration_example import FILES

from workflow_scripts.operation.configuration.settings import STUDIES

SHIPPED = Path(__file__).resolve().parents[3] / "config"


@pytest.fixture
def folder(tmp_path):
    """A whole configuration, to edit; the shipped one of studies that no test here is about."""
    for name, text in FILES.items():
        path = tmp_path / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.removeprefix("\n"))
    for study in STUDIES:
        if f"{study}.yaml" not in FILES:
            shutil.copy2(SHIPPED / f"{study}.yaml", tmp_path / "config")
    return tmp_path / "config"
