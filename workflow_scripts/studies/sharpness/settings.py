"""The settings of the sharpness study."""

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture


class Task(Settings):
    """A network and the examples it learns."""

    network: Architecture
    """The network, the same for all its trainings."""
    sample: Sample
    """The examples."""


class Arm(Settings):
    """Trainings that differ only in learning rate and radius, one ensemble a batch of seeds."""

    task: str
    """The task that is learnt."""
    training: Training
    """How; the learning rate and any radius are overridden by the members'."""
    rates: tuple[float, ...] = Field(min_length=1)
    """Learning rates."""
    radii: tuple[float, ...] = Field(default=(0.0,), min_length=1)
    """Radii of sharpness-aware minimisation, each with every rate; 0 is plain training."""
    target: float | None = Field(default=None, gt=0)
    """Training loss (nats) at which networks are compared; none for ends of training only."""
    every: int = Field(gt=0)
    """Steps between measurements of the training loss."""

    @model_validator(mode="after")
    def _consistent(self) -> "Arm":
        if self.every > self.training.steps:
            raise ValueError(f"every must not exceed the {self.training.steps} steps of training")
        if any(rate <= 0 for rate in self.rates) or any(radius < 0 for radius in self.radii):
            raise ValueError("rates must be positive and radii not negative")
        gradient = self.training.gradient
        if any(self.radii) != (gradient is not None and gradient.takes_radii):
            raise ValueError(
                "radii above zero and training.gradient of the kind 'sharpness-aware' go together"
            )
        return self


class Measures(Settings):
    """How curvature and sharpness of the training loss are measured."""

    examples: int = Field(gt=0)
    """The first so many training examples, or all if there are fewer."""
    tolerance: float = Field(gt=0, lt=1)
    """Residual of the largest eigenvalue, relative to it."""
    trace_vectors: int = Field(ge=6, multiple_of=3)
    """Hessian-vector products for the trace."""
    epsilon: float = Field(gt=0)
    """ε of the box of Keskar et al."""
    radius: float = Field(gt=0)
    """ρ of the sharpness of SAM."""
    adaptive_radius: float = Field(gt=0)
    """ρ of adaptive sharpness, relative to each weight."""
    ascent_steps: int = Field(gt=0)
    """Gradients with which the worst place is searched."""
    noise: float = Field(gt=0)
    """Deviation of weight noise, relative to the root mean square of each layer's weights."""
    draws: int = Field(gt=0)
    """Draws of noise, each with both signs."""


class Slices(Settings):
    """Pictures of the loss around minima."""

    arms: tuple[str, ...] = Field(min_length=2)
    """The minima of these arms, at their first rate, at the common loss."""
    extent: float = Field(gt=0)
    """How far in units of the filters' norms."""
    points: int = Field(ge=3)
    """Points on a line through the minimum."""
    plane_points: int = Field(ge=3)
    """Points along each side of a plane."""


class Rescaling(Settings):
    """The same functions with other weights (Dinh et al. 2017)."""

    arm: str
    """The arm whose minima are rescaled."""
    factors: tuple[float, ...] = Field(min_length=2)
    """Factors of the first layer; the next is divided by them."""


class Sharpness(Settings):
    """The sharpness study: what flat and sharp minima have to do with generalisation."""

    seeds: SeedBatches
    """Batches of seeds, trained as ensembles."""
    tasks: dict[Name, Task]
    """Networks and examples, by name."""
    arms: dict[Name, Arm]
    """The trainings, by name."""
    compared: float = Field(gt=0)
    """The radius of sharpness-aware minimisation that is compared and drawn."""
    measures: Measures
    """Estimators of curvature and sharpness."""
    slices: Slices
    """Pictures of the loss."""
    rescaling: Rescaling
    """Layers rescaled against one another."""

    @model_validator(mode="after")
    def _consistent(self) -> "Sharpness":
        for name, arm in self.arms.items():
            if arm.task not in self.tasks:
                raise ValueError(f"arms.{name}.task names '{arm.task}', which is not among tasks")
        for key, name in (
            *((f"slices.arms.{at}", name) for at, name in enumerate(self.slices.arms)),
            ("rescaling.arm", self.rescaling.arm),
        ):
            if name not in self.arms or self.arms[name].target is None:
                raise ValueError(f"{key} names '{name}', which is not an arm with a target")
        task = self.arms[self.rescaling.arm].task
        if self.tasks[task].network.kind != "mlp":
            raise ValueError("rescaling.arm must train an mlp: its layers are rescaled")
        if len({self.arms[name].task for name in self.slices.arms}) > 1:
            raise ValueError("slices.arms must all belong to one task")
        return self
