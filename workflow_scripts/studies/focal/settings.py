"""The settings of the study of focal loss. Imports no torch."""

from typing import Annotated

from pydantic import Field, model_validator

from workflow_scripts.core.seeds import SeedBatches
from workflow_scripts.core.settings import Name, Settings
from workflow_scripts.learning.ensemble.settings import Training
from workflow_scripts.studies.focal.arm_settings import DetectorArm
from workflow_scripts.studies.focal.scene_settings import Count, SceneSettings, Share


class Suppression(Settings):
    """How scores become detections."""

    overlap: Share
    """Intersection over union above which a window is dropped next to a better one."""
    most: Count
    """Detections of a scene."""


class Held(Settings):
    """Scenes that no network is trained on, the same for all seeds."""

    test: Count
    """Scenes on which detections are judged, made of test images."""
    validation: Count
    """Scenes on which temperatures are chosen, made of training images."""
    measured: Count
    """The first of these, on which shares of the loss are measured."""

    @model_validator(mode="after")
    def _consistent(self) -> "Held":
        if self.measured > self.validation:
            raise ValueError("measured must be at most validation")
        return self


class Roles(Settings):
    """Which arms are compared in the claims; each is the name of an arm."""

    focal: str
    """Focal loss with the γ and α of the paper."""
    steep: str
    """Focal loss with a larger γ."""
    plain: str
    """Cross-entropy with equal weights."""
    usual: tuple[str, ...] = Field(min_length=1)
    """Cross-entropies with the weights α of the paper's table up to 0.9."""
    extreme: tuple[str, ...] = Field(min_length=1)
    """Cross-entropies with α nearer 1."""
    rivals: tuple[str, ...] = Field(min_length=1)
    """Ways to choose negatives: mining, sampling, a curriculum."""
    unbiased: str
    """The cross-entropy `weighted` without the prior bias."""
    weighted: str
    """The cross-entropy that is compared with and without the prior bias."""
    unbiased_focal: str
    """Focal loss without the prior bias."""
    matched: str
    """The cross-entropy `plain` with a prior as rare as objects are."""
    uniform: str
    """Uniform sampling of as many negatives as objects, with the prior bias."""
    unbiased_uniform: str
    """The same without the prior bias."""

    def named(self) -> dict[str, str]:
        """The arm of each role, those of several roles numbered."""
        names: dict[str, str] = {}
        for role in type(self).model_fields:
            arms = getattr(self, role)
            several = {f"{role}.{number}": arm for number, arm in enumerate(arms)}
            names |= {role: arms} if isinstance(arms, str) else several
        return names


class Shown(Settings):
    """What is only drawn."""

    scenes: Count
    """Test scenes with an object whose detections are drawn."""
    arms: tuple[str, ...] = Field(min_length=1)
    """Names of the arms whose detections are drawn."""
    gammas: tuple[Annotated[float, Field(ge=0)], ...] = Field(min_length=1)
    """Values of γ for which cumulative curves of the loss are drawn."""
    points: Annotated[int, Field(ge=2)]
    """Points of each of these curves."""


class Identities(Settings):
    """Logits at which identities of the loss are checked."""

    draws: Count
    """Logits of each seed, from −100 to 100."""
    other: float = Field(gt=0)
    """The γ that differs from 0, which must make a difference."""


class Focal(Settings):
    """The study of focal loss: dense detection among very many easy negatives."""

    seeds: SeedBatches
    """Batches of seeds; all arms of a batch are trained as one ensemble."""
    scenes: SceneSettings
    """The scenes."""
    train: Count
    """Training scenes of each seed; seen again where there are fewer than the steps take."""
    held: Held
    """Scenes that no network is trained on."""
    hidden: tuple[Count, ...] = Field(min_length=1)
    """Units of each hidden layer of the detector."""
    training: Training
    """The training of all arms; each arm has its own learning rate."""
    ignored: int = Field(ge=0)
    """Places up to so many pixels from an object's count neither as object nor as background.

    A detection is correct within the same distance.
    """
    arms: dict[Name, DetectorArm]
    """The arms by name."""
    suppression: Suppression
    """How scores become detections."""
    easy: Share
    """A place without an object is an easy negative below this probability."""
    bins: Annotated[int, Field(ge=2)]
    """Bins of a reliability curve, each with as many objects."""
    roles: Roles
    """Which arms are compared."""
    shown: Shown
    """What is only drawn."""
    identities: Identities
    """Identities of the loss."""

    @model_validator(mode="after")
    def _consistent(self) -> "Focal":
        named = {f"roles.{role}": arm for role, arm in self.roles.named().items()}
        named |= {f"shown.arms.{number}": arm for number, arm in enumerate(self.shown.arms)}
        for key, name in named.items():
            if name not in self.arms:
                raise ValueError(f"{key} names the arm '{name}', which is not among the arms")
        for role in ("plain", "weighted", "uniform"):
            if self.arms[getattr(self.roles, role)].gamma:
                raise ValueError(f"roles.{role} must name an arm with gamma 0")
        self._check_alike("matched", "plain")
        for without, with_bias in (
            ("unbiased", "weighted"),
            ("unbiased_focal", "focal"),
            ("unbiased_uniform", "uniform"),
        ):
            self._check_alike(without, with_bias)
        return self

    def _check_alike(self, without: str, with_bias: str) -> None:
        """ValueError unless two arms differ in their prior alone, and in their rate."""
        arms = [self.arms[getattr(self.roles, role)] for role in (without, with_bias)]
        alike = {"prior": 0.5, "learning_rate": 1.0}
        first, second = (arm.model_copy(update=alike) for arm in arms)
        if first != second:
            raise ValueError(f"roles.{without} may differ from roles.{with_bias} only in its prior")
