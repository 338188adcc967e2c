"""The largest Hessian eigenvalue of every member, by Lanczos' method."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from workflow_scripts.learning.curvature.products import Hessian
from workflow_scripts.learning.curvature.vectors import dots, normal_rows, norms
from workflow_scripts.learning.networks.mlp import products


@dataclass(frozen=True)
class Top:
    """The largest eigenvalue of each member."""

    values: Tensor
    """`[M]`, float64: the largest on the real line, not in magnitude."""
    vectors: Tensor
    """`[M, P]`: unit eigenvectors."""
    residuals: Tensor
    """`[M]`, float64: ‖H v − λ v‖; some eigenvalue is at most this far from λ."""
    iterations: Tensor
    """`[M]`: Hessian-vector products until the member converged."""


@torch.no_grad()
def top_eigenvalues(
    hessian: Hessian, seeds: Sequence[int], tolerance: float = 1e-3, most: int = 100
) -> Top:
    """λ_max of each member to a residual of `tolerance`·|λ_max|, in at most `most` products.

    Lanczos with full reorthogonalisation (Golub & Van Loan 2013, section 10.3), from a normal
    vector of each member's seed. Each member stops when its own residual is small enough, so its
    result does not depend on the other members. The criterion is that of ARPACK's `tol`.
    """
    like = hessian.like
    members, size = like.shape
    most = min(most, size)
    values = torch.zeros(members, dtype=torch.float64, device=like.device)
    top = Top(values, torch.zeros_like(like), torch.zeros_like(values), values.long())
    left = torch.arange(members)  # not yet converged; the others need no more products
    start = normal_rows(seeds, like, "Lanczos")
    vector = start / norms(start).to(like).unsqueeze(1)
    basis = like.new_empty(members, most, size)
    tridiagonal = values.new_zeros(members, most, most)
    for step in range(most):
        basis[:, step] = vector
        known = basis[:, : step + 1]
        moved = hessian @ vector
        tridiagonal[:, step, step] = dots(moved, vector)
        for _ in range(2):  # a single pass leaves rounding errors
            along = products(known, moved.unsqueeze(2))
            moved = moved - products(along.transpose(1, 2), known).squeeze(1)
        beside = norms(moved)
        found, inner = torch.linalg.eigh(tridiagonal[:, : step + 1, : step + 1])
        errors = beside * inner[:, -1, -1].abs()
        # Below rounding error the basis spans the whole Krylov space of the start vector.
        spent = beside <= torch.finfo(like.dtype).eps * found.abs().amax(1)
        done = (errors <= tolerance * found[:, -1].abs()) | spent | (step + 1 == most)
        for row in done.nonzero().flatten().tolist():
            member = int(left[row])
            top.values[member], top.residuals[member] = found[row, -1], errors[row]
            top.iterations[member] = step + 1
            top.vectors[member] = inner[row, :, -1].to(like) @ known[row]
        if done.all():
            break
        vector = moved / beside.clamp_min(torch.finfo(like.dtype).tiny).to(like).unsqueeze(1)
        tridiagonal[:, step, step + 1] = tridiagonal[:, step + 1, step] = beside
        if done.any():
            going = (~done).nonzero().flatten()
            hessian, left = hessian.of(going.tolist()), left[going.cpu()]
            basis, tridiagonal, vector = basis[going], tridiagonal[going], vector[going]
    return top
