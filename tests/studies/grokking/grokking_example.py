"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(10)
FEW = range(5)
CFG = {
    "scale": "laptop",
    "grokking.main": "main",
    "grokking.random": "random",
    "grokking.undecayed": "none",
    "grokking.decays": ["none", "main", "weak", "mild"],
    "grokking.fractions": ["half", "main", "thirty", "quarter"],
    "grokking.tasks": ["subtraction", "permutations"],
    "grokking.orthogonal": "orthogonal",
    "grokking.stable": "stable",
}
P, BUDGET, EVERY = 59, 8000, 100
CHANCE = 100 / P

# Of each condition: its setting, and the step at which it generalises (None: never). In this world
# every claim is true and every control comes out the other way.
CONDITIONS = {
    "main": {"waits": 1000},
    "random": {"waits": None, "operation": "random"},
    "mild": {"waits": 2500, "weight_decay": 0.3},
    "weak": {"waits": 6000, "weight_decay": 0.1},
    "none": {"waits": None, "weight_decay": 0.0},
    "half": {"waits": 500, "fraction": 0.5, "seeds": FEW},
    "thirty": {"waits": 3000, "fraction": 0.3, "seeds": FEW},
    "quarter": {"waits": None, "fraction": 0.25},
    "subtraction": {"waits": 1100, "operation": "subtract", "seeds": FEW},
    "permutations": {"waits": 1200, "operation": "compose", "seeds": FEW},
    "orthogonal": {"waits": 400, "weight_decay": 0.0, "seeds": FEW},
    "stable": {"waits": 900, "weight_decay": 0.0, "seeds": FEW},
}
WORLD = {
    "waits": {},  # by condition, if other than above
    "memorised": 50,
    "before": CHANCE,  # test accuracy (%) of all while they wait
    "never": CHANCE,  # of those that do not generalise, at the end
    "jump": (0.6, 1.0),  # test accuracy is at 10 % and at 90 % at these shares of the wait
    "share": {"restricted": 0.7, "gini": 0.4},  # of the whole change, made on the plateau
    "random_share": {"restricted": -0.2, "gini": 0.0},  # made by those who never generalise
    "spread": 1.0,
}
CHANGE = {"restricted": (4.1, 0.1), "gini": (0.05, 0.65), "excluded": (4.1, 3.0), "norm": (62, 55)}


def outcomes(**changes):
    """The table of outcomes in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    return pd.concat(
        [_condition(name, world, number) for number, name in enumerate(CONDITIONS)],
        ignore_index=True,
    )


def _noise(number, size, spread):
    """Factors that seeds differ by: near one, another order each `number`."""
    return np.exp(spread * 0.03 * np.roll(np.linspace(-2, 2, size), number))


def _condition(name, world, number):
    made = CONDITIONS[name]
    seeds = list(made.get("seeds", SEEDS))
    noise = _noise(number, len(seeds), world["spread"])
    waits = world["waits"].get(name, made["waits"])
    nan = np.full(len(seeds), np.nan)
    generalised = nan if waits is None else np.minimum(np.rint(waits * noise), BUDGET)
    share = world["random_share"] if waits is None else world["share"]
    table = pd.DataFrame(
        {
            "condition": name,
            "operation": made.get("operation", "add"),
            "symbols": P,
            "fraction": made.get("fraction", 0.4),
            "weight_decay": made.get("weight_decay", 1.0),
            "budget": BUDGET,
            "seed": seeds,
            "chance": CHANCE,
            "end": np.where(np.isnan(generalised), BUDGET, generalised + EVERY),
            "memorised": world["memorised"] * noise,
            "generalised": generalised,
            "reached_10": world["jump"][0] * generalised,
            "reached_50": np.mean(world["jump"]) * generalised * noise,
            "reached_90": world["jump"][1] * generalised,
            "converged": 2 * world["memorised"] * noise,
            "plateau": BUDGET if waits is None else 0.5 * generalised,
            "accuracy": (world["never"] if waits is None else 99.5) * noise ** (waits is None),
            "accuracy_memorised": world["before"] * noise,
            "accuracy_converged": world["before"] * noise,
        }
    )
    for measure, (start, end) in CHANGE.items():
        made_share = share.get(measure, 0.5)
        at_end = made_share if waits is None else 1.0
        table[f"{measure}_start"] = start
        table[f"{measure}_plateau"] = start + made_share * (end - start) * noise
        table[f"{measure}_end"] = start + at_end * (end - start) * noise
    return table


def tables(**changes):
    """All tables of the study, curves as ramps between their events."""
    made = outcomes(**changes)
    return {
        "outcomes": made,
        "curves": _curves(made),
        "waits": _waits(made),
        "spectra": _spectra(made),
    }


def _curves(made):
    parts = []
    for row in made.itertuples():
        steps = np.unique(np.r_[np.arange(0, row.end, EVERY), row.end])
        known = np.isfinite(row.generalised)
        late = row.generalised if known else 2 * BUDGET
        progress = np.clip(steps / late, 0, 1)
        parts.append(
            pd.DataFrame(
                {
                    "condition": row.condition,
                    "operation": row.operation,
                    "symbols": row.symbols,
                    "fraction": row.fraction,
                    "weight_decay": row.weight_decay,
                    "budget": row.budget,
                    "seed": row.seed,
                    "step": steps,
                    "train_loss": 4 * np.exp(-steps / row.memorised),
                    "train_accuracy": 100 * np.clip(steps / row.memorised, 0, 1),
                    "test_loss": 4 * (1 - progress),
                    "test_accuracy": 100 * progress**4,
                    "restricted": 4 * (1 - progress),
                    "excluded": 4 - progress,
                    "gini": 0.05 + 0.6 * progress,
                    "norm": 62 - 7 * progress,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _waits(made):
    parts = []
    for decay, group in made[made.condition.isin(CFG["grokking.decays"])].groupby("weight_decay"):
        steps = np.sort(group.generalised.dropna())
        share = np.arange(1, len(steps) + 1) / len(group)
        parts.append(
            pd.DataFrame(
                {
                    "step": np.r_[0, steps, BUDGET],
                    "share": np.r_[0, share, share[-1:] if len(share) else 0],
                    "low": 0.0,
                    "high": 1.0,
                    "weight_decay": decay,
                    "seeds": len(group),
                    "median": np.median(steps) if len(steps) else np.inf,
                    "log_rank_p": 0.001,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _spectra(made):
    frequencies = np.arange(1, P // 2 + 1)
    flat = np.full(len(frequencies), 1 / len(frequencies))
    peaked = np.where(frequencies % 7 == 0, 0.25, 0)
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "condition": row.condition,
                    "seed": row.seed,
                    "moment": moment,
                    "frequency": frequencies,
                    "share": peaked if moment == "end" and np.isfinite(row.generalised) else flat,
                }
            )
            for row in made.itertuples()
            for moment in ("start", "end")
        ],
        ignore_index=True,
    )


def other():
    """Tables in which everything that figures show is other."""
    made = tables(waits={"main": 300, "half": 900, "orthogonal": 4000, "weak": None})
    made["spectra"].loc[made["spectra"].moment == "end", "share"] *= 0.5
    return made


# Worlds in which the opposite is true, or a part of the claim is false, while its control behaves.
REVERSED = {
    "delayed": [{"memorised": 400}],
    "many-tasks": [{"waits": {"permutations": 100}}],
    "phase-change": [{"jump": (0.3, 1.0)}],
    "weight-decay": [{"waits": {"weak": 1500}}],
    "hidden-progress": [{"share": {"restricted": 0.2, "gini": 0.4}}],
    "less-data": [{"waits": {"half": 9000, "main": 3000, "thirty": 500, "quarter": 100}}],
    "patience": [{"before": 60.0}],
    "numerics": [{"waits": {"orthogonal": None}}],
    "stable-softmax": [{"waits": {"stable": None}}],
}
# Worlds in which the control fails.
CONTROL_FAILS = {
    "delayed": [{"never": 40.0}],
    "many-tasks": [{"never": 40.0}],
    "hidden-progress": [
        {"random_share": {"restricted": 0.6, "gini": 0.0}},
        {"random_share": {"restricted": 0.0, "gini": 0.5}},
    ],
    "patience": [{"never": 90.0}],
    "numerics": [{"waits": {"none": 4000}}],
    "stable-softmax": [{"waits": {"none": 4000}}],
}
EXAMPLE = StudyExample(
    study="grokking",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    noisy=lambda: tables(spread=60.0),
    # Accuracies at the end are 99.5 % in all worlds, and phases change within one seed.
    unsettled=dict.fromkeys(
        ("delayed", "many-tasks", "weight-decay", "hidden-progress", "less-data", "patience"),
        Verdict.INCONCLUSIVE,
    ),
    reads={"outcomes": set(REVERSED)},
    other=other,
)
