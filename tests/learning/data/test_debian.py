import gzip
import hashlib
import os
import shutil
import subprocess

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.debian import unpack_package
from workflow_scripts.learning.data.download import Content
from workflow_scripts.learning.data.origins import fashion_mnist
from workflow_scripts.learning.data.origins.fashion_mnist import obtain_fashion_mnist

needs_dpkg = pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="no Debian machine")

# Stands in for apt-get: knows the package only once private lists have been fetched.
APT = """#!/bin/sh
for word in "$@"; do
    case "$word" in
        Dir::State::Lists=*) lists=${word#*=} ;;
        update) touch "$lists/fetched"; echo "W: a third party failed" >&2; exit 100 ;;
        download) action=download ;;
    esac
done
if [ -n "$HAS_LISTS" ] || [ -e "$lists/fetched" ]; then cp "$PACKAGE" . ; exit 0; fi
echo "E: Unable to locate package" >&2
exit 100
"""


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """A real .deb with the four files behind a stand-in for apt-get; yields the files' contents."""
    files = {name: name.encode() * 20 for name in fashion_mnist.FASHION_MNIST}
    root = tmp_path / "root"
    data = root / "usr/share/datasets/fashion-mnist"
    data.mkdir(parents=True)
    for name, raw in files.items():
        (data / f"{name}.gz").write_bytes(gzip.compress(raw))
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN" / "control").write_text(
        "Package: dataset-fashion-mnist\nVersion: 1\nArchitecture: all\n"
        "Maintainer: A <a@example.org>\nDescription: test\n"
    )
    package = tmp_path / "dataset-fashion-mnist_1_all.deb"
    subprocess.run(["dpkg-deb", "-b", root, package], check=True, capture_output=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "apt-get").write_text(APT)
    (programs / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PACKAGE", str(package))
    return files


@needs_dpkg
@pytest.mark.parametrize("has_lists", ["", "yes"])
def test_a_package_is_unpacked_with_and_without_package_lists(
    tmp_path, apt, monkeypatch, has_lists, capsys
):
    monkeypatch.setenv("HAS_LISTS", has_lists)
    unpacked = unpack_package("dataset-fashion-mnist", tmp_path / "work")
    names = {path.name for path in unpacked.rglob("*.gz")}
    assert names == {f"{name}.gz" for name in apt}
    assert ("fetching private ones" in capsys.readouterr().out) == (not has_lists)


@needs_dpkg
def test_fashion_mnist_from_the_package_is_checked_and_leaves_nothing_else(
    tmp_path, apt, monkeypatch
):
    declared = {
        name: Content(len(raw), hashlib.sha256(raw).hexdigest()) for name, raw in apt.items()
    }
    monkeypatch.setattr(fashion_mnist, "FASHION_MNIST", declared)
    data = tmp_path / "data"
    assert obtain_fashion_mnist(data, ["debian"], None) == "debian"
    assert {p.name: p.read_bytes() for p in (data / "fashion-mnist").iterdir()} == apt
    assert [p.name for p in data.iterdir()] == ["fashion-mnist"]


@needs_dpkg
def test_the_complaint_of_apt_is_the_reason(tmp_path, apt, monkeypatch):
    monkeypatch.setenv("PACKAGE", "/nowhere.deb")
    monkeypatch.setenv("HAS_LISTS", "yes")
    with pytest.raises(UserError, match="apt left 0 packages"):
        unpack_package("dataset-fashion-mnist", tmp_path / "work")


def test_another_distribution_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="apt-get is not installed"):
        unpack_package("dataset-fashion-mnist", tmp_path / "work")
