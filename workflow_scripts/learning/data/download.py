"""Bounded downloads and decompression: never more bytes than a file is known to have."""

import gzip
import hashlib
import http.client
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.artifacts.digest import sha256
from workflow_scripts.core.errors import UserError

TIMEOUT_S = 20.0
CHUNK = 1 << 20
PROGRESS = 5_000_000
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True)
class Content:
    """What a file must hold: its size in bytes and the SHA-256 of its (decompressed) content."""

    size: int
    sha256: str


def download(url: str, path: Path, limit: int) -> None:
    """Fetch `url` into `path`, a line of progress every 5 MB.

    Raises UserError when the server does not answer within 20 s, breaks off or sends more than
    `limit` bytes.
    """
    received = announced = 0
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response, replacing(path) as part:
            length = response.headers.get("Content-Length")
            with open(part, "wb") as written:
                for chunk in _chunks(response):
                    received += len(chunk)
                    if received > limit:
                        raise UserError(f"{url} sent more than the {limit} bytes expected")
                    written.write(chunk)
                    if received >= announced + PROGRESS:
                        announced = received
                        total = f" of {int(length) / 1e6:.0f}" if length else ""
                        print(f"  {path.name}: {received / 1e6:.0f}{total} MB", flush=True)
            if length is not None and received != int(length):
                raise UserError(f"{url} broke off after {received} of {length} bytes")
    except (OSError, http.client.HTTPException) as error:
        raise UserError(f"{url}: {error}") from error


def unpack_verified(packed: Path, target: Path, content: Content) -> None:
    """Write the content of `packed` (gzip or plain, told by its first bytes) to `target`.

    Decompression stops at the expected size, so a gzip bomb fills no disk. Raises UserError that
    names the file, the expected and the actual SHA-256 when one byte is wrong; then `target` does
    not exist.
    """
    total = hashlib.sha256()
    size = 0
    with open(packed, "rb") as raw, replacing(target) as part, open(part, "wb") as written:
        is_gzip = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        stream: BufferedIOBase = gzip.GzipFile(fileobj=raw) if is_gzip else raw
        try:
            for chunk in _chunks(stream):
                size += len(chunk)
                if size > content.size:
                    raise UserError(f"{packed.name} holds more than {content.size} bytes")
                total.update(chunk)
                written.write(chunk)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UserError(f"{packed.name} is cut short or damaged ({error})") from error
        if size < content.size:
            raise UserError(f"{packed.name} holds {size} of {content.size} bytes")
        if total.hexdigest() != content.sha256:
            raise _wrong_digest(packed, content, total.hexdigest())


def verify(path: Path, content: Content) -> None:
    """Raise UserError unless `path` has exactly the expected size and SHA-256, as it lies there."""
    if path.stat().st_size != content.size:
        raise UserError(f"{path.name} has {path.stat().st_size} bytes, expected {content.size}")
    actual = sha256(path)
    if actual != content.sha256:
        raise _wrong_digest(path, content, actual)


def _wrong_digest(path: Path, content: Content, actual: str) -> UserError:
    return UserError(f"{path.name} has SHA-256 {actual}, expected {content.sha256}")


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
