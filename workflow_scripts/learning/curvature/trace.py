"""The trace of every member's Hessian, from products with random vectors."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.products import Hessian
from workflow_scripts.learning.curvature.vectors import dots, sign_rows


@dataclass(frozen=True)
class Trace:
    """The trace of each member's Hessian, `[M]` float64, with its standard error."""

    values: Tensor
    errors: Tensor
    """Standard error over the random vectors; zero if the sketch spans the whole range."""


@torch.no_grad()
def trace(hessian: Hessian, seeds: Sequence[int], vectors: int = 30) -> Trace:
    """Hutch++ (Meyer, Musco, Musco & Woodruff 2021, algorithm 1) with 3 | `vectors` products.

    A third of the products sketches the range of the Hessian; the trace on that range is exact, and
    Hutchinson's estimator (1989) adds the remainder. The Hessian of a trained network has few large
    eigenvalues, so the remainder is small. Random signs come from each member's own seed.
    """
    if vectors < 6 or vectors % 3:
        raise ValueError(f"Hutch++ needs a multiple of three products, at least six, not {vectors}")
    like, third = hessian.like, vectors // 3
    sketched = [
        hessian @ sign_rows(seeds, like, "trace sketch", n)
        for n in range(min(third, like.shape[1]))
    ]
    basis = torch.linalg.qr(torch.stack(sketched, dim=2)).Q
    columns = [basis[:, :, n].contiguous() for n in range(basis.shape[2])]
    within = sum(dots(column, hessian @ column) for column in columns)
    rest = []
    for n in range(third):
        signs = sign_rows(seeds, like, "trace rest", n)
        for column in columns:
            signs = signs - dots(column, signs).to(like).unsqueeze(1) * column
        rest.append(dots(signs, hessian @ signs))
    samples = torch.stack(rest, dim=1)
    return Trace(within + samples.mean(1), samples.std(1) / third**0.5)
