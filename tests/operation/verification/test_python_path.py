import os

import pytest

from workflow_scripts.operation.verification.python_path import put_first


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, "/a"), ("", "/a"), ("/b::/c", "/a:/b:/c"), ("/b:/a", "/a:/b"), ("/a", "/a")],
)
def test_the_checkout_comes_first_and_once(monkeypatch, tmp_path, before, after):
    if before is None:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    else:
        monkeypatch.setenv("PYTHONPATH", before.replace("/a", str(tmp_path)))
    put_first(tmp_path)
    assert os.environ["PYTHONPATH"] == after.replace("/a", str(tmp_path))
