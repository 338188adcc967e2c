"""Step: detections and calibration of the trained detectors, on scenes that none has seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.core.job import Job
from workflow_scripts.core.seeds import seeds_of
from workflow_scripts.core.settings import section
from workflow_scripts.learning.ensemble.device import device
from workflow_scripts.learning.ensemble.stored import Stored
from workflow_scripts.learning.networks.network import Parameters, device_of, member_slice
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.learning.parts_by_seed import by_seed
from workflow_scripts.studies.focal.calibration import reliability, temperature
from workflow_scripts.studies.focal.cumulative import cumulative
from workflow_scripts.studies.focal.detection import (
    Detections,
    average_precision,
    correct,
    detections,
)
from workflow_scripts.studies.focal.detectors import arms_of, detector, held_scenes
from workflow_scripts.studies.focal.loss import focal
from workflow_scripts.studies.focal.objects import Objects, labels
from workflow_scripts.studies.focal.scene_settings import LARGEST, SceneSettings
from workflow_scripts.studies.focal.scenes import NOWHERE, Scenes
from workflow_scripts.studies.focal.settings import Held, Roles, Shown, Suppression
from workflow_scripts.studies.focal.shares import balanced
from workflow_scripts.studies.focal.windows import Windows

AT_ONCE = 8
"""Scenes whose windows are cut out together."""
Facts = list[tuple[int, str]]
"""Seed and arm of each member."""


@torch.no_grad()
def scored(network: Windows, parameters: Parameters, scenes: Scenes) -> Tensor:
    """The logits `[M, N, P]` of all places of all scenes, on the CPU."""
    pictures = scenes.pictures.to(device_of(parameters))
    parts = [
        network.logits(parameters, pictures[start : start + AT_ONCE]).squeeze(-1).cpu()
        for start in range(0, len(pictures), AT_ONCE)
    ]
    return torch.cat(parts, dim=1)


@dataclass(frozen=True)
class Judged:
    """Held-out scenes with which place has an object, and which places count, `[N, P]`."""

    scenes: Scenes
    positive: Tensor
    counted: Tensor

    @classmethod
    def of(cls, scenes: Scenes, places: int, ignored: int) -> "Judged":
        """The labels of scenes."""
        targets = Objects.in_scenes(scenes.corners, []).values.unsqueeze(0)
        positive, counted = labels(targets, places, ignored)
        return cls(scenes, positive[0], counted[0])

    @property
    def objects(self) -> int:
        """How many objects there are."""
        return int(self.positive.sum())

    def counting(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Logits `[D]` of the places that count, of those `[N, P]` of all, and their labels."""
        return logits[self.counted], self.positive[self.counted]

    def even(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """The same of all objects and as many other places, at random."""
        numbered = torch.arange(len(self.positive))
        chosen = balanced(self.positive[None], self.counted[None], numbered[None])[0]
        return logits[chosen], self.positive[chosen]


def precision(
    logits: Tensor, judged: Judged, facts: Facts, found: Detections, reach: int
) -> pd.DataFrame:
    """Average precision (%) and recall (%) of each member, NaN if a score is not finite."""
    right = correct(found, judged.scenes.corners, reach).flatten(1)
    values = 100 * average_precision(found.scores.flatten(1), right, judged.objects)
    broken = ~logits.flatten(1).isfinite().all(1)
    recall = 100 * right.double().sum(1) / judged.objects
    return pd.DataFrame(
        {
            "seed": [seed for seed, _ in facts],
            "arm": [arm for _, arm in facts],
            "precision": values.masked_fill(broken, torch.nan).numpy(),
            "recall": recall.masked_fill(broken, torch.nan).numpy(),
        }
    )


def calibrated(
    name: str, seed: int, test: tuple[Tensor, Tensor], validation: tuple[Tensor, Tensor], bins: int
) -> tuple[pd.DataFrame, dict[str, object]]:
    """Bins as trained and after temperature scaling, and a row of the signed errors of both.

    `test` and `validation` are logits and labels of places; the temperature is chosen on the latter
    alone. Numbers are missing if a score is not finite.
    """
    row: dict[str, object] = {"seed": seed, "arm": name}
    if not (test[0].isfinite().all() and validation[0].isfinite().all()):
        return pd.DataFrame(), row | dict.fromkeys(("temperature", "error", "scaled"), float("nan"))
    chosen = temperature(*validation)
    curves = {
        "as trained": reliability(*test, bins),
        "scaled": reliability(test[0] / chosen, test[1], bins),
    }
    rows = [
        pd.DataFrame(
            {
                "seed": seed,
                "arm": name,
                "scores": scores,
                "bin": range(len(curve.places)),
                "confidence": curve.confidence.numpy(),
                "frequency": curve.frequency.numpy(),
                "objects": curve.objects.long().numpy(),
            }
        )
        for scores, curve in curves.items()
    ]
    errors = {"error": curves["as trained"].error, "scaled": curves["scaled"].error}
    return pd.concat(rows, ignore_index=True), row | {"temperature": chosen} | errors


def spread(
    logits: Tensor, judged: Judged, seed: int, gammas: Sequence[float], points: int
) -> pd.DataFrame:
    """Cumulative shares of the loss of objects and of background, for each γ, of one detector."""
    own, positive = judged.counting(logits)
    # The easiest first, for every γ: sorting so many places costs more than all else.
    ordered = {
        "objects": own[positive].sort(descending=True).values,
        "background": own[~positive].sort().values,
    }
    share = torch.linspace(0, 1, points, dtype=torch.float64).numpy()
    rows = []
    for gamma in gammas:
        for what, scores in ordered.items():
            there = torch.full_like(scores, what == "objects", dtype=torch.bool)
            losses = focal(scores, there, torch.tensor(gamma), torch.tensor(0.5))
            facts = {"seed": seed, "gamma": gamma, "places": what}
            curve = cumulative(losses, points).numpy()
            rows.append(pd.DataFrame(facts | {"share": share, "cumulative": curve}))
    return pd.concat(rows, ignore_index=True)


def drawn_detections(found: Detections, scenes: Scenes, reach: int, shown: Shown) -> pd.DataFrame:
    """The detections of the first scenes with an object, for members whose arms are `shown`.

    `rank` counts the detections of all scenes from the highest score on, from 1.
    """
    right = correct(found, scenes.corners, reach)
    flat = found.scores.flatten(1)
    ranks = flat.argsort(dim=1, descending=True, stable=True).argsort(dim=1) + 1
    ranks = ranks.view(found.scores.shape)
    rows = []
    for member, arm in enumerate(shown.arms):
        for scene in first_with_object(scenes, shown.scenes):
            for number in range(found.scores.shape[2]):
                at = member, scene, number
                rows.append(
                    {
                        "arm": arm,
                        "scene": scene,
                        "number": number,
                        "row": int(found.rows[at]),
                        "column": int(found.columns[at]),
                        "rank": int(ranks[at]),
                        "right": bool(right[at]),
                    }
                )
    return pd.DataFrame(rows)


def first_with_object(scenes: Scenes, count: int) -> list[int]:
    """The numbers of the first scenes that have an object."""
    return torch.nonzero(scenes.corners[:, 0] != NOWHERE).flatten()[:count].tolist()


def pictures(scenes: Scenes, count: int) -> pd.DataFrame:
    """One row for each pixel of the scenes that are drawn: the mean of its colours, from 0 to 1."""
    rows = []
    for scene in first_with_object(scenes, count):
        grey = scenes.pictures[scene].double().mean(0) / LARGEST
        row, column = torch.meshgrid(*map(torch.arange, grey.shape), indexing="ij")
        corner = scenes.corners[scene].tolist()
        facts = {"scene": scene, "object_row": corner[0], "object_column": corner[1]}
        pixels = {"row": row.flatten(), "column": column.flatten(), "value": grey.flatten()}
        rows.append(pd.DataFrame(facts | {name: part.numpy() for name, part in pixels.items()}))
    return pd.concat(rows, ignore_index=True)


def main(snakemake: Job) -> None:
    """Write the measurements of a batch of seeds."""
    cfg, wrote, folder = snakemake.params.cfg, snakemake.output, Path(snakemake.params.data)
    settings = SceneSettings.model_validate(section(cfg, "scenes"))
    held = Held.model_validate(section(cfg, "held"))
    roles = Roles.model_validate(section(cfg, "roles"))
    shown = Shown.model_validate(section(cfg, "shown"))
    suppression = Suppression.model_validate(section(cfg, "suppression"))
    bins, reach, names = section(cfg, "bins"), section(cfg, "ignored"), list(arms_of(cfg))
    network = detector(settings, section(cfg, "hidden"))
    trained = Stored.load(snakemake.input.trained).parameters(device(section(cfg, "device")))
    tested, validated = (
        Judged.of(held_scenes(settings, purpose, count, folder), settings.places, reach)
        for purpose, count in (("test", held.test), ("validation", held.validation))
    )
    seeds, done = seeds_of(snakemake.wildcards.seeds), PartialResults.of(snakemake)

    def measured(seed: int) -> dict[str, pd.DataFrame]:
        number = seeds.index(seed)
        own = member_slice(trained, number * len(names), (number + 1) * len(names))
        logits = scored(network, own, tested.scenes)
        found = detections(
            logits, settings.places, settings.size, suppression.overlap, suppression.most
        )
        facts = [(seed, name) for name in names]
        precise = precision(logits, tested, facts, found, reach)
        curves, rows = [], []
        for arm in (roles.focal, roles.plain, roles.unbiased_uniform):
            member = names.index(arm)
            view = Judged.even if arm == roles.unbiased_uniform else Judged.counting
            alone = member_slice(own, member, member + 1)
            before = scored(network, alone, validated.scenes)[0]
            curve, row = calibrated(
                arm, seed, view(tested, logits[member]), view(validated, before), bins
            )
            curves.append(curve)
            rows.append(row)
        focused = logits[names.index(roles.focal)]
        of_seed = {
            "precision": precise,
            "reliability": pd.concat(curves),
            "calibration": pd.DataFrame(rows),
            "cumulative": spread(focused, tested, seed, shown.gammas, shown.points),
        }
        if not number:
            which = [names.index(arm) for arm in shown.arms]
            few = Detections(found.scores[which], found.rows[which], found.columns[which])
            drawn = drawn_detections(few, tested.scenes, reach, shown)
            of_seed["found"] = drawn.assign(seed=seed)
            of_seed["pictures"] = pictures(tested.scenes, shown.scenes)
        print(f"seed {seed}: {precise.precision.round(1).tolist()}", flush=True)
        return of_seed

    for name, table in by_seed(done, seeds, measured).items():
        write_table(table, wrote[name])
    done.discard()


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
