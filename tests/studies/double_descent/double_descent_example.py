"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(5)
TRAIN, WIDTH = 100, 100
CFG = {
    "scale": "laptop",
    "double_descent.features.sample.train": TRAIN,
    "double_descent.sizes.width": WIDTH,
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
    "ridge_rise": -2.0,  # of the best penalty, from the second widest to the widest
    "ridge_peak": 0.0,  # of the best penalty at the threshold, in pp
    "norm": 50.0,  # at the threshold, beside 5 at both ends
    "norm_at": TRAIN,
    "ridge_norm": 1.2,  # norm of the best penalty at the threshold over the widest's
    "more_hurts": 40.0,  # pp, n = p against n = p/4
    "ridge_more_hurts": -10.0,
    "network": (50.0, 45.0, 55.0, 40.0),  # narrowest, valley, peak, widest; label noise
    "network_clean": (45.0, 42.0, 41.0, 38.0),
    "network_at": 16,
    "fits_at": 16,  # the narrowest width that fits its training labels
    "stopped": (48.0, 44.0, 43.0, 38.0),
    "epochs": (90.0, 30.0, 40.0, 35.0),
    "epochs_clean": (90.0, 30.0, 28.0, 25.0),
    "two_scales": (1.0, 0.5, 0.8, 0.3),
    "two_scales_quiet": (1.0, 0.5, 0.4, 0.1),
    "gap": 1e-13,  # relative, of the closed form to the simulation
    "small_law": 0.5,  # exponent of loss over all sizes
    "small_u": 0.0,  # curvature of log loss over all sizes
    "classical_u": 0.3,  # curvature of log risk below the threshold
    "spread": 1.0,
}


def noise(number, spread):
    """What seeds differ by: small, the mean over seeds is zero, another order each `number`."""
    return spread * 0.05 * np.roll([-2.0, -1.0, 0.0, 1.0, 2.0], number)


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    return {
        "features": _regression(world, "width", WIDTHS),
        "sizes": _regression(world, "size", SIZES),
        "networks": _networks(world),
        "epochs": _epochs(world),
        "two_scales": _two_scales(world),
    }


def _interpolated(sizes, places, values):
    return np.interp(np.log(sizes), np.log(places), values)


def _plain_errors(world, axis, sizes):
    if axis == "size":
        places = [sizes[0], WIDTH // 4, WIDTH, sizes[-1]]
        return _interpolated(sizes, places, [45, 40, 40 + world["more_hurts"], 25])
    values = [world[name] for name in ("narrowest", "valley", "peak", "beyond")]
    return _interpolated(sizes, [sizes[0], 25, world["at"], sizes[-1]], values)


def _best_errors(world, axis, sizes):
    if axis == "size":
        places = [sizes[0], WIDTH // 4, WIDTH, sizes[-1]]
        return _interpolated(sizes, places, [45, 40, 40 + world["ridge_more_hurts"], 20])
    errors = _interpolated(sizes, [sizes[0], sizes[-1]], [50, 30])
    errors[-1] = errors[-2] + world["ridge_rise"]
    return errors + world["ridge_peak"] * (np.asarray(sizes) == TRAIN)


def _risk(world, axis, sizes, plain):
    x = np.asarray(sizes, dtype=float)
    if plain and axis == "width":
        return np.exp(world["classical_u"] * np.log(x / 15) ** 2)
    return 0.2 + x ** -world["small_law"] * np.exp(world["small_u"] * np.log(x / 100) ** 2)


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
            risks = _risk(world, axis, sizes, plain) + worse
            norms = _norms(world, sizes, plain)
            for number, size in enumerate(sizes):
                for seed in SEEDS:
                    shift = noise(number, world["spread"])[seed]
                    rows.append({
                        "seed": seed, axis: size, "noise": share, "ridge": ridge,
                        "error": errors[number] + worse + shift,
                        "train_error": max(0.0, 50 - size / 2),
                        "validation_risk": risks[number],
                        "risk": risks[number] * (1 + 1e-3 * shift),
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
        stopped = _interpolated(UNITS, [UNITS[0], 8, 16, UNITS[-1]], world["stopped"])
        loss = 0.5 + units ** -world["small_law"]
        loss *= np.exp(world["small_u"] * np.log(units / 8) ** 2)
        for number, width in enumerate(UNITS):
            fitted = 2.0 if width >= world["fits_at"] else 30.0
            for seed in SEEDS:
                shift = noise(number, world["spread"])[seed]
                # Validation loss is lowest at the middle step.
                for step, error, value in ((0, 90.0, 2.3), (50, stopped[number], loss[number]),
                                           (100, ends[number], 3.0)):  # fmt: skip
                    moved = value * (1 + 1e-3 * shift)
                    for split, shown in (("test", error + shift), ("validation", error),
                                         ("train", fitted)):  # fmt: skip
                        rows.append({"seed": seed, "noise": share, "width": width, "step": step,
                                     "split": split, "loss": moved, "error": shown})  # fmt: skip
    return pd.DataFrame(rows)


def _epochs(world):
    rows = []
    for share, name in zip((0.0, 0.2), ("epochs_clean", "epochs"), strict=True):
        values = [world[name][0], *world[name]]
        for number, (step, error) in enumerate(zip(STEPS, values, strict=True)):
            for seed in SEEDS:
                shift = noise(number, world["spread"])[seed]
                for split, shown in (("test", error + shift), ("train", error / 2)):
                    rows.append({"seed": seed, "noise": share, "step": step, "split": split,
                                 "loss": 1.0, "error": shown})  # fmt: skip
    return pd.DataFrame(rows)


def _two_scales(world):
    rows = []
    for share, name in zip((0.0, 1.0), ("two_scales_quiet", "two_scales"), strict=True):
        for number, (step, risk) in enumerate(zip(STEPS[1:], world[name], strict=True)):
            for seed in SEEDS:
                value = risk * (1 + 1e-2 * noise(number, world["spread"])[seed])
                rows.append({"seed": seed, "noise": share, "step": step, "risk": value,
                             "simulated": value * (1 + world["gap"]),
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
        {"gap": 1e-6},
    ],
    "sample-wise": [{"more_hurts": -5.0}],
    "regularisation": [{"ridge_rise": 3.0}, {"ridge_peak": 10.0}],
    "smoother": [{"norm": 6.0}, {"norm_at": 400}],
    "classical-is-local": [
        {"stopped": (48.0, 40.0, 50.0, 38.0)},
        {"narrowest": 30.0},  # no left arm
        {"valley": 82.0, "narrowest": 85.0},  # no right arm
    ],
    "scaling-law": [{"small_law": 0.0, "small_u": 0.2}],
}
# Worlds in which the control fails, and with it the test's power to tell.
CONTROL_FAILS = {
    "model-wise-features": [{"ridge_peak": 20.0}],
    "model-wise-network": [{"network_clean": (45.0, 40.0, 50.0, 38.0)}],
    "epoch-wise": [{"epochs_clean": (90.0, 30.0, 40.0, 35.0)}],
    "epoch-wise-linear": [{"two_scales_quiet": (1.0, 0.4, 0.8, 0.1)}],
    "sample-wise": [{"ridge_more_hurts": 5.0}],
    "regularisation": [{"peak": 28.0, "valley": 30.0}],
    "smoother": [{"ridge_norm": 10.0}],
    "classical-is-local": [{"network": (50.0, 45.0, 44.0, 40.0)}],
    "scaling-law": [{"classical_u": 0.0}],
}
EXAMPLE = StudyExample(
    study="double_descent",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=noisy,
    unsettled=dict.fromkeys(("epoch-wise-linear", "sample-wise"), Verdict.INCONCLUSIVE),
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
        small_law=0.3,
    ),
)
