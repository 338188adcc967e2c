import pytest
from configuration_example import FILES


@pytest.fixture
def folder(tmp_path):
    """A whole configuration, to edit."""
    for name, text in FILES.items():
        path = tmp_path / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.removeprefix("\n"))
    return tmp_path / "config"
