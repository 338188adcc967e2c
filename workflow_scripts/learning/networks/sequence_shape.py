"""What a network on sequences reads and answers; it follows from the task."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SequenceShape:
    """The shape of a task on sequences."""

    length: int
    """Places T of an example."""
    inputs: int
    """Number of symbols, or of numbers at each place."""
    outputs: int
    """Number of classes, or of real numbers that are answered."""
    tokens: bool = True
    """Whether a place holds the number of a symbol instead of a vector."""
    everywhere: bool = False
    """Whether there is an answer at every place instead of one after the last."""

    @property
    def example(self) -> tuple[int, ...]:
        """The shape of one example."""
        return (self.length,) if self.tokens else (self.length, self.inputs)
