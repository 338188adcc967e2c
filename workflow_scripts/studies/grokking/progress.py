"""Measures of a network during training: accuracy, loss, and hidden progress before they change.

Nanda et al. 2023 restrict the logits of a trained network to the Fourier components of its key
frequencies (restricted loss) or remove them (excluded loss). Both are projections onto functions of
a + b, that is, of the answer: over the whole group the components (k, k) of the two-dimensional
transform are equivalent to the means over all entries with the same answer. Means over all entries
would include memorised ones, so that a network that memorised random answers would score well; the
restricted loss therefore uses means over held-out entries only.
"""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters


class TableProgress:
    """All measures of M networks on their whole tables; a function of the parameters.

    `pairs` `[P, 2]`, `answers` `[M, P]`, `train` `[M, P]` bool.
    """

    def __init__(self, network: Network, pairs: Tensor, answers: Tensor, train: Tensor) -> None:
        self.network = network
        self.pairs, self.answers, self.train = pairs, answers, train
        self.symbols = int(pairs.max()) + 1

    @torch.no_grad()
    def __call__(self, parameters: Parameters) -> dict[str, Tensor]:
        """Each measure `[M]` float64, and the spectrum `[M, frequencies]`."""
        # Of the first operand, for a network that has an embedding for each of the two.
        spectrum = embedding_spectrum(parameters["embedding"][:, : self.symbols])
        each = [
            self._member({name: tensor[m : m + 1] for name, tensor in parameters.items()}, m)
            for m in range(len(self.answers))
        ]
        return {
            **{name: torch.stack([measures[name] for measures in each]) for name in each[0]},
            "norm": weight_norm(parameters),
            "gini": gini(spectrum),
            "spectrum": spectrum,
        }

    def _member(self, parameters: Parameters, member: int) -> dict[str, Tensor]:
        # One network at a time: the logits of a whole table are large.
        logits = self.network.logits(parameters, self.pairs)[0]
        answers, train = self.answers[member], self.train[member]
        losses = _losses(logits, answers)
        right = (logits.argmax(1) == answers).double()
        right[~losses.isfinite()] = torch.nan  # a network that diverged has no accuracy
        return {
            "train_loss": losses[train].mean(),
            "train_accuracy": right[train].mean(),
            "test_loss": losses[~train].mean(),
            "test_accuracy": right[~train].mean(),
            "restricted": restricted_loss(logits, answers, ~train),
            "excluded": excluded_loss(logits, answers, train),
        }


def restricted_loss(logits: Tensor, answers: Tensor, held_out: Tensor) -> Tensor:
    """Loss in nats of held-out entries, from the part of their logits explained by the answer.

    `logits` `[P, K]` are replaced by their mean over the held-out entries with the same answer,
    which removes everything specific to single entries.
    """
    answers = answers[held_out]
    return _losses(_means(logits[held_out], answers)[answers], answers).mean()


def excluded_loss(logits: Tensor, answers: Tensor, train: Tensor) -> Tensor:
    """Training loss in nats without the part of the logits explained by the answer.

    The projection of the whole table onto functions of the answer, except its constant, is
    subtracted from `logits` `[P, K]`; the rest is specific to single entries.
    """
    explained = _means(logits, answers)[answers] - logits.mean(0)
    return _losses((logits - explained)[train], answers[train]).mean()


def embedding_spectrum(embedding: Tensor) -> Tensor:
    """Share of the power of `embedding` `[M, K, d]` at frequencies 1 … ⌊K/2⌋ of its K symbols.

    `[M, ⌊K/2⌋]` float64; the shares of a member sum to one. The mean over symbols is excluded.
    """
    power = torch.fft.rfft(embedding.double(), dim=1)[:, 1:].abs().square().sum(2)
    if embedding.shape[1] % 2 == 0:
        power[:, -1] /= 2  # the Nyquist frequency has half as many components as the others
    return power / power.sum(1, keepdim=True)


def gini(shares: Tensor) -> Tensor:
    """Gini coefficient `[M]` of `shares` `[M, n]`: 0 if all are equal, (n − 1)/n if one has all.

    Hurley & Rickard 2009, equation 4.
    """
    ordered = shares.sort(dim=1).values
    n = ordered.shape[1]
    weights = 2 * torch.arange(1, n + 1, dtype=ordered.dtype, device=ordered.device) - n - 1
    return (ordered * weights).sum(1) / (n * ordered.sum(1))


def weight_norm(parameters: Parameters) -> Tensor:
    """Euclidean norm `[M]` of all parameters together."""
    first, *others = (p.double().flatten(1).square().sum(1) for p in parameters.values())
    return sum(others, first).sqrt()


def _means(logits: Tensor, answers: Tensor) -> Tensor:
    """Mean logits `[K, K]` over the entries of each answer; zeros for answers without entries."""
    totals = torch.zeros_like(logits[:1]).repeat(logits.shape[1], 1).index_add_(0, answers, logits)
    counts = torch.bincount(answers, minlength=logits.shape[1]).clamp_(min=1)
    return totals / counts.unsqueeze(1)


def _losses(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross-entropy `[P]`, float64."""
    return torch.nn.functional.cross_entropy(logits, answers, reduction="none").double()
