"""The SHA-256 of a file."""

from hashlib import file_digest
from pathlib import Path


def sha256(path: str | Path) -> str:
    """SHA-256 of the bytes of `path`, 64 hexadecimal digits, as `sha256sum` prints it."""
    with open(path, "rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
