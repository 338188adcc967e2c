"""Regression with the kernels of an ensemble: gradient descent at any time, and ridge."""

from dataclasses import dataclass

import torch
from torch import Tensor

BISECTIONS = 100


@dataclass(frozen=True)
class KernelRegression:
    """Kernels K `[M, N, N]` of training examples in their eigenvectors, and the targets.

    The gradient flow of ‖f − y‖² / 2 from f = 0 goes along each eigenvector at its own rate, the
    eigenvalue, and ridge regression damps each by λ / (λ + nρ).
    """

    values: Tensor
    """`[M, N]`: eigenvalues, smallest first; rounding below zero is cut off."""
    vectors: Tensor
    """`[M, N, N]`: eigenvectors, one a column."""
    projections: Tensor
    """`[M, N]`: the targets along each eigenvector."""

    @classmethod
    def of(cls, kernels: Tensor, targets: Tensor) -> "KernelRegression":
        """The regression of `targets` `[M, N]`."""
        values, vectors = torch.linalg.eigh(kernels)
        projections = (vectors.mT @ targets.unsqueeze(2)).squeeze(2)
        return cls(values.clamp_min(0), vectors, projections)

    def descended(self, rates: Tensor, times: Tensor) -> Tensor:
        """Coefficients `[M, N]` of kernel gradient descent after `times` `[M]` steps from f = 0.

        The step sizes `rates` `[M]` multiply K (f − y); predictions are kernels times coefficients.
        Between whole steps each 1 − rate · eigenvalue is raised to the real power; ValueError where
        that is negative.
        """
        factors = 1 - rates.unsqueeze(1) * self.values
        if (factors < -1e-9).any():
            raise ValueError("a step size above one over the largest eigenvalue overshoots")
        left = factors.clamp_min(0) ** times.unsqueeze(1)
        # (1 − (1 − ηλ)ᵗ) / λ, and its limit ηt where λ is lost in rounding.
        floor = 1e-14 * self.values[:, -1:]
        still = (rates * times).unsqueeze(1).expand_as(left)
        gains = torch.where(self.values > floor, (1 - left) / self.values.clamp_min(1e-300), still)
        return self._coefficients(gains)

    def times_of(self, losses: Tensor, rates: Tensor) -> Tensor:
        """The times `[M]`, in steps, at which the mean squared error has fallen to `losses`.

        Real numbers, by bisection; zero for a loss above the one at the start. ValueError for a
        loss that is not positive: it is never reached.
        """
        if not (losses > 0).all():
            raise ValueError("descent reaches only losses above zero")
        factors = (1 - rates.unsqueeze(1) * self.values).clamp_min(0)

        def above(times: Tensor) -> Tensor:
            left = factors ** times.unsqueeze(1) * self.projections
            return left.square().mean(1) > losses

        low, high = torch.zeros_like(losses), torch.ones_like(losses)
        while (still := above(high)).any() and high.max() < 1e15:
            high = torch.where(still, 2 * high, high)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            over = above(middle)
            low, high = torch.where(over, middle, low), torch.where(over, high, middle)
        return (low + high) / 2

    def ridge(self, penalty: float) -> Tensor:
        """Coefficients `[M, N]` of the minimum of ‖f − y‖² / n + `penalty` ‖f‖² (RKHS norm)."""
        return self._coefficients(1 / (self.values + self.values.shape[1] * penalty))

    def _coefficients(self, gains: Tensor) -> Tensor:
        return (self.vectors @ (gains * self.projections).unsqueeze(2)).squeeze(2)
