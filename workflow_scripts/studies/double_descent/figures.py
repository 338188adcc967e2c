"""The figures of the double-descent study, drawn from its tables only."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from workflow_scripts.core.job import Job
from workflow_scripts.core.settings import section
from workflow_scripts.evidence.figures.axes import legend_below, legend_outside, ticks_as
from workflow_scripts.evidence.figures.draw import Figures, Tables, draw
from workflow_scripts.evidence.figures.style import WIDTH, band, colour, extend_arms, figure
from workflow_scripts.learning.quantities import ERROR
from workflow_scripts.studies.double_descent.linear_settings import ONE, TWO
from workflow_scripts.studies.double_descent.marks import (
    SHADES,
    WIDTH_OF,
    evenly,
    every_seed,
    extrapolated,
    labels_named,
    log_axis,
    mark_fit,
    mean_and_median,
    network_threshold,
    plain_number,
    threshold,
)
from workflow_scripts.studies.double_descent.outcomes import (
    TRAINED,
    curves,
    final,
    noise_levels,
    stopped_early,
    tuned,
    unregularised,
)

LATER = 100
"""The map of width and steps starts at 1 / this of the training."""


def features(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Error, squared error and norm against the number of features, as Belkin et al., Fig. 2."""
    table, train = tables["features"], section(cfg, "train")
    drawn, axes = figure(WIDTH, 9.0, rows=3, columns=2, sharex=True, sharey="row")
    for column, noise in zip(axes.T, noise_levels(table), strict=True):
        plain, best = unregularised(table, noise), tuned(table, noise, "width")
        errors, risks, norms = column
        band(errors, plain, "width", "error", "test, no penalty", colour("plain"))
        band(errors, best, "width", "error", "test, best penalty", colour("controlled"))
        band(errors, plain, "width", "train_error", "training, no penalty", colour("training"))
        mean_and_median(risks, curves(plain, "risk", "width"))
        every_seed(norms, curves(plain, "norm", "width"), "plain")
        every_seed(norms, curves(best, "norm", "width"), "controlled")
        errors.set_title(labels_named(noise))
        for ax in column:
            threshold(ax, train, "as many features as images")
            log_axis(ax, table.width.unique(), train)
        risks.set_yscale("log")
        norms.set_yscale("log")
        norms.set_xlabel("random features")
    for ax, label in zip(
        axes[:, 0], (ERROR.axis(), "squared test error\n(no penalty)", "norm of the weights"),
        strict=True,
    ):  # fmt: skip
        ax.set_ylabel(label)
    legend_outside(drawn, axes[0, 0], axes[1, 0])
    return drawn


def ridge(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test error against the number of features for several penalties, with label noise."""
    table, train = tables["features"], section(cfg, "train")
    noise = noise_levels(table)[1]
    table = table[table.noise == noise]
    plain = table[table.ridge == 0]
    drawn, ax = figure(WIDTH, 5.2)
    band(ax, plain, "width", "error", "no penalty", colour("plain"))
    penalties = sorted(table.ridge[table.ridge > 0].unique())
    chosen = [penalties[at] for at in evenly(len(penalties), len(SHADES))]
    for penalty, hue in zip(chosen, SHADES, strict=False):
        extend_arms({f"penalty {penalty:g}": hue})
        part = table[table.ridge == penalty]
        band(ax, part, "width", "error", f"λ = {_power(penalty)}", colour(f"penalty {penalty:g}"))
    band(ax, plain, "width", "train_error", "training, no penalty", colour("training"))
    threshold(ax, train, "as many features as images")
    log_axis(ax, table.width.unique(), train)
    ax.set_xlabel("random features")
    ax.set_ylabel(f"{ERROR.axis()}, {labels_named(noise)}")
    ax.set_ylim(bottom=0)
    legend_outside(drawn, ax)
    return drawn


def _power(penalty: float) -> str:
    """A penalty as people write it: 0.1, or 3·10⁻⁵."""
    digits, _, power = f"{penalty:.0e}".partition("e")
    if int(power) >= -2:
        return f"{penalty:g}"
    return f"{'' if digits == '1' else f'{digits}·'}10$^{{{int(power)}}}$"


OUTSIDE = 20
"""Beyond this many times the threshold, effective parameters are not drawn."""


def effective(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """The same models against their number of parameters, actual and effective."""
    table, train = tables["features"], section(cfg, "train")
    noise = noise_levels(table)[1]
    drawn, axes = figure(WIDTH, 4.4, columns=2, sharey=True)
    plain, best = unregularised(table, noise), tuned(table, noise, "width")
    for ax, value in zip(axes, ("width", "effective"), strict=True):
        for part, arm, label in (
            (plain[plain.width <= train], "plain", "no penalty, up to the threshold"),
            (plain[plain.width >= train], "noisy", "no penalty, from the threshold on"),
            (best, "controlled", "best penalty"),
        ):
            means = part.groupby("width")[[value if value != "width" else "ridge", "error"]].mean()
            at = means.index if value == "width" else means[value]
            ax.plot(at, means.error, "o-", color=colour(arm), label=label)
        threshold(ax, train, "as many as images")
        ax.set_xscale("log")
        ticks_as(ax.xaxis, plain_number)
        ax.xaxis.set_minor_locator(NullLocator())
    # The model at the threshold uses so many that it alone would take half of the axis.
    axes[1].set_xlim(right=OUTSIDE * train)
    means = plain.groupby("width").train_error.mean()
    axes[0].plot(means.index, means, color=colour("training"), ls="--", label="training error")
    axes[0].set_xlabel("random features")
    axes[1].set_xlabel("effective parameters\non unseen images")
    axes[0].set_ylabel(f"{ERROR.axis()}, {labels_named(noise)}")
    legend_outside(drawn, axes[0])
    return drawn


def networks(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Errors of trained networks against their width, without and with label noise."""
    table = tables["networks"]
    drawn, axes = figure(WIDTH, 4.8, columns=2, sharey=True)
    for ax, noise in zip(axes, noise_levels(table), strict=True):
        stopped = stopped_early(table, noise)
        band(ax, final(table, "test", noise), "width", "error", "test, end", colour("plain"))
        band(ax, stopped, "width", "error", "test, stopped early", colour("controlled"))
        shown = final(table, "train", noise)
        band(ax, shown, "width", "error", "training, end", colour("training"))
        network_threshold(ax, table, noise)
        log_axis(ax, table.width.unique())
        ax.set_title(labels_named(noise))
        ax.set_xlabel(WIDTH_OF[section(cfg, "kind")].label)
    axes[0].set_ylabel(ERROR.axis())
    axes[0].set_ylim(bottom=0)
    legend_outside(drawn, axes[0])
    return drawn


def widths_and_steps(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Test error over width and later steps with label noise, as Nakkiran et al., Fig. 2."""
    table = tables["networks"]
    noise = noise_levels(table)[1]
    # Earlier, all networks are nearly as bad as at the start and would use up the colours.
    table = table[(table.noise == noise) & (table.step >= table.step.max() / LATER)]
    drawn, ax = figure(WIDTH, 4.8)
    grids = {
        split: part.pivot_table(index="width", columns="step", values="error")
        for split, part in table.groupby("split")
    }
    test, train = grids["test"], grids["train"]
    places = np.arange(len(test.index))
    shown = ax.pcolormesh(test.columns, places, test, cmap="cividis", shading="nearest")
    drawn.colorbar(shown, ax=ax, label=ERROR.axis("test error"))
    lines = ax.contour(train.columns, places, train, levels=[TRAINED], colors=colour("noisy"))
    lines.set_linestyle("dashed")
    ax.plot([], [], color=colour("noisy"), ls="--", label=f"training error {TRAINED:g} %")
    ax.set_yticks(places, test.index)
    ax.set_xscale("log")
    ax.grid(False)
    ax.set_xlabel("step")
    ax.set_ylabel(WIDTH_OF[section(cfg, "kind")].label)
    legend_outside(drawn, ax)
    return drawn


def epochs(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Errors over the steps: long training, widest network of the sweep, linear model."""
    drawn, (long, wide, linear) = figure(WIDTH, 11.6, rows=3)
    sweep = tables["networks"]
    most, unit = int(sweep.width.max()), WIDTH_OF[section(cfg, "kind")].unit
    widest = sweep[sweep.width == most]
    for ax, table, title in (
        (long, tables["epochs"], "the long training"),
        (wide, widest, f"the widest network of the sweep ({most} {unit})"),
    ):
        for arm, noise in zip(("clean", "noisy"), noise_levels(table), strict=True):
            part = table[(table.noise == noise) & (table.step > 0)]
            test, train = (part[part.split == split] for split in ("test", "train"))
            band(ax, test, "step", "error", f"test, {labels_named(noise)}", colour(arm))
            mean = train.groupby("step").error.mean()
            ax.plot(mean.index, mean, color=colour(arm), ls=":", lw=1.5,
                    label=f"training, {labels_named(noise)}")  # fmt: skip
            mark_fit(ax, mean, colour(arm))
        ax.set_title(title)
        ax.set_ylabel(ERROR.axis())
        ax.set_ylim(bottom=0)
    scales = tables["two_scales"]
    table, single = (scales[scales.model == model] for model in (TWO, ONE))
    for arm, noise in zip(("clean", "noisy"), noise_levels(table), strict=True):
        part = table[table.noise == noise]
        name = "with noise" if noise else "without noise"
        band(linear, part, "step", "risk", f"excess risk {name}", colour(arm))
        means = part.groupby("step")[["simulated", "train_risk"]].mean()
        linear.plot(means.index[::4], means.simulated.iloc[::4], "x", color=colour("threshold"),
                    label="simulated" if noise else None)  # fmt: skip
        linear.plot(means.index, means.train_risk, color=colour(arm), ls=":", lw=1.5,
                    label=f"training error {name}")  # fmt: skip
    rival = single[single.noise == noise_levels(single)[1]]
    band(linear, rival, "step", "risk", "one scale, with noise", colour("u"))
    linear.set_title("linear model with two scales, and with one")
    linear.set_ylabel("squared error")
    linear.set_ylim(bottom=0)
    for ax in (long, wide, linear):
        ax.set_xscale("log")
        ax.set_xlabel("step")
        legend_below(ax, under=0.3)
    return drawn


def samples(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Errors against the number of training images at a fixed number of features."""
    table, width = tables["sizes"], section(cfg, "sizes.width")
    drawn, axes = figure(WIDTH, 4.8, columns=2, sharey=True)
    for ax, noise in zip(axes, noise_levels(table), strict=True):
        plain, best = unregularised(table, noise), tuned(table, noise, "size")
        band(ax, plain, "size", "error", "test, no penalty", colour("plain"))
        band(ax, best, "size", "error", "test, best penalty", colour("controlled"))
        band(ax, plain, "size", "train_error", "training, no penalty", colour("training"))
        threshold(ax, width, "as many images as features")
        log_axis(ax, table["size"].unique(), width)
        ax.set_title(labels_named(noise))
        ax.set_xlabel("training images")
    axes[0].set_ylabel(ERROR.axis())
    legend_outside(drawn, axes[0])
    return drawn


def scaling(tables: Tables, cfg: Mapping[str, Any]) -> Figure:
    """Laws fitted to small models, extrapolated to the largest one; noisy labels below."""
    features, sizes, networks = (tables[name] for name in ("features", "sizes", "networks"))
    drawn, axes = figure(WIDTH, 7.0, rows=2, columns=3, sharex="col")
    for row, levels in zip(
        axes, zip(*map(noise_levels, (features, sizes, networks)), strict=True), strict=True
    ):
        of_features, of_sizes, of_networks = levels
        for ax, found in zip(
            row,
            (
                curves(tuned(features, of_features, "width"), "error", "width"),
                curves(tuned(sizes, of_sizes, "size"), "error", "size"),
                curves(stopped_early(networks, of_networks), "error", "width"),
            ),
            strict=True,
        ):
            extrapolated(ax, found)
            ax.set_xscale("log")
            ax.set_yscale("log")
            for axis in (ax.xaxis, ax.yaxis):
                ticks_as(axis, plain_number)
            ticks_as(ax.yaxis, plain_number, minor=True)
            ax.xaxis.set_minor_formatter("")
        for ax, at in zip(row, (section(cfg, "train"), section(cfg, "sizes.width")), strict=False):
            threshold(ax, at, "interpolation threshold")
        network_threshold(row[2], networks, of_networks)
        row[0].set_ylabel(f"{ERROR.axis()}, {labels_named(of_features)}")
        row[2].set_title(labels_named(of_networks))
    for ax, name in zip(
        axes[1], ("random features", "training images", "network width"), strict=True
    ):
        ax.set_xlabel(name)
    legend_outside(drawn, axes[0, 0])
    return drawn


FIGURES: Figures = {
    "features": features,
    "ridge": ridge,
    "effective": effective,
    "networks": networks,
    "widths_and_steps": widths_and_steps,
    "epochs": epochs,
    "samples": samples,
    "scaling": scaling,
}


def main(snakemake: Job) -> None:
    """Draw all figures that the rule names."""
    draw(FIGURES, snakemake)


if __name__ == "__main__":
    from workflow_scripts.core.step import run

    run(main)
