"""The arithmetic of all results: the same kernels, threads and rounding on every processor."""

import os
import platform
import sys

from workflow_scripts.core.errors import UserError

# What libraries read when they are loaded, or at their first product.
#
# OpenBLAS (numpy's and scipy's) picks its kernels by the processor, and kernels add in different
# orders. Those of Haswell run on every x86-64 processor with AVX2.
#
# MKL (torch's) without it gives a matrix product bits that depend on where in memory its operands
# happen to start, and so a member's on its place in the ensemble. Costs about 3 %.
PINNED = (
    {"OPENBLAS_CORETYPE": "Haswell", "MKL_CBWR": "AVX2,STRICT"}
    if platform.machine() in ("x86_64", "AMD64")
    else {}
)

# What a user may have set for other programs, and would choose other kernels here.
OTHERS_CHOICES = (
    "ATEN_CPU_CAPABILITY",
    "DNNL_MAX_CPU_ISA",
    "MKL_ENABLE_INSTRUCTIONS",
    "ONEDNN_MAX_CPU_ISA",
)


def export_arithmetic() -> None:
    """Put into the environment what libraries read when they are loaded.

    For the process that starts jobs: a job's script imports numpy before any line of ours can run.
    """
    os.environ.update(PINNED)
    for name in OTHERS_CHOICES:
        os.environ.pop(name, None)


def fix_arithmetic(threads: int) -> None:
    """Fix in this process what can still be fixed, before the first product; use `threads` threads.

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
    # Numbers below 1e-38 are zero. A network that is sure of its training examples makes many of
    # them (probabilities, second moments), and a processor takes a hundred times as long over each.
    torch.set_flush_denormal(True)
