"""What the text of a study may hold: the fields of its `page.yaml`, validated."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """One figure: its file in the study's figures folder, what to look for, and what it shows.

    `claims` are those whose numbers are seen in it, `tables` the ones that it is drawn from.
    """

    file: str = Field(pattern=r"^[^/\\]+\.svg$")
    title: str
    caption: str
    alt: str
    claims: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The title as a sentence of its own."""
        return self.title if self.title[-1] in "?!" else f"{self.title}."

    @property
    def stem(self) -> str:
        """The name of its files without their ending."""
        return self.file.removesuffix(".svg")


class ClaimWords(_Strict):
    """How a claim is spoken of, whatever comes out.

    `that` follows "it holds that" as well as "whether". `effect` says in the reader's units what
    was measured; its templates read the numbers, and choose words such as "above" by their sign.
    """

    claim: str
    that: str = Field(pattern=r"[^.]$")
    effect: str


class Published(_Strict):
    """A number from the literature beside one of our claims.

    `text` is the number as published. `value`, or `low` and `high`, in `unit`, is that number as
    ours is measured; `same` says that it is the same quantity as our `part` and may be compared.
    """

    claim: str
    quantity: str
    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    same: bool = False
    part: str = ""
    data: str
    network: str
    source: str

    @model_validator(mode="after")
    def _comparable(self) -> "Published":
        if (self.low is None) != (self.high is None):
            raise ValueError("give low and high together")
        if self.same and self.middle is None:
            raise ValueError("the same quantity needs its value, or low and high")
        return self

    @property
    def middle(self) -> float | None:
        """The value, or the middle of its range."""
        if self.value is None and self.low is not None and self.high is not None:
            return (self.low + self.high) / 2
        return self.value


class Explanation(_Strict):
    """What is known about why a claim got a verdict; shown only with that verdict.

    It was written for a scale and for settings, whose digest the report prints; where either
    differs it is marked.
    """

    claim: str
    verdict: Literal["supported", "contradicted", "undecided", "control failed"]
    scale: str
    settings: str = Field(pattern=r"^[0-9a-f]{12}$")
    text: str


class Amendment(_Strict):
    """A change to a claim after data: what it is now, why, and the verdict before."""

    claim: str
    when: str
    what: str
    why: str
    before: str


class Registration(_Strict):
    """The commit in which the present claims were written, before any of their results."""

    commit: str = Field(pattern=r"^[0-9a-f]{7,40}$")
    date: str


class Pilot(_Strict):
    """The seeds of the pilot, which are part of no verdict, and what it decided."""

    seeds: str
    what: str


class Reference(_Strict):
    """A paper or repository: the key used by sources, the full citation, its address."""

    key: str
    text: str
    url: str = Field(pattern=r"^https?://")


class StudyPage(_Strict):
    """The text of one study, with templates filled in."""

    title: str
    subtitle: str
    question: str
    method: str
    claims: tuple[ClaimWords, ...] = ()
    figures: tuple[Figure, ...] = ()
    published: tuple[Published, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    references: tuple[Reference, ...] = ()
    deviations: tuple[str, ...] = ()
    registered: Registration | None = None
    pilot: Pilot | None = None
    amendments: tuple[Amendment, ...] = ()
