"""Recurrent networks as feed-forward ones, one layer a place, with weights of its own each."""

from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]
State = tuple[Tensor, ...]
Layer = Callable[[Weights, Tensor, State], State]
"""From the weights of a layer, its input `[B, V]` and the state to the next state."""


def rnn(weights: Weights, given: Tensor, state: State) -> State:
    """Elman 1990."""
    rows = given @ weights["weight_input"] + state[0] @ weights["weight_hidden"]
    return (torch.tanh(rows + weights["bias"]),)


def lstm(weights: Weights, given: Tensor, state: State) -> State:
    """Gers et al. 2000, the gates i, f, g, o in that order."""
    hidden, cell = state
    rows = given @ weights["weight_input"] + hidden @ weights["weight_hidden"] + weights["bias"]
    i, f, g, o = rows.chunk(4, dim=1)
    cell = torch.sigmoid(f) * cell + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


def gru(weights: Weights, given: Tensor, state: State) -> State:
    """Cho et al. 2014 with the reset after the product, the gates r, z, n in that order."""
    (hidden,) = state
    of_input = (given @ weights["weight_input"] + weights["bias"]).chunk(3, dim=1)
    of_state = (hidden @ weights["weight_hidden"]).chunk(3, dim=1)
    r, z = (torch.sigmoid(of_input[gate] + of_state[gate]) for gate in (0, 1))
    n = torch.tanh(of_input[2] + r * (of_state[2] + weights["bias_hidden"]))
    return ((1 - z) * n + z * hidden,)


LAYERS: dict[str, tuple[Layer, int]] = {"rnn": (rnn, 1), "lstm": (lstm, 2), "gru": (gru, 1)}
"""Cell: its layer, and the number of tensors in its state."""


def answers(kind: str, layers: Sequence[Weights], head: Weights, inputs: Tensor) -> Tensor:
    """Logits `[B, K]` of a feed-forward network with one of `layers` for each place of `inputs`."""
    layer, carried = LAYERS[kind]
    batch, hidden = len(inputs), len(head["weight_output"])
    state: State = tuple(inputs.new_zeros(batch, hidden) for _ in range(carried))
    for place, weights in enumerate(layers):
        state = layer(weights, inputs[:, place], state)
    return state[0] @ head["weight_output"] + head["bias_output"]
