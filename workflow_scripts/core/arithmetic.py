"""The arithmetic of all results: the same kernels, threads and rounding on every processor."""

import os
import platform
import sys

from workflow_scripts.core.errors import UserError

# Read by the libraries when they are loaded, or at their first product.
#
# Each selects its kernels by processor, and different kernels sum in different orders and
# approximate functions differently. Those named here run on every x86-64 processor with AVX2, so
# that one with AVX-512 gives the same bits: OpenBLAS (products of numpy and scipy), numpy's own
# loops (`exp`, `log`, powers), MKL (products of torch), torch's own loops (softmax) and oneDNN
# (convolutions). An ensemble of perceptrons is trained as fast as with AVX-512, one of small
# residual networks takes about 8 % longer.
#
# Without STRICT the bits of a matrix product in MKL also depend on the memory alignment of its
# operands, so a member's result would depend on its place in the ensemble; it costs about 3 %.
PINNED = (
    {
        "OPENBLAS_CORETYPE": "Haswell",
        "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
        "MKL_CBWR": "AVX2,STRICT",
        "ATEN_CPU_CAPABILITY": "avx2",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
    }
    if platform.machine() in ("x86_64", "AMD64")
    else {}
)

# Variables that a user may have set for other programs and that would select other kernels here.
OTHERS_CHOICES = (
    "DNNL_MAX_CPU_ISA",  # an older name, which oneDNN still reads
    "MKL_ENABLE_INSTRUCTIONS",
    "NPY_ENABLE_CPU_FEATURES",
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
        wanted = " ".join(f"{name}={value!r}" for name, value in missing.items())
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
