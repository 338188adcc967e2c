"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.derived import once
from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.double_descent import effects
from workflow_scripts.studies.double_descent.linear_settings import ONE, TWO

# Most worlds have the same curves, and fits to them take most of the time of all claims.
effects.power_law = once(effects.power_law)

SEEDS, REGRESSION_SEEDS = range(100, 120), range(100, 140)
TRAIN, WIDTH = 100, 100
CFG = {
    "scale": "paper",  # which decides all claims
    "double_descent.features.sample.train": TRAIN,
    "double_descent.sizes.width": WIDTH,
    "double_descent.networks.network.kind": "residual",
    "double_descent.seeds": ["100-104", "105-109", "110-114", "115-119"],
    "double_descent.regression_seeds": ["100-119", "120-139"],
}
WIDTHS = [5, 8, 12, 16, 20, 25, 50, 75, 100, 150, 200, 400, 800]
SIZES = [10, 15, 25, 40, 60, 75, 100, 200, 400]
UNITS = [4, 6, 8, 10, 12, 16, 20, 32, 64]
STEPS = [0, 1, 10, 100, 1000]
NOISE = (0.0, 0.15)
RIDGES = [0.0, 0.1, 1.0]

# In this world every claim is true and every control comes out the other way.
WORLD = {
    "peak": 80.0,  # error (%) of unregularised regression at the threshold
    "at": TRAIN,  # where that peak lies
    "valley": 30.0,  # the lowest before it
    "beyond": 20.0,  # the lowest after it
    "narrowest": 50.0,
    "ridge_rise": 0.0,  # pp, by which the best penalty's error of the widest is above its law
    "ridge_peak": 0.0,  # the same at the threshold
    "norm": 50.0,  # at the threshold, beside 5 at both ends
    "norm_at": TRAIN,
    "ridge_norm": 1.2,  # norm of the best penalty at the threshold over the widest's
    "more_hurts": 40.0,  # pp, n = p against n = p/4
    "ridge_more_hurts": 0.0,  # pp, by which the best penalty's error at n = p is above its law
    "network": (50.0, 45.0, 55.0, 40.0),  # narrowest, valley, peak, widest; label noise
    "network_clean": (45.0, 42.0, 41.0, 38.0),
    "network_at": 16,
    "fits_at": 16,  # the narrowest width that fits its training labels
    "stopped_peak": 0.0,  # pp, by which networks that stop early are above their law around 16
    "epochs": (90.0, 30.0, 40.0, 35.0),
    "epochs_clean": (90.0, 30.0, 28.0, 25.0),
    "two_scales": (1.0, 0.5, 0.8, 0.3),
    "two_scales_quiet": (1.0, 0.5, 0.4, 0.1),
    "one_scale": (0.9, 0.4, 0.58, 0.6),
    "gap": 1e-13,  # relative, of the closed form to the simulation
    "law": 0.5,  # exponent of the error of best penalties and of networks that stop early
    "u": 0.0,  # curvature of its logarithm
    "floor": 1.0,  # of these errors, as a multiple of the usual one
    "unrelated": 0.0,  # by how much the log error of the largest is off, up or down by seed
    "classical_law": 0.0,  # if positive, the exponent of a law below the threshold, for the U
    "trained": 0.01,  # squared training error that is left at the threshold
    "trained_law": 0.0,  # if positive, the exponent of a law of the training error
    "spread": 1.0,
    "common": False,  # whether seeds differ by the same at all sizes and steps
}


def noise(number, seed, world):
    """What seeds differ by: five in a row have the mean zero, in another order each `number`.

    No two seeds have the same.
    """
    pattern = np.roll([-2.0, -1.0, 0.1, 1.0, 1.9], 0 if world["common"] else number)
    return world["spread"] * 0.05 * pattern[seed % 5] * (1 + 0.03 * ((seed - SEEDS[0]) // 5))


def off(number, sizes, seed, world):
    """The factor of the loss of the largest model."""
    last = number == len(sizes) - 1
    return np.exp(last * world["unrelated"] * np.sign(noise(0, seed, world)))


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    made = {
        "features": _regression(world, "width", WIDTHS),
        "sizes": _regression(world, "size", SIZES),
        "networks": _networks(world),
        "epochs": _epochs(world),
        "two_scales": _two_scales(world),
    }
    # Conditions are no measurements: a network that diverges keeps them.
    conditions = ("noise", "ridge")
    return {
        name: table.astype({each: object for each in conditions if each in table})
        for name, table in made.items()
    }


def _interpolated(sizes, places, values):
    return np.interp(np.log(sizes), np.log(places), values)


def _law(world, sizes, middle, floor, height):
    """A power law with a floor, or a U around `middle` in its place."""
    x = np.asarray(sizes, dtype=float)
    law = world["floor"] * floor + height * (x / x[0]) ** -world["law"]
    return law * np.exp(world["u"] * np.log(x / middle) ** 2)


def _plain_errors(world, axis, sizes):
    """Below the threshold the logarithm of the error is a quadratic in log size, as in a U."""
    x = np.asarray(sizes, dtype=float)
    if axis == "size":
        places = [sizes[0], WIDTH // 4, WIDTH, sizes[-1]]
        return _interpolated(sizes, places, [45, 40, 40 + world["more_hurts"], 25])
    if world["classical_law"]:
        return 20 + 60 * (x / x[0]) ** -world["classical_law"]
    left, valley, peak, right = (world[name] for name in ("narrowest", "valley", "peak", "beyond"))
    places = np.log([x[0], 15, world["at"]])
    below = np.polynomial.Polynomial.fit(places, np.log([left, valley, peak]), 2)
    beyond = _interpolated(sizes, [world["at"], sizes[-1]], [peak, right])
    return np.where(x <= world["at"], np.exp(below(np.log(x))), beyond)


def _best_errors(world, axis, sizes):
    x = np.asarray(sizes, dtype=float)
    if axis == "size":
        return _law(world, sizes, 100, 15, 30) + world["ridge_more_hurts"] * (x == WIDTH)
    errors = _law(world, sizes, 100, 20, 40) + world["ridge_peak"] * (x == TRAIN)
    return errors + world["ridge_rise"] * (x == x[-1])


def _train_risk(world, sizes):
    x = np.asarray(sizes, dtype=float)
    if world["trained_law"]:
        return 0.2 + x ** -world["trained_law"]
    return np.maximum(1 + world["trained"] - x / TRAIN, 1e-3)


def _norms(world, sizes, plain):
    if plain:
        return _interpolated(sizes, [sizes[0], world["norm_at"], sizes[-1]], [5, world["norm"], 5])
    return _interpolated(sizes, [sizes[0], TRAIN, sizes[-1]], [1, world["ridge_norm"], 1.0])


def _regression(world, axis, sizes):
    rows = []
    for share in NOISE:
        for ridge in RIDGES:
            plain = ridge == 0
            errors = (_plain_errors if plain else _best_errors)(world, axis, sizes)
            # The heavier penalty is worse everywhere, and chosen nowhere.
            worse = 20.0 * (ridge == RIDGES[-1])
            norms, trained = _norms(world, sizes, plain), _train_risk(world, sizes)
            for number, size in enumerate(sizes):
                for seed in REGRESSION_SEEDS:
                    shift = noise(number, seed, world)
                    error = errors[number] + worse + shift
                    if not plain:
                        error = (errors[number] + worse) * (1 + 0.005 * shift)
                        error *= off(number, sizes, seed, world)
                    rows.append({
                        "seed": seed, axis: size, "noise": share, "ridge": ridge,
                        "error": error,
                        "train_error": max(0.0, 50 - size / 2),
                        "train_risk": trained[number] * (1 + 1e-3 * shift),
                        "validation_risk": errors[number] + worse,
                        "risk": error / 50,
                        "norm": norms[number] * (1 + 1e-3 * shift),
                        "freedom": float(min(size, TRAIN)),
                        "effective": float(min(size, TRAIN**2 / size)),
                    })  # fmt: skip
    return pd.DataFrame(rows)


def _networks(world):
    rows = []
    shares = dict(zip(NOISE, ("network_clean", "network"), strict=True))
    units = np.asarray(UNITS, dtype=float)
    for share, name in shares.items():
        places = [UNITS[0], 8, world["network_at"], UNITS[-1]]
        ends = _interpolated(UNITS, places, world[name])
        stopped = _law(world, UNITS, 8, 30, 20)
        stopped += world["stopped_peak"] * ((units >= 12) & (units <= 20))
        for number, width in enumerate(UNITS):
            fitted = 2.0 if width >= world["fits_at"] else 30.0
            for seed in SEEDS:
                shift = noise(number, seed, world)
                early = stopped[number] * (1 + 0.005 * shift) * off(number, UNITS, seed, world)
                # Validation loss is lowest at the middle step.
                for step, error, other, loss in (
                    (0, 90.0, 90.0, 3.3), (10, 80.0, 80.0, 3.2), (50, 60.0, early, 1.0),
                    (90, ends[number] + shift, 70.0, 3.0), (100, ends[number] + shift, 70.0, 3.3),
                ):  # fmt: skip
                    for split, shown in (("test", error), ("validation", error),
                                         ("averaged test", other), ("averaged validation", other),
                                         ("train", fitted)):  # fmt: skip
                        rows.append({"seed": seed, "noise": share, "width": width, "step": step,
                                     "split": split, "loss": loss + 1e-3 * shift,
                                     "error": shown})  # fmt: skip
    return pd.DataFrame(rows)


def _epochs(world):
    rows = []
    for share, name in zip((0.0, 0.2), ("epochs_clean", "epochs"), strict=True):
        values = [world[name][0], *world[name]]
        for number, (step, error) in enumerate(zip(STEPS, values, strict=True)):
            for seed in SEEDS:
                shift = noise(number, seed, world)
                for split, shown in (("test", error + shift), ("train", error / 2)):
                    rows.append({"seed": seed, "noise": share, "step": step, "split": split,
                                 "loss": 1.0, "error": shown})  # fmt: skip
    return pd.DataFrame(rows)


def _two_scales(world):
    rows = []
    for model, share, name in (
        (TWO, 0.0, "two_scales_quiet"),
        (TWO, 1.0, "two_scales"),
        (ONE, 0.0, "two_scales_quiet"),
        (ONE, 1.0, "one_scale"),
    ):
        for number, (step, risk) in enumerate(zip(STEPS[1:], world[name], strict=True)):
            for seed in REGRESSION_SEEDS:
                value = risk * (1 + 1e-2 * noise(number, seed, world))
                rows.append({"seed": seed, "model": model, "noise": share, "step": step,
                             "risk": value, "simulated": value * (1 + world["gap"]),
                             "train_risk": value / 2})  # fmt: skip
    return pd.DataFrame(rows)


def noisy():
    """Without the widths of regressions, whose errors would be negative."""
    made = tables(spread=500.0)
    del made["features"]
    return made


# Worlds in which a part of a claim is wrong, while its control behaves.
REVERSED = {
    "model-wise-features": [
        {"peak": 40.0},
        {"beyond": 35.0},
        {"at": 400},
    ],
    "model-wise-network": [
        {"network": (50.0, 45.0, 44.0, 35.0)},  # no rise
        {"network": (50.0, 45.0, 55.0, 54.0)},  # no second descent
        {"fits_at": 6},  # the peak is elsewhere
    ],
    "epoch-wise": [{"epochs": (90.0, 40.0, 35.0, 30.0)}, {"epochs": (90.0, 30.0, 35.0, 40.0)}],
    "epoch-wise-linear": [
        {"two_scales": (1.0, 0.8, 0.5, 0.3)},
        {"two_scales": (1.0, 0.3, 0.5, 0.8)},
    ],
    "sample-wise": [{"more_hurts": -5.0}],
    "regularisation": [{"ridge_rise": 5.0}, {"ridge_peak": 10.0}],
    "smoother": [{"norm": 6.0}, {"norm_at": 400}],
    "classical-is-local": [
        {"stopped_peak": 15.0},
        {"narrowest": 30.0},  # no left arm
        {"valley": 82.0, "narrowest": 85.0},  # no right arm
    ],
    "scaling-law": [{"law": 0.0, "u": 0.05}],
}
# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "model-wise-features": [{"ridge_peak": 20.0}],
    "model-wise-network": [{"network_clean": (45.0, 40.0, 50.0, 38.0)}],
    "epoch-wise": [{"epochs_clean": (90.0, 30.0, 40.0, 35.0)}],
    "epoch-wise-linear": [{"one_scale": (0.9, 0.4, 0.8, 0.3)}],
    "sample-wise": [{"ridge_more_hurts": 20.0}],
    "regularisation": [{"peak": 28.0, "valley": 30.0}],
    "smoother": [{"ridge_norm": 10.0}],
    "classical-is-local": [{"network": (50.0, 45.0, 44.0, 40.0)}],
    "scaling-law": [{"classical_law": 0.5, "common": True}, {"trained_law": 0.5}],
}
# Worlds in which there is nothing: no effect, arms that are equal to the last bit, or an event that
# never happens.
FLAT = {"narrowest": 30.0, "valley": 30.0, "peak": 30.0, "beyond": 30.0}
FLAT_NETWORK = (45.0, 45.0, 45.0, 45.0)
FLAT_LINEAR = (0.5, 0.5, 0.5, 0.5)
NULL = {
    "model-wise-features": {"absent": FLAT, "identical": FLAT | {"common": True}},
    "epoch-wise-linear": {
        "absent": {"two_scales": FLAT_LINEAR},
        "identical": {"two_scales": FLAT_LINEAR, "one_scale": FLAT_LINEAR, "common": True},
    },
    "sample-wise": {
        "absent": {"more_hurts": 0.0},
        "identical": {"more_hurts": 0.0, "law": 0.0, "common": True},
    },
    # Nothing to remove: without a penalty there is no peak either.
    "regularisation": {"absent": FLAT, "identical": FLAT | {"common": True}},
    "smoother": {"absent": {"norm": 5.0}, "identical": {"norm": 5.0, "common": True}},
    "model-wise-network": {
        "absent": {"network": FLAT_NETWORK},
        "identical": {"network": FLAT_NETWORK, "network_clean": FLAT_NETWORK, "common": True},
        "never": {"fits_at": 10_000},
    },
    "epoch-wise": {
        "absent": {"epochs": (90.0, 30.0, 30.0, 30.0)},
        "identical": {
            "epochs": (90.0, 30.0, 30.0, 30.0),
            "epochs_clean": (90.0, 30.0, 30.0, 30.0),
            "common": True,
        },
    },
    # Trained to the end they show no peak either.
    "classical-is-local": {
        "absent": {"network": FLAT_NETWORK},
        "identical": {"network": FLAT_NETWORK, "law": 0.0, "common": True},
    },
    "scaling-law": {
        "absent": {"unrelated": 0.5},
        # Where the law has no floor it is a line, and so is the quadratic: both are right.
        "identical": {"floor": 0.0, "common": True},
    },
}

EXAMPLE = StudyExample(
    study="double_descent",
    cfg=CFG,
    tables=tables,
    reversed={claim: REVERSED[claim] for claim in NULL},
    control_fails=CONTROL_FAILS,
    null=NULL,
    on_the_margin={
        "sample-wise": [{"more_hurts": 0.0}],
        "model-wise-network": [{"network": (50.0, 45.0, 50.0, 45.0)}],
        "epoch-wise": [{"epochs": (90.0, 30.0, 31.0, 30.0)}],
    },
    noisy=noisy,
    unsettled=dict.fromkeys(("epoch-wise-linear", "sample-wise"), Verdict.UNDECIDED),
    reads={
        "features": {
            "model-wise-features",
            "regularisation",
            "smoother",
            "classical-is-local",
            "scaling-law",
        },
        "sizes": {"sample-wise", "scaling-law"},
        "networks": {"model-wise-network", "classical-is-local", "scaling-law"},
        "epochs": {"epoch-wise"},
        "two_scales": {"epoch-wise-linear"},
    },
    other=lambda: tables(
        peak=60.0,
        network=(60.0, 50.0, 70.0, 45.0),
        network_clean=(50.0, 45.0, 44.0, 40.0),
        epochs=(80.0, 40.0, 45.0, 41.0),
        two_scales=(1.0, 0.4, 0.9, 0.2),
        more_hurts=20.0,
        law=0.3,
    ),
)
