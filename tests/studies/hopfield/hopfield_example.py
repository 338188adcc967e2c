"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd
import torch

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.studies.hopfield.pictures import picture_rows
from workflow_scripts.studies.hopfield.thresholds import bits, critical_loads, dense_capacity

SEEDS = range(5)
REGIMES = {
    "stored": 100,
    "queries": 8,
    "noise": 0.3,
    "betas": [0.01, 10, 1000],
    "average": 0.01,
    "blur": 10,
    "retrieval": 1000,
}
DIMENSIONS = [8, 12, 16, 20]
CFG = {
    "scale": "laptop",
    "hopfield.correlated.judged": 0.05,
    **{f"hopfield.regimes.{name}": value for name, value in REGIMES.items()},
    "hopfield.spheres.dimensions": DIMENSIONS,
}
CUES = ("10 % flipped", "50 % replaced")
SIZES = (200, 500, 1000, 2000)
# In this world every claim is true and every control comes out the other way.
WORLD = {
    "recalled": 0.99,
    "overloaded": 0.1,
    "rise": {"symmetric": 0.0, "one-way": 30.0},
    "limit": 0.138,
    "widening": 3.0,  # of the load of collapse, per N^(−2/3)
    "images": {"random, Hebb": 0.99, "images, Hebb": 0.1, "images, pseudo-inverse": 0.99},
    "growth": 0.9,  # bits per dimension
    "bend": 0.0,  # bits, alternating over dimensions
    "powers": {2: 1.0, 3: 2.0, 4: 3.0},
    "difference": 1e-15,
    "mismatch": 0.3,
    "of_bound": 0.4,
    "of_double_bound": 50.0,
    "falling": -1.05,
    "error": 1e-6,
    "close": 0.7,
    "average": (0.01, 1.0),  # distances at the low inverse temperature: to average, to stored
    "retrieval": (1.0, 0.001),
    "blend": 20.0,
    "spread": 1.0,
}


def noise(number, scale, spread):
    """What seeds differ by: the mean over seeds is zero, another order each `number`."""
    return spread * scale * np.roll([-2.0, -1.0, 0.0, 1.0, 2.0], number)


def rows(count, **values):
    return pd.DataFrame({"seed": list(SEEDS), **values}, index=range(count))


def tables(**changes):
    """The study's tables in `WORLD` with some of its parts changed."""
    w = WORLD | changes
    spread = w["spread"]
    n = len(SEEDS)
    recall = [
        rows(n, network=network, load=load, cue=cue, share=share + noise(at, 0.001, spread))
        for network, load, share in (
            ("below capacity", 0.05, w["recalled"]),
            ("above capacity", 0.3, w["overloaded"]),
        )
        for at, cue in enumerate(CUES)
    ]
    energy = [rows(n, couplings=c, updates=10, rise=r) for c, r in w["rise"].items()]
    paths = [
        pd.DataFrame(
            {
                "seed": 0,
                "couplings": c,
                "trial": trial,
                "update": range(20),
                "energy": -np.arange(20.0) * (1 if c == "symmetric" else -0.5) - trial,
            }
        )
        for c in w["rise"]
        for trial in range(2)
    ]
    capacity = []
    for at, size in enumerate(SIZES):
        middle = w["limit"] + w["widening"] * size ** (-2 / 3) + noise(at, 0.0005, spread)
        for load in np.arange(0.02, 0.5, 0.02):
            overlap = 0.7 - (load - middle)  # falls below 0.7 at the middle
            capacity.append(rows(n, size=size, load=round(float(load), 3), overlap=overlap))
    images = [
        rows(n, arm=arm, load=load, share=share + noise(2, 0.001, spread))
        for arm, share in w["images"].items()
        for load in (0.05, 0.2)
    ]
    spheres = []
    for at, d in enumerate(DIMENSIONS):
        middle = (
            w["growth"] * (d - 8) + 5 + w["bend"] * (-1) ** at + noise(at, 0.02 * (d - 7), spread)
        )
        for bit in range(1, 41):
            spheres.append(rows(n, dimension=d, bits=bit, share=0.9 - 0.01 * (bit - middle)))
    dense = []
    for order, power in w["powers"].items():
        for at, size in enumerate((100, 200, 400)):
            middle = 10 * (size / 100) ** power * np.exp(noise(at, 0.005, spread))
            for load in (0.001, 1.0, 1000.0):
                count = middle * load
                error = 0.005 * count / middle
                dense.append(
                    rows(n, order=order, size=size, patterns=count, error=error, tested=10**9)
                )
    separation = []
    for product in (4, 12, 20):
        log_error = w["falling"] * product + noise(product, 0.02 * product, spread)
        common = {"product": product, "queries": 8, "log_bound": -0.9 * product + 2}
        separation.append(
            rows(
                n,
                arm="apart",
                **common,
                error=w["error"] + noise(0, 1e-8, spread),
                log_error=log_error,
                of_bound=w["of_bound"],
                of_double_bound=w["of_double_bound"],
            )
        )
        separation.append(
            rows(
                n,
                arm="close together",
                **common,
                error=w["close"] + noise(1, 0.01, spread),
                log_error=np.log(0.7),
                of_bound=0.1,
                of_double_bound=0.2,
            )
        )
    regimes = []
    for beta, (to_average, to_stored), blend in (
        (0.01, w["average"], 100.0),
        (10, (0.5, 0.7), w["blend"]),
        (1000, w["retrieval"], 1.0),
    ):
        regimes.append(
            rows(
                n,
                beta=beta,
                to_average=to_average + noise(0, 0.001, spread),
                to_stored=to_stored + noise(1, 0.001, spread),
                effective=blend + noise(2, 0.01, spread),
            )
        )
    identities = [
        rows(n, group=group, identity=name, difference=w["difference"], mismatch=w["mismatch"])
        for group, names in (("attention", ("one", "two")), ("family", ("three: four", "five")))
        for name in names
    ]
    grey = torch.linspace(0, 1, 28**2, dtype=torch.float64).repeat(2, 1)
    pictures = [
        picture_rows(group, kind, grey).assign(seed=0)
        for group, kinds in (
            ("completion", ("stored", "cue", "classical, Hebb", "modern, 9 images")),
            ("regimes", ("stored", "β = 0.01", "β = 10", "β = 1000")),
        )
        for kind in kinds
    ]
    completion = [
        rows(n, network=network, stored=9, share=share)
        for network, share in (("classical, Hebb", 0.1), ("modern, 9 images", 1.0))
    ]
    made = {
        "recall": recall,
        "energy": energy,
        "paths": paths,
        "capacity": capacity,
        "correlated": images,
        "spheres": spheres,
        "dense": dense,
        "separation": separation,
        "regimes": regimes,
        "identities": identities,
        "pictures": pictures,
        "completion": completion,
    }
    made = {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}
    made["critical_loads"] = critical_loads(made["capacity"])
    made["bits"] = bits(made["spheres"])
    made["dense_capacity"] = dense_capacity(made["dense"])
    return made


IMAGES = WORLD["images"]
# Worlds in which a claim is not true, while its control behaves.
REVERSED = {
    "recall": [{"recalled": 0.8}, {"rise": {"symmetric": 1.0, "one-way": 30.0}}],
    "capacity": [{"limit": 0.12}, {"limit": 0.16}],
    "exponential": [{"growth": 0.3}, {"bend": 6.0, "spread": 0.1}],
    "dense-memory": [{"powers": {2: 1.0, 3: 2.5, 4: 3.0}}, {"powers": {2: 1.0, 3: 2.0, 4: 2.5}}],
    "is-attention": [{"difference": 1e-11}],
    "one-step": [{"of_bound": 1.1}, {"falling": -0.5}, {"error": 0.05}],
    "beta": [{"average": (0.3, 1.0)}, {"retrieval": (1.0, 0.3)}, {"blend": 70.0}],
    "arc": [{"difference": 1e-11}],
}
# Worlds in which the control fails.
CONTROL_FAILS = {
    "recall": [{"overloaded": 0.9}, {"rise": {"symmetric": 0.0, "one-way": 0.0}}],
    "capacity": [
        {"images": IMAGES | {"images, Hebb": 0.9}},
        {"images": IMAGES | {"images, pseudo-inverse": 0.5}},
        {"images": IMAGES | {"random, Hebb": 0.5}},
    ],
    "exponential": [{"powers": {2: 2.0, 3: 2.0, 4: 3.0}}],
    "dense-memory": [{"powers": {2: 1.6, 3: 2.0, 4: 3.0}}],
    "is-attention": [{"mismatch": 1e-15}],
    "one-step": [{"of_double_bound": 0.9}, {"close": 0.1}],
    "beta": [{"average": (0.01, 0.3)}, {"retrieval": (0.3, 0.001)}],
    "arc": [{"mismatch": 1e-15}],
}
OPEN, NOT_RUN = Verdict.INCONCLUSIVE, Verdict.NOT_RUN
EXAMPLE = StudyExample(
    study="hopfield",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(spread=300.0),
    unsettled={  # identities are exact
        "recall": OPEN,
        "capacity": NOT_RUN,
        "exponential": NOT_RUN,
        "dense-memory": OPEN,
        "one-step": OPEN,
        "beta": OPEN,
    },
    reads={
        "recall": {"recall"},
        "energy": {"recall"},
        "critical_loads": {"capacity"},
        "correlated": {"capacity"},
        "bits": {"exponential"},
        "dense_capacity": {"exponential", "dense-memory"},
        "separation": {"one-step"},
        "regimes": {"beta"},
        "identities": {"is-attention", "arc"},
    },
    other=lambda: tables(
        recalled=0.5,
        limit=0.1,
        images={"random, Hebb": 0.5, "images, Hebb": 0.9, "images, pseudo-inverse": 0.2},
        growth=0.4,
        powers={2: 1.5, 3: 2.5, 4: 3.5},
        falling=-0.5,
        average=(0.5, 0.5),
        difference=1e-8,
    ),
    pictures={"completion", "retrieved"},
)
