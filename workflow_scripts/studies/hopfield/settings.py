"""The settings of the study of Hopfield networks."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Settings

Share = Annotated[float, Field(gt=0, lt=1)]
Load = Annotated[float, Field(gt=0, le=1)]
Order = Literal[2, 3, 4]


class Network(Settings):
    """One size of classical network, and its loads."""

    size: int = Field(ge=8)
    """Neurons, N."""
    loads: tuple[Load, ...] = Field(min_length=2)
    """Numbers of stored patterns per neuron, increasing."""
    count: int = Field(default=1, gt=0)
    """Networks a seed, each with patterns of its own: more at sizes where networks differ more."""


class Capacity(Settings):
    """Stability of stored patterns as a function of the load."""

    networks: tuple[Network, ...] = Field(min_length=2)
    """The sizes from which the critical load is extrapolated to infinite size."""
    trials: int = Field(gt=0)
    """Number of stored patterns per network from which the dynamics start."""
    sweeps: int = Field(gt=0)
    """Maximum number of visits to each neuron; fewer if nothing changes any more."""

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
    """Recall from damaged patterns, and the energy during the dynamics."""

    size: int = Field(ge=8)
    """Neurons, N."""
    load: Load
    """Stored patterns per neuron, well below capacity."""
    overload: Load
    """Stored patterns per neuron, well above capacity: the control."""
    flipped: tuple[Share, ...] = Field(min_length=1)
    """Shares of bits that are flipped in a cue."""
    missing: Share
    """Share of bits that are replaced by random ones in a partial cue."""
    within: Share
    """Share of bits that may be wrong in a recalled pattern."""
    trials: int = Field(gt=0)
    """Stored patterns a network that are recalled."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron at most."""
    energy_size: int = Field(ge=8)
    """Neurons, N, of the network whose energy is computed after every single update."""
    energy_trials: int = Field(gt=0)
    """Number of trials of that network."""
    energy_sweeps: int = Field(gt=0)
    """Number of visits to each neuron of that network."""


class Correlated(Settings):
    """Images as patterns: Hebb's rule against the pseudo-inverse rule."""

    loads: tuple[Load, ...] = Field(min_length=1)
    """Numbers of stored patterns per neuron."""
    flipped: Share
    """Share of bits flipped in a cue."""
    within: Share
    """Share of bits that may be wrong in a recalled pattern."""
    trials: int = Field(gt=0)
    """Stored patterns a network that are recalled."""
    sweeps: int = Field(gt=0)
    """Visits to each neuron at most."""


class Spheres(Settings):
    """Random patterns on the unit sphere that a modern network retrieves in one update."""

    dimensions: tuple[Annotated[int, Field(ge=2)], ...] = Field(min_length=3)
    """Dimensions d of the patterns; the inverse temperature is also d."""
    noise: float = Field(gt=0)
    """Length of the noise on a query."""
    error: float = Field(gt=0)
    """Distance between retrieved and stored pattern below which it counts as recalled."""
    queries: int = Field(gt=0)
    """Number of queries per network."""
    most: int = Field(ge=1)
    """Binary logarithm of the largest number of patterns; at most one bit per dimension."""


class OrderSizes(Settings):
    """One order of the energy, and the sizes of its networks."""

    order: Order
    """Exponent n of the energy −Σ (pattern · state)ⁿ."""
    sizes: tuple[Annotated[int, Field(ge=8)], ...] = Field(min_length=2)
    """Neurons, N."""


class Dense(Settings):
    """Dense associative memories: stability of stored bits by the number of patterns."""

    orders: tuple[OrderSizes, ...] = Field(min_length=1)
    """Orders of the energy, each with its sizes."""
    loads: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=2)
    """Numbers of stored patterns, in multiples of the theoretical capacity at the judged error."""
    trials: int = Field(gt=0)
    """Maximum number of stored patterns per network whose bits are tested."""


class Separation(Settings):
    """The error after one update against the separation of the patterns."""

    dimension: int = Field(ge=2)
    """Dimension of the patterns, on the unit sphere."""
    patterns: int = Field(ge=2)
    """Number of stored patterns."""
    noise: float = Field(gt=0)
    """Length of the noise on a query."""
    products: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=3)
    """Values of inverse temperature times separation, increasing; those below 1 are the control."""
    separated: float = Field(gt=1)
    """The product from which patterns count as separated: the error's slope is fitted from here."""
    cosine: Share
    """Mean cosine between patterns that are close to each other, which are shown beside."""

    @model_validator(mode="after")
    def _consistent(self) -> "Separation":
        if sum(product >= self.separated for product in self.products) < 2:
            raise ValueError("two products must be separated or larger")
        if min(self.products) >= 1:
            raise ValueError("one of the products must be below 1")
        return self


class Regimes(Settings):
    """Retrieval of images by the modern network, as a function of the inverse temperature."""

    stored: int = Field(ge=10)
    """Number of stored images."""
    queries: int = Field(gt=0)
    """Number of stored images whose noisy versions are the queries."""
    noise: float = Field(gt=0)
    """Length of the noise on a query; an image has length one."""
    betas: tuple[Annotated[float, Field(gt=0)], ...] = Field(min_length=3)
    """Inverse temperatures."""
    average: float
    """The inverse temperature, one of `betas`, at which the average of all images is retrieved."""
    blur: float
    """The inverse temperature, one of `betas`, at which a blend of some images is retrieved."""
    retrieval: float
    """The inverse temperature, one of `betas`, at which the stored image is retrieved."""

    @model_validator(mode="after")
    def _consistent(self) -> "Regimes":
        for name in ("average", "blur", "retrieval"):
            if getattr(self, name) not in self.betas:
                raise ValueError(f"{name} must be one of the betas")
        return self


class Completion(Settings):
    """Completion of half-hidden images by each kind of network."""

    stored: int = Field(ge=2)
    """Number of images stored in every network."""
    shown: int = Field(gt=0)
    """Number of images drawn in the report."""
    beta: float = Field(gt=0)
    """Inverse temperature of the modern network."""
    within: Share
    """Share of pixels that may be wrong in a completed image."""
    sweeps: int = Field(gt=0)
    """Maximum number of visits to each neuron of the classical networks."""


class Identities(Settings):
    """Exact identities, checked in float64 on random draws."""

    draws: int = Field(gt=0)
    """Number of random draws per seed and identity."""
    units: int = Field(ge=2, le=12)
    """Number of units of the Boltzmann machines whose states are enumerated."""
    hidden: int = Field(ge=1, le=8)
    """Number of hidden units of the restricted Boltzmann machines."""


class Hopfield(Settings):
    """Associative memory: from Hopfield's network to attention."""

    seeds: SeedBatches
    """Batches of seeds; each seed is a set of random patterns, or of images, and its network."""
    images: Literal["fashion-mnist"] = "fashion-mnist"
    """The data set of the images."""
    capacity: Capacity
    """Capacity of the classical network."""
    recall: Recall
    """Recall and energy of the classical network."""
    correlated: Correlated
    """Storage of images in the classical network."""
    spheres: Spheres
    """Capacity of the modern network."""
    separation: Separation
    """Error of one update of the modern network."""
    dense: Dense
    """Capacity of dense associative memories, between the classical and the modern network."""
    regimes: Regimes
    """Effect of the inverse temperature of the modern network."""
    completion: Completion
    """Completion of half-hidden images."""
    identities: Identities
    """Identities of attention and of the family of Boltzmann machines."""

    @model_validator(mode="after")
    def _consistent(self) -> "Hopfield":
        if self.completion.stored > self.regimes.stored:
            raise ValueError("completion.stored must not exceed regimes.stored")
        if self.completion.shown > min(self.completion.stored, self.regimes.queries):
            raise ValueError("completion.shown must not exceed its stored or regimes.queries")
        if self.regimes.queries > self.regimes.stored:
            raise ValueError("regimes.queries must not exceed regimes.stored")
        self._same_proportions()
        return self

    def _same_proportions(self) -> None:
        """ValueError unless sizes of order 2 grow by the same factor as dimensions.

        The growth of the modern network's capacity is compared with that of the classical one.
        """
        dimensions = self.spheres.dimensions
        for each in self.dense.orders:
            factor = max(dimensions) / min(dimensions)
            if each.order == 2 and abs(max(each.sizes) / min(each.sizes) / factor - 1) > 0.05:
                raise ValueError(
                    f"dense.orders: the sizes of order 2 must span a factor of {factor:g},"
                    " as spheres.dimensions do"
                )
