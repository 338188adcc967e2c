"""What is measured of a network while it trains: accuracy, loss, and what grows before they move.

Nanda et al. 2023 restrict the logits of a trained network to the Fourier components of its key
frequencies, and take these away. Both are projections onto functions of a + b, that is, of the
answer: over the whole group the components (k, k) of the two-dimensional transform and the means
over all entries of one answer are the same thing. Taken over all entries, such means hold the
memorised ones too, and a network that has learned random answers by heart would score; so the
restricted loss takes them over held-out entries alone.
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

    @torch.no_grad()
    def __call__(self, parameters: Parameters) -> dict[str, Tensor]:
        """Each measure `[M]` float64, and the spectrum `[M, frequencies]`."""
        spectrum = embedding_spectrum(parameters["embedding"])
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
        # One after the other: the logits of a whole table are large.
        logits = self.network.logits(parameters, self.pairs)[0]
        answers, train = self.answers[member], self.train[member]
        losses = _losses(logits, answers)
        right = (logits.argmax(1) == answers).double()
        return {
            "train_loss": losses[train].mean(),
            "train_accuracy": right[train].mean(),
            "test_loss": losses[~train].mean(),
            "test_accuracy": right[~train].mean(),
            "restricted": restricted_loss(logits, answers, ~train),
            "excluded": excluded_loss(logits, answers, train),
        }


def restricted_loss(logits: Tensor, answers: Tensor, held_out: Tensor) -> Tensor:
    """Loss in nats of held-out entries from that part of their logits that the answer explains.

    `logits` `[P, K]` are replaced by their mean over the held-out entries of the same answer: what
    the network says of all of them alike, without what it says of single entries.
    """
    answers = answers[held_out]
    return _losses(_means(logits[held_out], answers)[answers], answers).mean()


def excluded_loss(logits: Tensor, answers: Tensor, train: Tensor) -> Tensor:
    """Training loss in nats without that part of the logits that the answer explains.

    From `logits` `[P, K]` the projection of the whole table onto functions of the answer is taken
    away, but for its constant: what is left is what is known of single entries.
    """
    explained = _means(logits, answers)[answers] - logits.mean(0)
    return _losses((logits - explained)[train], answers[train]).mean()


def embedding_spectrum(embedding: Tensor) -> Tensor:
    """Share of the power of `embedding` `[M, K, d]` at frequencies 1 … ⌊K/2⌋ of its K symbols.

    `[M, ⌊K/2⌋]` float64; each member's shares add up to one. The mean over symbols is left out.
    """
    power = torch.fft.rfft(embedding.double(), dim=1)[:, 1:].abs().square().sum(2)
    if embedding.shape[1] % 2 == 0:
        power[:, -1] /= 2  # its mirror image is itself: half as many components as the others
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
    """Mean logits `[K, K]` over the entries of each answer; zeros where there is none."""
    totals = torch.zeros_like(logits[:1]).repeat(logits.shape[1], 1).index_add_(0, answers, logits)
    counts = torch.bincount(answers, minlength=logits.shape[1]).clamp_(min=1)
    return totals / counts.unsqueeze(1)


def _losses(logits: Tensor, answers: Tensor) -> Tensor:
    """Cross-entropy `[P]`, float64."""
    return torch.nn.functional.cross_entropy(logits, answers, reduction="none").double()
