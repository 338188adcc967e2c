"""The settings of the study of distillation."""

from typing import Annotated, Literal

from pydantic import Field

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.data.sample import Sample
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.learning.networks.settings import Architecture

Count = Annotated[int, Field(gt=0)]


class Teachers(Settings):
    """The networks that teach; each seed trains several, on all its training examples."""

    network: Architecture
    """The network of a teacher."""
    training: Training
    """The training of a teacher, from labels."""
    copies: Annotated[int, Field(ge=2)]
    """Teachers of a seed, which differ in initial weights and order; all form an ensemble."""


class Teaching(Settings):
    """How students are taught; those of a lesson differ in nothing else."""

    source: Literal["labels", "smoothed", "pseudo", "teacher", "untrained", "ensemble", "repeated"]
    """Labels, smoothed ones, or the teacher's top class; one teacher, one before training, all
    teachers, or ten times the same."""
    temperature: float = Field(default=1.0, gt=0)
    """T, at which targets and student are read; smoothed labels get the entropy of the teacher's
    targets at this T, and are read at 1."""
    wrong: Literal["kept", "permuted", "identity", "level"] = "kept"
    """What becomes of the probabilities of all classes but the largest."""
    weight: float = Field(default=1.0, ge=0, le=1)
    """α, the weight of these targets; 1 − α is that of the labels."""
    rate: float = Field(gt=0)
    """Learning rate, chosen on validation."""
    decay: float = Field(default=0.0, ge=0)
    """Weight decay, chosen on validation."""
    copies: Count = 1
    """Students of a seed, which differ in initial weights and order; each has its own teacher."""
    redrawn: bool = False
    """Whether its students do not share their initial weights and order with other arms."""


class Lesson(Settings):
    """Students of one network and one transfer set, taught in several ways."""

    network: Architecture
    """The network of the students."""
    training: Training
    """The training; arms replace its learning rate and weight decay."""
    examples: Count
    """Examples of the transfer set: the first of those of the teacher."""
    omitted: tuple[Annotated[int, Field(ge=0)], ...] = ()
    """Classes; for each a student is trained whose transfer set has no example of it."""
    arms: dict[Name, Teaching]
    """Arms, by name."""


class Distillation(Settings):
    """The study of distillation: small networks that learn from the outputs of larger ones."""

    seeds: SeedBatches
    """Batches of seeds; each draws examples, teachers, students and orders."""
    sample: Sample
    """The examples; validation without the omitted class sets the bias of its student."""
    teachers: Teachers
    """The networks that teach."""
    lessons: dict[Name, Lesson]
    """Lessons, by name: those of the claims are few, all, tiny, self and omitted."""
    judged: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)]
    """Omitted classes by which the claim is judged."""
    names: tuple[str, ...]
    """Names of all classes of the data set, in their order, for figures."""
    curves: dict[Name, str]
    """Lessons whose arms are compared over temperatures, with their names in figures."""
    sizes: dict[Name, str]
    """Lessons that are compared by the size of the student, with their names in figures."""
