"""What a student is taught: probabilities from labels and from the logits of teachers."""

import math

import torch
from torch import Tensor

from workflow_scripts.learning.ensemble.randomness import generator
from workflow_scripts.studies.distillation.distilled import one_hot

HALVINGS = 60
"""Bisections of the amount of smoothing."""


def softened(logits: Tensor, temperature: float) -> Tensor:
    """Probabilities `[N, K]` of logits `[N, K]` of one teacher or `[E, N, K]` of several.

    Those of several are averaged after they were softened (Hinton et al. 2015, section 5).
    """
    probabilities = (logits / temperature).softmax(-1)
    return probabilities if logits.dim() == 2 else probabilities.mean(0)


def entropy(probabilities: Tensor) -> float:
    """The mean entropy of distributions `[N, K]`, in nats."""
    return float(torch.special.entr(probabilities.double()).sum(-1).mean())


def smoothed(labels: Tensor, classes: int, nats: float) -> Tensor:
    """Labels `[N]` with so much probability spread evenly over all classes as gives `nats`.

    Between 0 and log K.
    """

    def spread(amount: float) -> float:
        top, rest = 1 - amount + amount / classes, amount / classes
        terms = [top, *[rest] * (classes - 1)]
        return -sum(p * math.log(p) for p in terms if p)

    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if spread(middle) < nats else (low, middle)
    return one_hot(labels, classes) * (1 - low) + low / classes


def permuted(probabilities: Tensor, seed: int, identity: bool = False) -> Tensor:
    """Probabilities `[N, K]` in which all but the largest of each example change places.

    Each example has a permutation of its own (dark knowledge with permuted predictions of
    Furlanello et al. 2018, section 3.2); with `identity` all stay where they are.
    """
    examples, classes = probabilities.shape
    top = probabilities.argmax(-1, keepdim=True)
    others = torch.arange(classes).expand(examples, -1)
    others = others[others != top].view(examples, classes - 1)
    draw = torch.rand(examples, classes - 1, generator=generator(seed, "wrong classes"))
    order = torch.arange(classes - 1).expand(examples, -1) if identity else draw.argsort(-1)
    return probabilities.scatter(-1, others, probabilities.gather(-1, others.gather(-1, order)))


def level(probabilities: Tensor) -> Tensor:
    """Probabilities `[N, K]` in which all but the largest of each example are equal."""
    top, where = probabilities.max(-1, keepdim=True)
    rest = (1 - top) / (probabilities.shape[-1] - 1)
    return rest.expand_as(probabilities).scatter(-1, where, top)
