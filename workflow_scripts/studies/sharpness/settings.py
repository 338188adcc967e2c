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
    """The training, validation and test examples."""


class Arm(Settings):
    """Trainings that differ only in learning rate and radius; one ensemble per batch of seeds.

    The networks of a seed learn the same examples in all arms of a task.
    """

    task: str
    """Name of the task."""
    training: Training
    """The training; `rates` and `radii` replace its learning rate and SAM radius."""
    rates: tuple[float, ...] = Field(min_length=1)
    """Learning rates; a network is trained with each, for every seed and radius."""
    radii: tuple[float, ...] = Field(default=(0.0,), min_length=1)
    """Radii ρ of sharpness-aware minimisation, each with every rate; 0 is plain training."""
    target: float | None = Field(default=None, gt=0)
    """Training loss (nats) at which networks are compared; null to compare only the ends."""
    every: int = Field(gt=0)
    """Number of steps between measurements of the training loss."""
    copies: int = Field(default=1, gt=0)
    """Networks of each seed, rate and radius, which differ in initial weights and order."""

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
    """Estimators of curvature and sharpness of the training loss."""

    examples: int = Field(gt=0)
    """Number of training examples used (the first ones), or all if there are fewer."""
    group: int = Field(default=5, gt=0)
    """Number of networks measured at once; fewer need less memory, the results are the same."""
    tolerance: float = Field(gt=0, lt=1)
    """Largest residual of the largest eigenvalue, relative to that eigenvalue."""
    trace_vectors: int = Field(ge=6, multiple_of=3)
    """Number of Hessian-vector products for the trace."""
    epsilon: float = Field(gt=0)
    """ε, the half-width of the box of Keskar et al. 2017 relative to |w| + 1."""
    radius: float = Field(gt=0)
    """ρ, the Euclidean radius of the ball of SAM sharpness."""
    adaptive_radius: float = Field(gt=0)
    """ρ, the radius of adaptive sharpness, in units of each weight."""
    ascent_steps: int = Field(gt=0)
    """Number of gradient steps in the search for the largest loss."""
    noise: float = Field(gt=0)
    """Standard deviation of weight noise, relative to the root mean square of each layer."""
    draws: int = Field(gt=0)
    """Number of draws of noise, each used with both signs."""


class Slices(Settings):
    """Pictures of the loss around minima."""

    arms: tuple[str, ...] = Field(min_length=2)
    """Arms whose minima are drawn: those at the first rate and the common loss."""
    extent: float = Field(gt=0)
    """Largest distance from the minimum, in units of the norms of the filters."""
    points: int = Field(ge=3)
    """Number of points on a line through the minimum."""
    plane_points: int = Field(ge=3)
    """Number of points along each side of a plane."""


class Rescaling(Settings):
    """The same functions with other weights (Dinh et al. 2017)."""

    arm: str
    """Name of the arm whose minima are rescaled."""
    factors: tuple[float, ...] = Field(min_length=2)
    """Factors by which the first layer is multiplied and the next one divided."""


class Sharpness(Settings):
    """The sharpness study: the relation of flat and sharp minima to generalisation."""

    seeds: SeedBatches
    """Batches of seeds; each arm trains one ensemble per batch."""
    tasks: dict[Name, Task]
    """Tasks (network and examples), by name."""
    arms: dict[Name, Arm]
    """Arms (trainings), by name."""
    compared: float = Field(gt=0)
    """Radius ρ of sharpness-aware minimisation used in comparisons and pictures."""
    measures: Measures
    """Settings of the estimators of curvature and sharpness."""
    slices: Slices
    """Lines and planes through minima on which the loss is drawn."""
    rescaling: Rescaling
    """Rescaling of two adjacent layers."""

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
