import gzip
import hashlib

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.download import Content, unpack_verified


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda raw: gzip.compress(raw)[:-9], "cut short or damaged"),
        (lambda raw: gzip.compress(raw)[:40], "cut short or damaged"),
        (lambda raw: gzip.compress(raw)[:-8] + b"\0" * 8, "cut short or damaged"),  # its CRC
        (lambda raw: gzip.compress(raw[:-1]), "holds only 999 of 1000 bytes"),
        (lambda raw: gzip.compress(raw + b"\0" * 10_000_000), "holds more than 1000 bytes"),
        (lambda raw: raw + b"\0", "holds more than 1000 bytes"),
        (lambda raw: b"", "holds only 0 of 1000 bytes"),
        (lambda raw: b"<html>" + raw[6:], "has SHA-256 .*, expected"),
    ],
)
def test_what_is_not_the_published_content_leaves_no_file(tmp_path, spoil, reason):
    raw = bytes(range(250)) * 4
    (tmp_path / "packed").write_bytes(spoil(raw))
    with pytest.raises(UserError, match=f"packed {reason}|packed is {reason}"):
        unpack_verified(
            tmp_path / "packed",
            tmp_path / "target",
            Content(len(raw), hashlib.sha256(raw).hexdigest()),
        )
    assert [p.name for p in tmp_path.iterdir()] == ["packed"]
