"""A tiny network that reads sequences, and the same of torch's own modules."""

import torch
from torch import Tensor

from workflow_scripts.learning.networks.network import Network, Parameters, members_of


class Recurrent(Network):
    """h = tanh(x + h·again + bias) at each place; read at every place, or at the last.

    Examples are `[T]` numbers of symbols (`tokens`), or `[T, features]` floats.
    """

    def __init__(self, places: int, given: int, tokens: bool, everywhere: bool) -> None:
        self.places, self.given, self.tokens, self.everywhere = places, given, tokens, everywhere
        self.hidden, self.classes = 6, 4

    @property
    def input_shape(self) -> tuple[int, ...]:
        return (self.places,) if self.tokens else (self.places, self.given)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {
            "into": (self.given, self.hidden),
            "again": (self.hidden, self.hidden),
            "bias": (self.hidden,),
            "out": (self.hidden, self.classes),
        }

    def initial(self, name: str, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
        return torch.randn(shape, generator=generator) / 2

    def prunable(self) -> list[str]:
        return ["into", "again", "out"]

    def logits(self, parameters: Parameters, inputs: Tensor) -> Tensor:
        members, axes = members_of(parameters), len(self.input_shape) + 1
        own = inputs.expand(members, *inputs.shape[-axes:])
        if self.tokens:
            read = torch.stack(
                [table[rows] for table, rows in zip(parameters["into"], own, strict=True)]
            )
        else:
            read = torch.einsum("mbtf,mfh->mbth", own, parameters["into"])
        hidden, seen = torch.zeros_like(read[:, :, 0]), []
        for place in range(self.places):
            carried = torch.bmm(hidden, parameters["again"]) + parameters["bias"].unsqueeze(1)
            hidden = torch.tanh(read[:, :, place] + carried)
            seen.append(hidden)
        out = parameters["out"].unsqueeze(1)
        return torch.stack(seen, 2) @ out if self.everywhere else hidden @ out.squeeze(1)


class Plain(torch.nn.Module):
    """One member of it, of `torch.nn.Embedding`, `RNN` and `Linear`."""

    def __init__(self, network: Recurrent, start: Parameters) -> None:
        super().__init__()
        kept = {"into": start["into"], "again": start["again"], "out": start["out"]}
        self.network = network
        self.into = torch.nn.Parameter(kept["into"].clone())
        self.rnn = torch.nn.RNN(network.hidden, network.hidden, batch_first=True)
        self.rnn.to(start["into"].dtype)
        with torch.no_grad():
            self.rnn.weight_ih_l0.copy_(torch.eye(network.hidden))
            self.rnn.weight_hh_l0.copy_(start["again"].T)
            self.rnn.bias_hh_l0.copy_(start["bias"])
            self.rnn.bias_ih_l0.zero_()
        # The input goes in as it is, with the one bias.
        self.rnn.weight_ih_l0.requires_grad_(False)
        self.rnn.bias_ih_l0.requires_grad_(False)
        self.out = torch.nn.Parameter(kept["out"].clone())

    def forward(self, inputs: Tensor) -> Tensor:
        """Logits `[B, T, K]`, or `[B, K]` of the last place."""
        read = self.into[inputs] if self.network.tokens else inputs @ self.into
        seen, _ = self.rnn(read)
        return seen @ self.out if self.network.everywhere else seen[:, -1] @ self.out

    def arrays(self) -> Parameters:
        """Its parameters, named and laid out as ours."""
        return {
            "into": self.into.data,
            "again": self.rnn.weight_hh_l0.data.T,
            "bias": self.rnn.bias_hh_l0.data,
            "out": self.out.data,
        }
