"""The maker of the processor, by which MKL too chooses its kernels: the same one everywhere."""

import hashlib
import os
import platform
import sys
from pathlib import Path

from workflow_scripts.core.artifacts.atomic import replacing
from workflow_scripts.core.errors import UserError
from workflow_scripts.core.shared_library import constant_functions

PRELOAD = "LD_PRELOAD"
ANSWERS = {
    "mkl_serv_intel_cpu": 0,
    "mkl_serv_intel_cpu_true": 0,
    "mkl_serv_cpuiszen": 1,
    "mkl_vml_serv_cpu_detect": 1,
}
"""What MKL is to find when it asks itself which processor it runs on.

Of which maker: where it finds one of Intel, it takes the kernels that `MKL_CBWR` names; where it
does not, it takes others whatever the variable says, which sum in another order. Those for Zen run
on every processor with AVX2, about as fast as Intel's, so that all find a Zen.

With which instructions for square roots, logarithms and the like (the last line): most versions of
these begin with the processor's own approximation of 1/x or 1/√x (`rcpps`, `rsqrtps`), which
processors of Intel and of AMD round differently. The version of this number, which MKL takes for
`MKL_CBWR=COMPATIBLE`, begins with a table of its own; it takes up to 2.5 times as long for a
square root, and exponentials are the same in both. What still depends on the processor is the
Cholesky decomposition of matrices in float32, which nothing here uses.

No variable of MKL can say all this: the answers are functions in a library that is loaded before
it.
"""


def export_vendor(folder: Path) -> None:
    """Have every process that this one starts load the answers before any other library.

    They are a file of four kilobytes in `folder`, or in the user's cache where that cannot be
    written or has a path that the loader does not take, with spaces or colons. A note says so if
    neither will do. Libraries that a user has loaded in the same way stay.
    """
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return
    content = constant_functions(ANSWERS)
    name = f"mkl-vendor-{hashlib.sha256(content).hexdigest()[:12]}.so"
    others = [each for each in os.environ.get(PRELOAD, "").split(":") if each]
    if any(Path(each).name == name and Path(each).exists() for each in others):
        return  # this process was started by one that has done it
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "nice-to-know"
    for place in (folder, cache):
        path = place.resolve() / name
        if not set(str(path)) & set(" :") and _written(path, content):
            os.environ[PRELOAD] = ":".join(dict.fromkeys([str(path), *others]))
            return
    print(
        f"note: {folder} and {cache} cannot be written, or have spaces or colons in their paths:"
        " results may differ in their last digits from those of other processors",
        file=sys.stderr,
    )


def _written(path: Path, content: bytes) -> bool:
    """Whether `path` has this content, now or already."""
    try:
        if not path.exists() or path.read_bytes() != content:
            with replacing(path) as temporary:
                temporary.write_bytes(content)
    except (OSError, UserError):
        return False
    return True
