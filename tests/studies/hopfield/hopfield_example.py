"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.derived import once
from tests.studies.hopfield.hopfield_worlds import (
    BETAS,
    DIMENSIONS,
    SEEDS,
    WORLD,
    blends,
    capacities,
    images,
    noise,
    pictures,
    rows,
    sizes_and_patterns,
)
from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.hopfield import tables as gathered

CFG = {
    "scale": "laptop",
    "hopfield.seeds": ["100-104", "105-109", "110-114", "115-119"],
    "hopfield.regimes.stored": 100,
    "hopfield.regimes.average": 0.01,
    "hopfield.regimes.blur": 10.0,
    "hopfield.regimes.retrieval": 100.0,
    "hopfield.separation.separated": 4,
    "hopfield.spheres.dimensions": DIMENSIONS,
}
DERIVED = {name: (source, once(found)) for name, (source, found) in gathered.DERIVED.items()}
CUES = ("10 % flipped", "50 % replaced")
PRODUCTS = (0.5, 4.0, 12.0, 20.0)


def recalls(w):
    return [
        rows(
            network=network, load=load, cue=cue, share=share + noise((network, cue), 1e-3, w), at=at
        )
        for network, load, share in (
            ("below capacity", 0.05, w["recalled"]),
            ("above capacity", 0.3, w["overloaded"]),
        )
        for at, cue in enumerate(CUES)
    ]


def paths(w):
    return [
        pd.DataFrame(
            {
                "seed": seed,
                "couplings": c,
                "trial": trial,
                "update": range(20),
                "energy": -np.arange(20.0) * (1 if c == "symmetric" else -0.5) - trial,
            }
        )
        for seed in SEEDS[:2]
        for c in w["rise"]
        for trial in range(2)
    ]


def spheres(w):
    made = []
    for d in DIMENSIONS:
        law = {"exponential": w["growth"] * (d - 8), "power": 9 * np.log2(d / 8)}[w["law"]]
        middle = 5 + law + noise(("sphere", d), 0.02, w)
        made += [
            rows(dimension=d, bits=bit, share=0.9 - 0.01 * (bit - middle)) for bit in range(1, 41)
        ]
    return made


def dense(w):
    made = []
    for order, size, middle in sizes_and_patterns(w):
        for load in (0.01, 1.0, 100.0):
            count = np.rint(middle * load).astype(int)
            error = 0.005 * count / middle
            made.append(rows(order=order, size=size, patterns=count, error=error, tested=10**9))
    return made


def separation(w):
    made = []
    for at, product in enumerate(PRODUCTS):
        log_error = w["falling"] * product + noise(("error", product), 0.02 * product, w)
        error = w["unseparated"] if product < 1 else w["error"]
        common = {"product": product, "queries": 8, "log_bound": -0.9 * product + 2, "at": at}
        apart = {"of_bound": w["of_bound"], "of_double_bound": 50.0}
        error = error * np.exp(noise(("size", product), 0.01, w))
        made.append(rows(arm="apart", **common, error=error, log_error=log_error, **apart))
        close = {"of_bound": 0.1, "of_double_bound": 0.2, "log_error": np.log(0.7)}
        made.append(rows(arm="close together", **common, error=0.7, **close))
    return made


def regimes(w):
    return [
        rows(
            arm=arm,
            beta=beta,
            stored=100,
            to_average=w["away"] * at / len(BETAS) + noise(("away", beta), 1e-3, w),
            to_stored=1 - at / len(BETAS) + noise(("near", beta), 1e-3, w),
            effective=number,
            at=at,
        )
        for arm in ("images", "shuffled pixels")
        for at, (beta, number) in enumerate(blends(arm, w))
    ]


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    w = WORLD | changes
    made = {
        "recall": recalls(w),
        "energy": [rows(couplings=c, updates=10, rise=r) for c, r in w["rise"].items()],
        "paths": paths(w),
        "capacity": capacities(w),
        "correlated": images(w),
        "spheres": spheres(w),
        "dense": dense(w),
        "separation": separation(w),
        "regimes": regimes(w),
        "identities": [
            rows(group=group, identity=name, difference=w["difference"], mismatch=0.3)
            for group, names in (("attention", ("one", "two")), ("family", ("three: four", "five")))
            for name in names
        ],
        "pictures": pictures(),
        "completion": [
            rows(network=network, stored=9, share=share)
            for network, share in (("classical, Hebb", 0.1), ("modern, 9 images", 1.0))
        ],
    }
    made = {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}
    for name, (source, found) in DERIVED.items():
        made[name] = found(made[source])
    return made


IMAGES = WORLD["images"]
# Worlds in which a claim is not true, while its control behaves.
REVERSED = {
    "recall": [{"recalled": 0.8}],
    "capacity": [{"limit": 0.12}, {"limit": 0.16}],
    "exponential": [{"growth": 0.3}, {"law": "power"}],
    "dense-memory": [{"powers": {2: 1.0, 3: 2.5, 4: 3.0}}, {"powers": {2: 1.0, 3: 2.0, 4: 2.5}}],
    "one-step": [{"falling": -0.5}],
    "beta": [
        {"average": 80.0},
        {"retrieval": 1.8},
        {"blends": (1.3, 1.9), "shuffled": (1.3, 1.4)},
        {"blends": (-0.5, 0.6)},
    ],
}
# Worlds in which the control fails.
CONTROL_FAILS = {
    "recall": [{"overloaded": 0.9}],
    "capacity": [
        {"images": IMAGES | {"images, Hebb": 0.15}},
        {"images": IMAGES | {"images, pseudo-inverse": 0.1}},
    ],
    "exponential": [{"powers": {2: 2.0, 3: 2.0, 4: 3.0}}, {"classical": "exponential"}],
    "dense-memory": [{"powers": {2: 2.0, 3: 2.0, 4: 3.0}}],
    "one-step": [{"unseparated": 0.05}],
    "beta": [{"shuffled": WORLD["blends"]}],
}
# Worlds in which there is nothing.
NULL = {
    "recall": {
        "absent": {"recalled": 0.3, "overloaded": 0.3},
        "identical": {"recalled": 0.99, "overloaded": 0.99},
        "never": {"recalled": 0.0, "overloaded": 0.0},
    },
    "capacity": {
        "absent": {"limit": 0.05},
        "identical": {"images": dict.fromkeys(IMAGES, 0.15)},
        "never": {"limit": 0.9},
    },
    "exponential": {
        "absent": {"growth": 0.0},
        "identical": {"classical": "exponential"},
        "never": {"growth": 100.0},
    },
    "dense-memory": {
        "absent": {"powers": {2: 1.0, 3: 1.0, 4: 1.0}},
        "identical": {"powers": {2: 2.0, 3: 2.0, 4: 2.0}},
    },
    "one-step": {
        "absent": {"falling": 0.0, "error": 0.7},
        "identical": {"unseparated": 1e-6},
    },
    "beta": {
        "absent": {"average": 20.0, "retrieval": 20.0},
        "identical": {"shuffled": WORLD["blends"]},
        "never": {"retrieval": 3.0},
    },
}
EXAMPLE = StudyExample(
    study="hopfield",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null=NULL,
    on_the_margin={
        "dense-memory": [{"powers": {2: 1.0, 3: 2.2, 4: 3.0}}],
        "one-step": [{"falling": -0.95}],
    },
    noisy=lambda: tables(spread=300.0),
    unsettled=dict.fromkeys(REVERSED, Verdict.UNDECIDED),
    reads={
        "recall": {"recall"},
        "critical_loads": {"capacity"},
        "half_recalled": {"capacity"},
        "bits": {"exponential"},
        "dense_capacity": {"exponential", "dense-memory"},
        "separation": {"one-step"},
        "regimes": {"beta"},
        "blending": {"beta"},
    },
    other=lambda: tables(
        recalled=0.5,
        limit=0.1,
        images={"random, Hebb": 0.1, "images, Hebb": 0.02, "images, pseudo-inverse": 0.3},
        growth=0.4,
        powers={2: 1.5, 3: 2.5, 4: 3.5},
        falling=-0.5,
        away=0.5,
        difference=1e-8,
    ),
    pictures={"completion", "retrieved"},
)
