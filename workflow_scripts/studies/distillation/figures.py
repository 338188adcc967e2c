"""The figures of the study of distillation, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_outside, ticks_at
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.marks import published_lines
from workflow_scripts.evidence.figures.style import (
    WIDTH,
    band,
    colour,
    extend_arms,
    figure,
)
from workflow_scripts.evidence.statistics.intervals import mean_interval
from workflow_scripts.studies.distillation.claims import MULTIPLY_ADDS, claims
from workflow_scripts.studies.distillation.marks import (
    AGAIN,
    COOL,
    ENSEMBLE,
    EVERYTHING,
    FEW,
    HARD,
    HOT,
    LEVEL,
    PERMUTED,
    PSEUDO,
    SMOOTHED,
    SOFT,
    STUDENT_AND_TEACHER,
    STUDENTS,
    TEACHER,
    TEACHERS,
    UNTRAINED,
)
from workflow_scripts.studies.distillation.outcomes import (
    accuracy,
    agreement,
    gain,
    of_ensemble,
    of_teachers,
    recalled,
)
from workflow_scripts.studies.distillation.pictures import picture

extend_arms(
    {
        SOFT: "blue",
        HARD: "grey",
        COOL: "sky",
        LEVEL: "green",
        PERMUTED: "vermilion",
        TEACHER: "black",
        ENSEMBLE: "purple",
        "chosen T": "blue",
        "T = 1": "grey",
    }
)
CURVES = ("blue", "vermilion", "green", "purple", "ochre", "sky")
extend_arms({f"student {number}": hue for number, hue in enumerate(CURVES)})
GAINS = {
    SOFT: "teacher, chosen T",
    COOL: "teacher, T = 1",
    LEVEL: "teacher, wrong classes equal",
    PERMUTED: "teacher, wrong classes permuted",
    PSEUDO: "teacher's top class only",
    SMOOTHED: "smoothed labels, same entropy",
    UNTRAINED: "labels and untrained teacher",
    HOT: "labels, at the chosen T",
}
"""Arms of the lesson with few labels, with their words."""
COLOURED = (SOFT, LEVEL, PERMUTED, COOL, ENSEMBLE)
"""Arms with a colour of their own; all others are grey."""
MORE = {
    SOFT: "one teacher",
    ENSEMBLE: "ensemble of teachers",
    AGAIN: "one teacher, ten times",
}
SEEN = 5
"""The smallest rise of a recall (percentage points) that has an arrow."""
PAIRS = {
    STUDENT_AND_TEACHER: "student and its teacher",
    STUDENTS: "two students of one teacher",
    TEACHERS: "two teachers",
}


def _points(ax: Axes, rows: Mapping[str, pd.Series], shades: Mapping[str, str]) -> None:
    """A row for each name: seeds as small points, their mean and its 95 % interval."""
    for place, (name, values) in enumerate(rows.items()):
        numbers = values.to_numpy(dtype=float)
        interval = mean_interval(numbers)
        shade = shades.get(name, colour(HARD))
        ax.plot(numbers, np.full(len(numbers), place + 0.22), "|", color=shade, ms=5, alpha=0.5)
        reach = [
            [interval.estimate - interval.low],
            [interval.high - interval.estimate],
        ]
        if np.isfinite(reach).all():
            ax.errorbar(interval.estimate, place, xerr=reach, fmt="o", color=shade, capsize=3)
        else:
            ax.plot(interval.estimate, place, "o", color=shade)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set_ylim(len(rows) - 0.4, -0.6)


def _across(ax: Axes, value: float, label: str) -> None:
    """A dashed vertical line at a margin."""
    ax.axvline(value, color=colour("dense"), ls=(0, (4, 3)), lw=1.1, label=label)


def gains(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """What each way to teach gains over labels: with few examples, and with more of them."""
    drawn, axes = figure(WIDTH, 6.2, rows=2, sharex=True, height_ratios=(len(GAINS), len(MORE)))
    for ax, lesson, words in ((axes[0], FEW, GAINS), (axes[1], EVERYTHING, MORE)):
        students = tables["students"]
        there = set(students[students.lesson == lesson].arm)
        rows = {name: gain(tables, lesson, a, HARD) for a, name in words.items() if a in there}
        shades = {words[arm]: colour(arm) for arm in COLOURED if arm in words}
        _points(ax, rows, shades)
        ax.axvline(0, color=colour("dense"), lw=0.8)
    _across(axes[0], claims["soft-beats-hard"].rule.margin, "margin of the claim")
    axes[0].set_title("few examples")
    axes[1].set_title("more examples")
    axes[1].set_xlabel(claims["soft-beats-hard"].axis("test accuracy − that of labels alone"))
    legend_outside(drawn, axes[0])
    return drawn


def temperatures(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy against temperature, for several sizes of the student."""
    table = tables["students"]
    drawn, ax = figure(WIDTH, 4.6)
    known = set()
    for number, (lesson, label) in enumerate(section(cfg, "curves").items()):
        shade = colour(f"student {number % len(CURVES)}")
        part = table[(table.lesson == lesson) & (table["copy"] == 0)]
        taught = part[(part.source == "teacher") & (part.wrong == "kept")]
        band(ax, taught, "temperature", "accuracy", label, shade)
        hard = accuracy(tables, lesson, HARD)
        ends = [taught.temperature.min(), taught.temperature.max()]
        level = float(hard.mean(skipna=False))
        ax.plot(ends, [level, level], color=shade, lw=1.1, ls=":")
        ax.text(ends[1] * 1.04, level, "labels", color=shade, va="center", fontsize=10)
        known |= set(taught.temperature)
    ax.set_xscale("log")
    ticks_at(ax.xaxis, sorted(known), "{:g}".format)
    ax.set_xlim(min(known) * 0.9, max(known) * 1.4)
    ax.set_xlabel("temperature T")
    ax.set_ylabel("test accuracy (%)")
    legend_outside(drawn, ax, ncols=3)
    return drawn


def speech(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """What the teacher says of some training images, at temperature 1 and at a higher one."""
    pictures, spoken = tables["pictures"], tables["speech"]
    seed = pictures.seed.min()
    pictures = pictures[pictures.seed == seed]
    spoken = spoken[spoken.seed == seed]
    names, temperatures = section(cfg, "names"), sorted(spoken.temperature.unique())
    drawn, axes = figure(
        WIDTH, 1.9 * len(pictures) + 0.6, rows=len(pictures), columns=1 + len(temperatures),
        width_ratios=(1, 1.5, 1.5), sharex="col", squeeze=False,
    )  # fmt: skip
    for row, (label, pixels) in zip(
        axes, pictures[["label", "pixels"]].itertuples(index=False), strict=True
    ):
        row[0].imshow(picture(pixels), cmap="gray_r", interpolation="nearest")
        row[0].set_axis_off()
        row[0].set_title(names[label], fontsize=11)
        for ax, temperature in zip(row[1:], temperatures, strict=True):
            part = spoken[(spoken.label == label) & (spoken.temperature == temperature)]
            part = part.sort_values("class")
            shades = [colour("chosen T" if n == label else "T = 1") for n in part["class"]]
            ax.barh(part["class"], 100 * part.probability, color=shades)
            ax.set_yticks(part["class"], [names[n] for n in part["class"]], fontsize=8)
            ax.set_xlim(0, 105)
            ax.invert_yaxis()
            ax.grid(visible=False, axis="y")
        row[2].set_yticklabels([])
    for ax, temperature in zip(axes[0][1:], temperatures, strict=True):
        ax.set_title(f"T = {temperature:g}")
    for ax in axes[-1][1:]:
        ax.set_xlabel("probability (%)")
    return drawn


def omitted(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Recall of each omitted class before and after its bias was raised."""
    table, names = tables["omitted"], section(cfg, "names")
    judged = section(cfg, "judged")
    classes = sorted(set(table["omitted"]))
    classes = [*judged, *(n for n in classes if n not in judged)]
    drawn, ax = figure(WIDTH, 5.2)
    marks = {"before": "o", "after": "s"}
    for shift, (arm, words) in enumerate(
        ((SOFT, "teacher"), (PERMUTED, "permuted wrong classes"), (HARD, "labels"))
    ):
        for place, number in enumerate(classes):
            means = [
                float(recalled(tables, arm, moment, [number]).mean(skipna=False))
                for moment in marks
            ]
            at = place + 0.22 * (shift - 1)
            if means[1] - means[0] > SEEN:
                how = {"arrowstyle": "->", "color": colour(arm), "lw": 1.4}
                ax.annotate("", (at, means[1]), (at, means[0]), arrowprops=how)
            for mean, (moment, mark) in zip(means, marks.items(), strict=True):
                face = "white" if moment == "before" else colour(arm)
                label = f"{words}, {moment}" if not place else None
                ax.plot(at, mean, mark, color=colour(arm), mfc=face, label=label)
    for place, number in enumerate(classes):
        level = float(recalled(tables, TEACHER, "before", [number]).mean(skipna=False))
        label = "the teacher, which saw the class" if not place else None
        ax.plot([place - 0.35, place + 0.35], [level, level], color=colour(TEACHER), label=label)
    ax.axvline(len(judged) - 0.5, color=colour("dense"), lw=0.8)
    ax.axhline(
        claims["omitted-class"].rule.margin, color=colour("dense"), ls=(0, (4, 3)), lw=1.1,
        label="margin of the claim (left of the line)",
    )  # fmt: skip
    published_lines(ax, cfg, "omitted-class")
    ax.set_xticks(range(len(classes)), [names[n] for n in classes], rotation=30, ha="right")
    ax.set_ylim(-3, 103)
    ax.set_xlabel("omitted class")
    ax.set_ylabel("recall of the omitted class (%)")
    legend_outside(drawn, ax)
    return drawn


def sizes(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Accuracy against multiply-adds: students from the teacher and from labels, and teachers."""
    table = tables["students"]
    drawn, ax = figure(WIDTH, 4.8)
    at: dict[str, list[float]] = {SOFT: [], HARD: []}
    means: dict[str, list[float]] = {SOFT: [], HARD: []}
    reach: dict[str, list[float]] = {SOFT: [], HARD: []}
    for lesson in section(cfg, "sizes"):
        cost = float(table[table.lesson == lesson].multiply_adds.iloc[0])
        for arm in (SOFT, HARD):
            interval = mean_interval(accuracy(tables, lesson, arm).to_numpy())
            at[arm].append(cost)
            means[arm].append(interval.estimate)
            half = interval.high - interval.estimate
            reach[arm].append(half if np.isfinite(half) else 0.0)
    ends = list(section(cfg, "sizes").values())
    for label, cost, low, high in zip(ends, at[SOFT], means[HARD], means[SOFT], strict=True):
        # Below the rising lines; the last label lies behind their end.
        if label == ends[-1]:
            place, shift, align = (low + high) / 2, (12, 0), "center"
        else:
            place, shift, align = min(low, high), (9, -9), "top"
        ax.annotate(label, (cost, place), shift, textcoords="offset points", va=align, fontsize=10)
    for arm, words in ((SOFT, "student of the teacher"), (HARD, "the same, from labels")):
        ax.errorbar(at[arm], means[arm], yerr=reach[arm], fmt="o-", color=colour(arm),
                    capsize=3, label=words, lw=1.4)  # fmt: skip
    teacher = float(of_teachers(tables).mean(skipna=False))
    own = table[table.lesson == TEACHER]
    for arm, words, level in (
        (TEACHER, "teacher", teacher),
        (ENSEMBLE, "ensemble of teachers", float(of_ensemble(tables).mean(skipna=False))),
    ):
        cost = float(own[own.arm == arm].multiply_adds.iloc[0])
        ax.plot(cost, level, "*", ms=13, color=colour(arm), label=words)
    most = MULTIPLY_ADDS * float(own[own.arm == TEACHER].multiply_adds.iloc[0]) / 100
    ax.axvline(most, color=colour("dense"), ls=":", lw=1.1,
               label=f"{MULTIPLY_ADDS} % of its multiply-adds")  # fmt: skip
    kept = claims["compression"].rule.margin
    ax.axhline(kept * teacher / 100, color=colour("dense"), ls=(0, (4, 3)), lw=1.1,
               label=f"{kept:g} % of the teacher's accuracy")  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlabel("multiply-adds of one prediction")
    ax.set_ylabel("test accuracy (%)")
    ax.margins(x=0.09, y=0.14)
    legend_outside(drawn, ax)
    return drawn


def fidelity(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """How often two networks predict the same class."""
    drawn, ax = figure(WIDTH, 2.6)
    rows = {words: agreement(tables, pair) for pair, words in PAIRS.items()}
    _points(ax, rows, {PAIRS[STUDENT_AND_TEACHER]: colour(SOFT)})
    _across(ax, claims["fidelity"].rule.margin, "margin of the claim")
    ax.set_xlabel(claims["fidelity"].axis("same prediction"))
    legend_outside(drawn, ax)
    return drawn


FIGURES: Figures = {
    "gains": gains,
    "temperatures": temperatures,
    "speech": speech,
    "omitted": omitted,
    "sizes": sizes,
    "fidelity": fidelity,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
