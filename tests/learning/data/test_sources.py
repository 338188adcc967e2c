import gzip
import hashlib
import io
import os
import tarfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.datasets import load, paths
from workflow_scripts.learning.data.download import Content, download, unpack_verified
from workflow_scripts.learning.data.manifest import write_manifest
from workflow_scripts.learning.data.origins import cifar10, fashion_mnist
from workflow_scripts.learning.data.origins.cifar10 import extract_batches, obtain_cifar10
from workflow_scripts.learning.data.origins.fashion_mnist import obtain_fashion_mnist
from workflow_scripts.learning.data.origins.sources import ABANDONED_S, IN_PLACE, first_that_works


def content(raw):
    return Content(len(raw), hashlib.sha256(raw).hexdigest())


def idx(magic, dimensions, raw):
    return magic + b"".join(d.to_bytes(4, "big") for d in dimensions) + raw


@pytest.fixture
def published(monkeypatch):
    """Four small synthetic idx files, declared to be the published ones."""
    generator = np.random.default_rng(0)
    files = {}
    for prefix, n in (("train", 30), ("t10k", 12)):
        images = generator.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        labels = generator.integers(0, 10, n, dtype=np.uint8)
        files[f"{prefix}-images-idx3-ubyte"] = idx(b"\0\0\x08\x03", (n, 28, 28), images.tobytes())
        files[f"{prefix}-labels-idx1-ubyte"] = idx(b"\0\0\x08\x01", (n,), labels.tobytes())
    monkeypatch.setattr(
        fashion_mnist, "FASHION_MNIST", {name: content(raw) for name, raw in files.items()}
    )
    return files


def lay_out(folder, files, compressed):
    folder.mkdir()
    for name, raw in files.items():
        if compressed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(raw, mtime=0))
        else:
            (folder / name).write_bytes(raw)
    return folder


@pytest.fixture
def served(tmp_path_factory):
    """A folder that a server on this machine's loopback shows, and its address."""
    folder = tmp_path_factory.mktemp("served")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    class Unmoved(ThreadingHTTPServer):
        def handle_error(self, *_):
            """A client that hangs up, as the bounded download does, is none of our business."""

    server = Unmoved(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def assert_obtained(folder, files):
    for path in paths("fashion-mnist", folder):
        assert path.read_bytes() == files[path.name]
    assert sorted(p.name for p in folder.iterdir()) == ["fashion-mnist"]
    assert len(list((folder / "fashion-mnist").iterdir())) == 4
    assert len(load("fashion-mnist", "train", folder).labels) == 30


@pytest.mark.parametrize("compressed", [True, False])
def test_a_local_folder_plain_or_compressed(tmp_path, published, compressed):
    local = lay_out(tmp_path / "local", published, compressed)
    assert obtain_fashion_mnist(tmp_path / "data", ["folder"], local) == "folder"
    assert_obtained(tmp_path / "data", published)


@pytest.mark.parametrize("compressed", [True, False])
def test_right_files_in_place_are_taken_without_any_source(tmp_path, published, compressed):
    place = tmp_path / "data" / "fashion-mnist"
    place.parent.mkdir()
    lay_out(place, published, compressed)
    assert obtain_fashion_mnist(tmp_path / "data", ["folder"], None) == IN_PLACE
    for name, raw in published.items():
        assert (place / name).read_bytes() == raw
    assert [p.name for p in place.parent.iterdir()] == ["fashion-mnist"]


def test_files_that_are_not_all_right_stay_where_no_source_works(tmp_path, published):
    place = tmp_path / "fashion-mnist"
    lay_out(place, published, compressed=False)
    wrong = place / "train-labels-idx1-ubyte"
    wrong.write_bytes(wrong.read_bytes()[:-1] + b"\xff")
    before = {path: path.read_bytes() for path in place.iterdir()}
    with pytest.raises(UserError, match=r"the folder of the data set: train-labels.*SHA-256"):
        obtain_fashion_mnist(tmp_path, ["folder"], None)
    assert {path: path.read_bytes() for path in place.iterdir()} == before


def test_two_clones_fetch_into_one_folder_at_once(tmp_path, published):
    """Each waits for the other in the middle, where both have files under way."""
    local = lay_out(tmp_path / "local", published, compressed=True)
    both = threading.Barrier(2)
    target = tmp_path / "data"

    def obtain(staging):
        for name, content in fashion_mnist.FASHION_MNIST.items():
            unpack_verified(local / f"{name}.gz", staging / name, content)
            both.wait(timeout=60)

    def refuse(place):
        raise UserError("not there yet")

    def fetch():
        return first_that_works(
            "fashion-mnist", target, ["folder"], {"folder": obtain}, "nothing helps", refuse
        )

    with ThreadPoolExecutor(2) as threads:
        used = [each.result() for each in [threads.submit(fetch) for _ in range(2)]]
    assert used == ["folder", "folder"]
    assert_obtained(target, published)


def test_what_a_killed_job_left_is_deleted_after_a_day(tmp_path, published):
    local = lay_out(tmp_path / "local", published, compressed=True)
    old, young = (tmp_path / "data" / f".fashion-mnist.{n}.obtaining" for n in ("old", "young"))
    for left, age in ((old, 2 * ABANDONED_S), (young, 0)):
        left.mkdir(parents=True)
        os.utime(left, (time.time() - age,) * 2)
    obtain_fashion_mnist(tmp_path / "data", ["folder"], local)
    assert not old.exists()
    assert young.exists()


def test_the_official_server(tmp_path, published, served, monkeypatch):
    folder, address = served
    for name, raw in published.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(raw))
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST_URL", address)
    used = obtain_fashion_mnist(tmp_path / "data", ["folder", "official", "debian"], None)
    assert used == "official"
    assert_obtained(tmp_path / "data", published)


def test_a_wrong_byte_is_named_with_both_digests_and_the_next_source_is_used(
    tmp_path, published, served, monkeypatch, capsys
):
    local = lay_out(tmp_path / "local", published, compressed=True)
    name = "t10k-images-idx3-ubyte"
    wrong = bytearray(published[name])
    wrong[100] ^= 1
    (local / f"{name}.gz").write_bytes(gzip.compress(bytes(wrong)))
    folder, address = served
    for file, raw in published.items():
        (folder / f"{file}.gz").write_bytes(gzip.compress(raw))
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST_URL", address)

    used = obtain_fashion_mnist(tmp_path / "data", ["folder", "official"], local)

    assert used == "official"
    assert_obtained(tmp_path / "data", published)
    printed = capsys.readouterr().out
    assert "fashion-mnist: trying folder" in printed
    assert f"{name}.gz" in printed
    assert hashlib.sha256(bytes(wrong)).hexdigest() in printed
    assert hashlib.sha256(published[name]).hexdigest() in printed


def test_when_no_source_works_each_is_listed_and_old_files_stay(
    tmp_path, published, served, monkeypatch
):
    local = lay_out(tmp_path / "local", published, compressed=False)
    (local / "train-labels-idx1-ubyte").unlink()
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST_URL", served[1])  # serves nothing: 404

    def no_apt(package, work):
        raise UserError("apt-get is not installed")

    monkeypatch.setattr(fashion_mnist, "unpack_package", no_apt)
    old = paths("fashion-mnist", tmp_path / "data")[0]
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    with pytest.raises(UserError) as failed:
        obtain_fashion_mnist(tmp_path / "data", ["folder", "official", "debian"], local)
    message = str(failed.value)
    assert f"folder: {local} has no train-labels-idx1-ubyte" in message
    assert "official: http://127.0.0.1" in message
    assert "404" in message
    assert "debian: apt-get is not installed" in message
    assert "set data.fashion-mnist.local_folder" in message
    assert "\n" not in message
    assert old.read_bytes() == b"old"
    assert [p.name for p in old.parent.iterdir()] == [old.name]


def test_an_unreachable_server_is_a_reason_not_a_crash(tmp_path, published, monkeypatch):
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST_URL", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"official: .*refused.*folder: local_folder is not set"):
        obtain_fashion_mnist(tmp_path, ["official", "folder"], None)
    with pytest.raises(UserError, match="no source 'torrent': choose from folder"):
        obtain_fashion_mnist(tmp_path, ["torrent"], None)


def test_a_download_is_bounded_and_says_how_far_it_is(tmp_path, served, capsys):
    folder, address = served
    (folder / "big").write_bytes(bytes(11_000_000))
    download(f"{address}/big", tmp_path / "big", limit=11_000_000)
    assert (tmp_path / "big").stat().st_size == 11_000_000
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all("of 11 MB" in line for line in lines)
    with pytest.raises(UserError, match="sent more than the 1000 bytes expected"):
        download(f"{address}/big", tmp_path / "bounded", limit=1000)
    assert not (tmp_path / "bounded").exists()


def archive(path, members):
    with tarfile.open(path, "w:gz") as made:
        for member, raw in members:
            if isinstance(member, str):
                member = tarfile.TarInfo(member)
            member.size = len(raw)
            made.addfile(member, io.BytesIO(raw))
    return path


@pytest.fixture
def batches(monkeypatch):
    """Six batches of two records in the real format."""
    monkeypatch.setattr(cifar10, "CIFAR10_BATCH_SIZE", 2 * 3073)
    names = [path.name for path in paths("cifar-10", Path())]
    return {name: bytes([i, *[i] * 3072, 9 - i, *[i] * 3072]) for i, name in enumerate(names)}


def members_of(batches):
    return [(f"cifar-10-batches-bin/{name}", raw) for name, raw in batches.items()]


def declare(monkeypatch, path):
    monkeypatch.setattr(cifar10, "CIFAR10_ARCHIVE", content(path.read_bytes()))


@pytest.mark.parametrize("source", ["folder", "official"])
def test_cifar10_from_its_archive(tmp_path, batches, served, monkeypatch, source):
    folder, address = served
    extra = [("cifar-10-batches-bin/readme.html", b"<p>"), *members_of(batches)]
    packed = archive(folder / "cifar-10-binary.tar.gz", extra)
    declare(monkeypatch, packed)
    monkeypatch.setattr(cifar10, "CIFAR10_URL", f"{address}/{packed.name}")
    used = obtain_cifar10(tmp_path, [source], folder)
    assert used == source
    assert {p.name: p.read_bytes() for p in (tmp_path / "cifar-10").iterdir()} == batches
    assert [p.name for p in tmp_path.iterdir()] == ["cifar-10"]
    np.testing.assert_array_equal(load("cifar-10", "test", tmp_path).labels, [5, 4])


def test_cifar10_in_place_needs_no_source(tmp_path, batches, monkeypatch):
    place = tmp_path / "cifar-10"
    place.mkdir()
    packed = archive(place / "cifar-10-binary.tar.gz", members_of(batches))
    declare(monkeypatch, packed)
    assert obtain_cifar10(tmp_path, ["folder"], None) == IN_PLACE
    write_manifest("cifar-10", tmp_path)
    packed.unlink()
    assert obtain_cifar10(tmp_path, ["folder"], None) == IN_PLACE
    (place / "test_batch.bin").write_bytes(b"other")
    with pytest.raises(UserError, match="no source provided cifar-10"):
        obtain_cifar10(tmp_path, ["folder"], None)


def test_a_changed_cifar10_archive_is_not_even_opened(tmp_path, batches, monkeypatch):
    packed = archive(tmp_path / "cifar-10-binary.tar.gz", members_of(batches))
    declare(monkeypatch, packed)
    changed = bytearray(packed.read_bytes())
    changed[-3] ^= 1
    packed.write_bytes(changed)
    monkeypatch.setattr(cifar10, "extract_batches", None)
    with pytest.raises(UserError, match=r"folder: cifar-10-binary.tar.gz has SHA-256 .*expected"):
        obtain_cifar10(tmp_path / "data", ["folder"], tmp_path)


def link(name, target):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = tarfile.SYMTYPE, target
    return member


@pytest.mark.parametrize(
    "bad",
    [
        ("../escaped.bin", b"x"),
        ("cifar-10-batches-bin/../../escaped.bin", b"x"),
        (link("cifar-10-batches-bin/link", "../../.."), b""),
        (link("cifar-10-batches-bin/link", "/etc/passwd"), b""),
    ],
)
def test_an_archive_that_points_outside_is_refused(tmp_path, batches, bad):
    packed = archive(tmp_path / "evil.tar.gz", [bad, *members_of(batches)])
    target = tmp_path / "one" / "two"
    target.mkdir(parents=True)
    with pytest.raises(UserError, match=r"evil.tar.gz is refused"):
        extract_batches(packed, target)
    assert not list(tmp_path.rglob("escaped.bin"))
    assert not list(target.iterdir())


def test_an_absolute_member_is_ignored(tmp_path, batches):
    outside = tmp_path / "outside.bin"
    packed = archive(tmp_path / "odd.tar.gz", [(str(outside), b"x"), *members_of(batches)])
    target = tmp_path / "target"
    target.mkdir()
    extract_batches(packed, target)
    assert not outside.exists()
    assert {p.name for p in target.iterdir() if p.is_file()} == set(batches)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda members: members[:-1], "lacks cifar-10-batches-bin/test_batch.bin"),
        (lambda members: [(members[0][0], b"short"), *members[1:]], "no complete batch"),
        (
            lambda members: [(link(members[0][0], "readme.html"), b""), *members[1:]],
            "no complete batch",
        ),
    ],
)
def test_an_incomplete_cifar10_archive_is_refused(tmp_path, batches, spoil, reason):
    packed = archive(tmp_path / "part.tar.gz", spoil(members_of(batches)))
    (tmp_path / "target").mkdir()
    with pytest.raises(UserError, match=reason):
        extract_batches(packed, tmp_path / "target")


def test_a_truncated_or_wrong_archive_is_refused(tmp_path, batches):
    packed = archive(tmp_path / "cut.tar.gz", members_of(batches))
    packed.write_bytes(packed.read_bytes()[:-20])
    (tmp_path / "target").mkdir()
    with pytest.raises(UserError, match=r"cut.tar.gz is refused"):
        extract_batches(packed, tmp_path / "target")
    packed.write_bytes(b"not an archive")
    with pytest.raises(UserError, match=r"cut.tar.gz is refused"):
        extract_batches(packed, tmp_path / "target")
