"""The settings of the study of Hopfield networks."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Settings

Share = Annotated[float, Field(gt=0, lt=1)]
Load = Annotated[float, Field(gt=0, le=1)]
Order = Literal[2, 3, 4]


class Network(Settings):
    """One size of classical network, and how much is stored in it."""

    size: int = Field(ge=8)
    """Neurons, N."""
    loads: tuple[Load, ...] = Field(min_length=2)
    """Stored patterns per neuron, ascending."""


class Capacity(Settings):
    """How well stored patterns are remembered, by the load of the network."""

    networks: tuple[Network, ...] = Field(min_length=2)
    """The sizes from which the infinite network is extrapolated."""
    trials: int = Field(gt=0)
    """Stored patterns a network that its dynamics start from."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron at most; fewer where nothing changes any more."""

    @model_validator(mode="after")
    def _consistent(self) -> "Capacity":
        sizes = [network.size for network in self.networks]
        if len(set(sizes)) < len(sizes):
            raise ValueError("networks must not contain a size twice")
        for network in self.networks:
            if list(network.loads) != sorted(set(network.loads)):
                raise ValueError(f"networks: loads of size {network.size} must be increasing")
        return self


class Recall(Settings):
    """Recall from damaged patterns, and the energy on the way."""

    size: int = Field(ge=8)
    """Neurons, N."""
    load: Load
    """Stored patterns per neuron, well below capacity."""
    overload: Load
    """Stored patterns per neuron, well above capacity: the control."""
    flipped: tuple[Share, ...] = Field(min_length=1)
    """Shares of bits flipped in a cue."""
    missing: Share
    """Share of bits that are replaced by chance in a partial cue."""
    within: Share
    """Share of bits that may be wrong in a recalled pattern."""
    trials: int = Field(gt=0)
    """Stored patterns a network that are recalled."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron at most."""
    energy_size: int = Field(ge=8)
    """Neurons of the network whose energy is computed anew after every single update."""
    energy_trials: int = Field(gt=0)
    """Its trials."""
    energy_sweeps: int = Field(gt=0)
    """Its visits to each neuron."""


class Correlated(Settings):
    """Images as patterns: Hebb's rule against the pseudo-inverse rule."""

    loads: tuple[Load, ...] = Field(min_length=1)
    """Stored patterns per neuron."""
    judged: Load
    """The load at which they are compared."""
    flipped: Share
    """Share of bits flipped in a cue."""
    within: Share
    """Share of bits that may be wrong in a recalled pattern."""
    trials: int = Field(gt=0)
    """Stored patterns a network that are recalled."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron at most."""

    @model_validator(mode="after")
    def _consistent(self) -> "Correlated":
        if self.judged not in self.loads:
            raise ValueError("judged must be one of the loads")
        return self


class Spheres(Settings):
    """How many random patterns on the unit sphere a modern network retrieves by one update."""

    dimensions: tuple[Annotated[int, Field(ge=2)], ...] = Field(min_length=3)
    """Dimensions d of the patterns; the inverse temperature is d as well."""
    noise: float = Field(gt=0)
    """Length of the noise on a query."""
    error: float = Field(gt=0)
    """Distance from its pattern below which a retrieved one is recalled."""
    queries: int = Field(gt=0)
    """Queries a network."""
    most: int = Field(ge=1)
    """Binary logarithm of the most patterns that are tried; never more than one bit a dimension."""


class OrderSizes(Settings):
    """The sizes of the networks with one order of energy."""

    order: Order
    """Exponent n of the energy −Σ (pattern · state)ⁿ."""
    sizes: tuple[Annotated[int, Field(ge=8)], ...] = Field(min_length=2)
    """Neurons, N."""


class Dense(Settings):
    """Dense associative memories: which stored bits are stable, by the number of patterns."""

    orders: tuple[OrderSizes, ...] = Field(min_length=1)
    """Orders of the energy, each with its sizes."""
    loads: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=2)
    """Stored patterns, in multiples of what theory expects at the error that is judged."""
    trials: int = Field(gt=0)
    """Stored patterns a network whose bits are tested, at most."""


class Separation(Settings):
    """The error after one update against the separation of the patterns."""

    dimension: int = Field(ge=2)
    """Dimension of the patterns, on the unit sphere."""
    patterns: int = Field(ge=2)
    """Stored patterns."""
    noise: float = Field(gt=0)
    """Length of the noise on a query."""
    products: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=2)
    """Inverse temperature times separation, ascending."""
    cosine: Share
    """Cosine between the patterns of the control, which lie close together."""


class Regimes(Settings):
    """What the modern network retrieves from stored images, by its inverse temperature."""

    stored: int = Field(ge=10)
    """Images stored."""
    queries: int = Field(gt=0)
    """Noisy images shown, of those stored."""
    noise: float = Field(gt=0)
    """Length of the noise on a query; an image has length one."""
    betas: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=3)
    """Inverse temperatures."""
    average: float
    """The one at which the average of all images is retrieved."""
    blur: float
    """The one at which a blend of some images is retrieved."""
    retrieval: float
    """The one at which the stored image is retrieved."""

    @model_validator(mode="after")
    def _consistent(self) -> "Regimes":
        for name in ("average", "blur", "retrieval"):
            if getattr(self, name) not in self.betas:
                raise ValueError(f"{name} must be one of the betas")
        return self


class Completion(Settings):
    """Images of which one half is hidden, completed by each network."""

    stored: int = Field(ge=2)
    """Images stored in every network."""
    shown: int = Field(gt=0)
    """Images drawn in the report."""
    beta: float = Field(gt=0)
    """Inverse temperature of the modern network."""
    within: Share
    """Share of pixels that may be wrong in a completed image."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron of the classical networks at most."""


class Identities(Settings):
    """Equations that hold exactly, checked in float64 on random draws."""

    draws: int = Field(gt=0)
    """Random draws a seed and identity."""
    units: int = Field(ge=2, le=12)
    """Units of the Boltzmann machines whose states are enumerated."""
    hidden: int = Field(ge=1, le=8)
    """Hidden units of the restricted ones."""


class Hopfield(Settings):
    """Associative memory: from Hopfield's network to attention."""

    seeds: SeedBatches
    """Batches of seeds; a seed is a set of random patterns, or of images, and its network."""
    images: Literal["fashion-mnist"] = "fashion-mnist"
    """The data set of the images."""
    capacity: Capacity
    """Capacity of the classical network."""
    recall: Recall
    """Recall and energy of the classical network."""
    correlated: Correlated
    """Images in the classical network."""
    spheres: Spheres
    """Capacity of the modern network."""
    separation: Separation
    """One update of the modern network."""
    dense: Dense
    """Capacity between the two: energies of higher order."""
    regimes: Regimes
    """The inverse temperature of the modern network."""
    completion: Completion
    """Half-hidden images."""
    identities: Identities
    """Attention, and the family of Boltzmann machines."""

    @model_validator(mode="after")
    def _consistent(self) -> "Hopfield":
        if self.completion.stored > self.regimes.stored:
            raise ValueError("completion.stored must not exceed regimes.stored")
        if self.completion.shown > min(self.completion.stored, self.regimes.queries):
            raise ValueError("completion.shown must not exceed its stored or regimes.queries")
        if self.regimes.queries > self.regimes.stored:
            raise ValueError("regimes.queries must not exceed regimes.stored")
        return self
