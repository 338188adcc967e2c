"""The arithmetic of all results: the same kernels, threads and rounding on every processor."""

import os
import platform
import sys

from workflow_scripts.core.errors import UserError

# Read by the libraries when they are loaded, or at their first product.
#
# OpenBLAS (used by numpy and scipy) selects its kernels by processor, and different kernels sum in
# different orders. The Haswell kernels run on every x86-64 processor with AVX2.
#
# Without this setting, the bits of a matrix product in MKL (used by torch) depend on the memory
# alignment of its operands, so a member's result would depend on its place in the ensemble. It
# costs about 3 % of speed.
PINNED = (
    {"OPENBLAS_CORETYPE": "Haswell", "MKL_CBWR": "AVX2,STRICT"}
    if platform.machine() in ("x86_64", "AMD64")
    else {}
)

# Variables that a user may have set for other programs and that would select other kernels here.
OTHERS_CHOICES = (
    "ATEN_CPU_CAPABILITY",
    "DNNL_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
    "ONEDNN_MAX_CPU_ISA",
)


def export_arithmetic() -> None:
    """Set the environment variables that the libraries read when they are loaded.

    To be called in the process that starts jobs: a job's script imports numpy before our code runs.
    """
    os.environ.update(PINNED)
    for name in OTHERS_CHOICES:
        os.environ.pop(name, None)


def fix_arithmetic(threads: int) -> None:
    """Set what can still be set in this process, before the first product; use `threads` threads.

    UserError where numpy was loaded without what `export_arithmetic` sets: it is too late then.
    """
    missing = {n: v for n, v in PINNED.items() if os.environ.get(n) != v}
    if missing and sys.modules.get("numpy") is not None:
        wanted = " ".join(f"{name}={value}" for name, value in missing.items())
        raise UserError(f"numpy was loaded without {wanted}: start the step through snakemake")
    os.environ.update(PINNED)
    torch = sys.modules.get("torch")
    if torch is None:
        return
    torch.set_num_threads(threads)
    # TF32 would keep ten bits of each factor on a GPU.
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    # Numbers below 1e-38 become zero. A network that is certain of its training examples produces
    # many of them (probabilities, second moments), and each is a hundred times slower to compute.
    torch.set_flush_denormal(True)
