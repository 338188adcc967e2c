"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import zlib

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(100, 120)
CFG = {
    "scale": "laptop",
    "approximation.seeds": ["100-109", "110-119"],
    "approximation.other_seeds": ["100-109", "110-119"],
}
WIDTHS = (4, 16, 64, 256)
TRAINED = (4, 16, 256)
DEPTHS = (1, 2, 3, 4)
LEARNED = (1, 2, 3, 5, 6)
DEGREES = (8, 16, 32)
# In this world every claim is true and every control comes out the other way.
WORLD = {
    "slopes": {"smooth": -2.0, "kinked": -1.0, "rough": -0.5},
    "polynomial": 0.0,
    "outside": {"constructed": 0.1, "Adam": 0.1, "L-BFGS": 0.1},
    "inside": {"Adam": -0.5, "L-BFGS": -0.6},
    "narrow": {"Adam": 1.0, "L-BFGS": 1.0},
    "doublings": 1.0,
    "smooth_doublings": 0.0,
    "shallow": 0.8,
    "pieces": 1.0,
    "network": 1e-12,
    "left": {1: 0.001, 2: 0.001, 3: 0.3, 5: 0.9, 6: 0.95},
    "chebyshev": -14.0,
    "runge": 8.0,
    "difference": 0.0,
    "spread": 1.0,
}


def noise(name, scale, world):
    """What seeds differ by; another draw for each name, the same one in every world."""
    random = np.random.default_rng(zlib.crc32(repr(name).encode()))
    return world["spread"] * scale * random.standard_normal(len(SEEDS))


def rows(**values):
    """One row per seed."""
    return pd.DataFrame({"seed": list(SEEDS), **values}, index=range(len(SEEDS)))


def constructed(w):
    made = []
    for kind, slope in w["slopes"].items():
        for activation, power in (("ReLU", slope), ("polynomial", w["polynomial"])):
            for width in WIDTHS:
                at = np.log(width / 4)
                shift = noise((kind, activation, width), 0.02, w)
                beside = noise((kind, activation, width, "beside"), 0.02, w)
                inside = np.exp(power * at + shift)
                outside = np.exp(w["outside"]["constructed"] * at + beside)
                facts = {"kind": kind, "activation": activation, "width": width}
                made.append(rows(**facts, inside=inside, outside=outside))
    return made


def trained(w):
    made = []
    for optimiser in ("Adam", "L-BFGS"):
        for kind in ("smooth", "kinked", "rough") if optimiser == "Adam" else ("smooth",):
            for width in TRAINED:
                at = np.log(width / 4)
                shift = noise((optimiser, kind, width), 0.02, w)
                beside = noise((optimiser, kind, width, "beside"), 0.02, w)
                inside = w["narrow"][optimiser] * np.exp(w["inside"][optimiser] * at + shift)
                made.append(
                    rows(
                        kind=kind,
                        width=width,
                        optimiser=optimiser,
                        inside=inside,
                        outside=np.exp(w["outside"][optimiser] * at + beside),
                        loss=inside**2,
                        late_loss=1.1 * inside**2,
                        converged=1.0,
                        iterations=100.0,
                    )
                )
    return made


def tents(w):
    made = []
    for arm, growth in (("tents", w["doublings"]), ("monotone", w["smooth_doublings"])):
        for depth in DEPTHS if arm == "monotone" else (*DEPTHS, 5):
            needed = 2.0 ** (growth * depth + noise((arm, depth), 0.02, w))
            fitted = depth in DEPTHS
            folded = arm == "tents"
            made.append(
                rows(
                    arm=arm,
                    depth=depth,
                    pieces=w["pieces"] * 2.0**depth if folded else np.nan,
                    error=w["network"] if folded else np.nan,
                    needed=needed if fitted else np.nan,
                    shallow=w["shallow"] + noise((arm, depth, "left"), 0.01, w)
                    if fitted
                    else np.nan,
                )
            )
    return made


def deep(w):
    return [
        rows(
            depth=depth,
            left=w["left"][depth] + noise(depth, 0.002, w),
            exact=0.0,
            pieces=depth,
            at=depth,
        )
        for depth in LEARNED
    ]


def polynomials(w):
    made = []
    for function in ("smooth", "Runge"):
        for nodes in ("Chebyshev", "equispaced"):
            end = {"smooth": w["chebyshev"], "Runge": w["runge"]}[function]
            if (function, nodes) == ("Runge", "Chebyshev"):
                end = -2.0
            for degree in DEGREES:
                log = end * degree / DEGREES[-1] + noise((function, nodes, degree), 0.05, w)
                facts = {"function": function, "nodes": nodes, "degree": degree}
                made.append(rows(**facts, error=10.0**log))
    return made


def identities(w):
    return [
        pd.DataFrame(
            {
                "identity": name,
                "layers": [1, 2, 3],
                "pieces": [2.0, 4.0, 8.0],
                "difference": w["difference"],
                "wrong": 0.4,
                "bound": [-1.0, -0.5, 0.1],
                "error": np.array([2.0**-4, 2.0**-6, 2.0**-8]) + w["difference"],
                "theory": [2.0**-4, 2.0**-6, 2.0**-8],
            }
        )
        for name in ("tents", "counting", "square")
    ]


def curves(panels, w):
    x = np.linspace(0, 1, 30)
    return [
        pd.DataFrame(
            {"seed": 100, "panel": panel, "curve": curve, "x": x, "y": x ** (at + w["spread"])}
        )
        for panel, names in panels.items()
        for at, curve in enumerate(names)
    ]


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    w = WORLD | changes
    panels = dict.fromkeys(("smooth", "kinked", "rough"), ("function", "8 units"))
    made = {
        "constructed": constructed(w),
        "trained": trained(w),
        "tents": tents(w),
        "deep": deep(w),
        "polynomials": polynomials(w),
        "identities": identities(w),
        "drawings": curves(panels | {"Runge": ("function", "Chebyshev", "equispaced")}, w),
        "learned": curves({str(depth): ("tents", "trained") for depth in LEARNED}, w),
    }
    return {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}


def part(name, **changes):
    """A change of some entries of a part of the world."""
    return {name: WORLD[name] | changes}


REVERSED = {
    "any-precision": [
        part("slopes", smooth=-1.5),
        part("slopes", kinked=-0.5),
        part("slopes", rough=-0.1),
    ],
    "not-training": [part("inside", Adam=-1.9), part("inside", **{"L-BFGS": -1.9})],
    "not-off-domain": [
        part("outside", constructed=-0.5),
        part("outside", Adam=-0.5),
        part("outside", **{"L-BFGS": -0.5}),
    ],
    "depth-beats-width": [{"doublings": 0.7}, {"shallow": 0.2}, {"pieces": 0.5}, {"network": 0.1}],
    "deep-not-found": [
        {"left": WORLD["left"] | {5: 0.2}},
        {"left": WORLD["left"] | {6: 0.2}},
    ],
    "polynomials-too": [{"chebyshev": -5.0}],
}
CONTROL_FAILS = {
    "any-precision": [{"polynomial": -0.5}],
    "not-training": [part("narrow", Adam=30.0)],
    "not-off-domain": [part("slopes", smooth=-0.5), part("inside", Adam=0.0)],
    "depth-beats-width": [{"smooth_doublings": 1.0}],
    "deep-not-found": [{"left": WORLD["left"] | {2: 0.9}}],
    "polynomials-too": [{"runge": -3.0}],
}
NULL = {
    "any-precision": {
        "absent": {"slopes": dict.fromkeys(WORLD["slopes"], 0.0)},
        "identical": {"polynomial": -2.0},
        "never": {"slopes": dict.fromkeys(WORLD["slopes"], 0.5)},
    },
    "not-training": {
        "absent": part("inside", Adam=-2.0, **{"L-BFGS": -2.0}),
        "identical": part("inside", Adam=-2.0, **{"L-BFGS": -2.0}),
    },
    "not-off-domain": {
        "absent": part("outside", constructed=-2.0, Adam=-0.5, **{"L-BFGS": -0.6}),
        "identical": part("inside", Adam=0.1, **{"L-BFGS": 0.1}),
    },
    "depth-beats-width": {
        "absent": {"doublings": 0.0},
        "identical": {"smooth_doublings": 1.0},
    },
    "deep-not-found": {
        "absent": {"left": dict.fromkeys(LEARNED, 0.001)},
        "identical": {"left": dict.fromkeys(LEARNED, 0.9)},
    },
    "polynomials-too": {"absent": {"chebyshev": 0.0}, "identical": {"runge": -14.0}},
}
EXAMPLE = StudyExample(
    study="approximation",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null=NULL,
    on_the_margin={"any-precision": [part("slopes", smooth=-1.8)]},
    noisy=lambda: tables(spread=100.0),
    unsettled=dict.fromkeys(("any-precision", "not-training", "not-off-domain"), Verdict.UNDECIDED),
    reads={
        "constructed": {"any-precision", "not-training", "not-off-domain"},
        "trained": {"not-training", "not-off-domain"},
        "tents": {"depth-beats-width"},
        "deep": {"deep-not-found"},
        "polynomials": {"polynomials-too"},
    },
    other=lambda: tables(
        slopes={"smooth": -1.5, "kinked": -0.7, "rough": -0.3},
        outside={"constructed": 0.3, "Adam": 0.2, "L-BFGS": 0.3},
        doublings=0.8,
        shallow=0.5,
        left=dict.fromkeys(LEARNED, 0.4),
        chebyshev=-8.0,
        difference=1e-3,
        spread=2.0,
    ),
)
