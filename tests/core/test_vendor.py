"""The bytes are the same on processors of Intel and of AMD, each in the place of the other."""

import os
import platform
import sys

import pytest

from tests.core.test_arithmetic import STARTED, TRAINING, output_of
from workflow_scripts.core.shared_library import constant_functions
from workflow_scripts.core.vendor import ANSWERS, PRELOAD, export_vendor

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="MKL of x86-64 Linux"
)
MAKERS = {"intel": (1, 1, 0, 5), "amd": (0, 0, 1, 0)}
"""What MKL finds on processors of each maker."""
PRODUCTS = """
    import hashlib
    import torch
    fix_arithmetic(1)
    draw = torch.Generator().manual_seed(0)
    found = hashlib.sha256()
    for kind in (torch.float32, torch.float64):
        for rows in (1, 7, 60, 200):
            left = torch.randn(5, rows, 300, generator=draw, dtype=kind)
            right = torch.randn(5, 300, 100, generator=draw, dtype=kind)
            for product in (torch.bmm(left, right), left[0] @ right[0], left[0] @ right[0, :, 0]):
                found.update(product.numpy().tobytes())
        square = torch.randn(60, 60, generator=draw, dtype=kind)
        spectrum = torch.linalg.eigvalsh(square @ square.T)
        for each in (spectrum, torch.linalg.qr(square)[1], square.exp(), square.tanh()):
            found.update(each.numpy().tobytes())
    print(found.hexdigest())
"""
FUNCTIONS = """
    import hashlib
    import torch
    fix_arithmetic(1)
    draw = torch.Generator().manual_seed(0)
    values = torch.rand(2, 10**5, generator=draw, dtype=torch.float64)
    for name in "sqrt log log2 log10 tan atan acos asin exp tanh sin erf".split():
        found = hashlib.sha256()
        for kind in (torch.float32, torch.float64):
            found.update(getattr(torch, name)(values.to(kind)).numpy().tobytes())
        print(name, found.hexdigest()[:12])
"""
DIGESTS = {
    "sqrt": "a1a585005b06",
    "log": "8a9c0d6f391b",
    "log2": "28e2ca001b15",
    "log10": "7fd0fc413c23",
    "tan": "bdfa50afb14f",
    "atan": "3c27d0b7c975",
    "acos": "9042e4dbb794",
    "asin": "ee9bd00a097d",
    "exp": "9bba1438ae15",
    "tanh": "13b622e84eb6",
    "sin": "7ed8d049b623",
    "erf": "1b50cce8bdbc",
}
"""What `FUNCTIONS` printed on a processor of Intel."""
APPROXIMATED = {"sqrt", "log", "log2", "log10", "tan", "atan", "acos", "asin"}
"""Functions that otherwise begin with an approximation of the processor's own."""


def preloaded(tmp_path, maker, *before):
    """The variable on a processor of a maker, with libraries `before` what it says itself."""
    path = tmp_path / f"{maker}.so"
    path.write_bytes(constant_functions(dict(zip(ANSWERS, MAKERS[maker], strict=True))))
    return {PRELOAD: ":".join([*map(str, before), str(path)])}


@pytest.fixture
def clean(monkeypatch):
    monkeypatch.setenv(PRELOAD, "")  # and as it was when the test is done


@pytest.mark.thorough
@pytest.mark.parametrize("work", [PRODUCTS, TRAINING], ids=["products", "training"])
def test_the_bytes_do_not_depend_on_the_maker_of_the_processor(work, tmp_path, clean):
    export_vendor(tmp_path)
    ours = os.environ[PRELOAD]
    found = {
        maker: [
            output_of(preloaded(tmp_path, maker, *before), STARTED, work) for before in ([], [ours])
        ]
        for maker in MAKERS
    }
    (intel, pinned), (amd, also_pinned) = found["intel"], found["amd"]
    assert pinned == also_pinned == amd  # ours are the kernels that AMD's take
    assert intel != amd  # else there would be nothing to pin


@pytest.mark.thorough
def test_functions_have_the_bytes_that_they_have_on_every_processor(tmp_path, clean):
    export_vendor(tmp_path)
    ours = os.environ[PRELOAD]

    def digests(*before):
        printed = output_of(preloaded(tmp_path, "amd", *before), STARTED, FUNCTIONS)
        return dict(line.split() for line in printed.splitlines())

    assert digests(ours) == DIGESTS
    assert {name for name, found in digests().items() if found != DIGESTS[name]} == APPROXIMATED


def test_what_a_user_has_loaded_stays_behind_it(tmp_path, monkeypatch):
    monkeypatch.setenv(PRELOAD, "/usr/lib/libjemalloc.so:/mine.so")
    for _ in range(2):  # a job on a node of a cluster inherits it, and reads the Snakefile again
        export_vendor(tmp_path)
        first, *others = os.environ[PRELOAD].split(":")
        assert others == ["/usr/lib/libjemalloc.so", "/mine.so"]
        assert first.startswith(str(tmp_path))


def test_a_library_that_is_damaged_or_gone_is_written_again(tmp_path, monkeypatch, clean):
    export_vendor(tmp_path)
    (path,) = tmp_path.iterdir()
    path.unlink()
    export_vendor(tmp_path)
    assert path.read_bytes() == constant_functions(ANSWERS)
    path.write_bytes(b"")
    monkeypatch.setenv(PRELOAD, "")
    export_vendor(tmp_path)
    assert path.read_bytes() == constant_functions(ANSWERS)


def test_a_process_that_has_it_from_another_needs_no_second(tmp_path, clean):
    export_vendor(tmp_path / "one")
    given = os.environ[PRELOAD]
    export_vendor(tmp_path / "other")
    assert os.environ[PRELOAD] == given
    assert not (tmp_path / "other").exists()


def test_a_path_that_the_loader_does_not_take_is_not_given_to_it(
    tmp_path, monkeypatch, clean, capsys
):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    export_vendor(tmp_path / "a folder")
    assert os.environ[PRELOAD].startswith(str(tmp_path / "cache" / "nice-to-know"))
    assert not (tmp_path / "a folder").exists()
    monkeypatch.setenv(PRELOAD, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a:cache"))
    export_vendor(tmp_path / "a folder")
    assert os.environ[PRELOAD] == ""
    assert "may differ in their last digits" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_passed_over(tmp_path, monkeypatch, clean):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "a-file").write_text("")
    export_vendor(tmp_path / "a-file")
    assert os.environ[PRELOAD].startswith(str(tmp_path / "cache"))
