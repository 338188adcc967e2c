"""Made-up tables of the study, in which every effect is as large as one wants it to be."""

import numpy as np
import pandas as pd

from tests.studies.study_example import StudyExample
from workflow_scripts.evidence.claims.row import Verdict

SEEDS = range(100, 120)
CFG = {
    "scale": "paper",  # which decides all claims
    "grokking.seeds": ["100-104", "105-109", "110-114", "115-119"],
    "grokking.compared_seeds": ["100-104", "105-109", "110-114", "115-119"],
    "grokking.task_seeds": ["100-104", "105-109", "110-114", "115-119"],
    "grokking.main": "main",
    "grokking.random": "random",
    "grokking.undecayed": "none",
    "grokking.decays": ["none", "main", "weak", "mild"],
    "grokking.fractions": ["half", "main", "thirty", "quarter"],
    "grokking.tasks": ["subtraction", "permutations"],
    "grokking.orthogonal": "orthogonal",
    "grokking.stable": "stable",
    "grokking.collapsing": "collapsing",
    "grokking.rounded": "rounded",
}
P, BUDGET, EVERY = 59, 8000, 100
CHANCE = 100 / P
MEMORISED = 50

# Of each condition: its setting, and the step at which it generalises (None: never). In this world
# every claim is true and every control comes out the other way.
CONDITIONS = {
    "main": {"waits": 1000},
    "random": {"waits": None, "operation": "random"},
    "mild": {"waits": 2500, "weight_decay": 0.3},
    "weak": {"waits": 6000, "weight_decay": 0.1},
    "none": {"waits": None, "weight_decay": 0.0},
    "half": {"waits": 500, "fraction": 0.5},
    "thirty": {"waits": 3000, "fraction": 0.3},
    "quarter": {"waits": None, "fraction": 0.25, "budget": 16000},
    "subtraction": {"waits": 1100, "operation": "subtract"},
    "permutations": {"waits": 1200, "operation": "compose"},
    "orthogonal": {"waits": 400, "weight_decay": 0.0},
    "stable": {"waits": 900, "weight_decay": 0.0},
    "collapsing": {"waits": None, "weight_decay": 0.0},
    "rounded": {"waits": 2000, "weight_decay": 0.0},
}
SETTINGS = ("condition", "operation", "fraction", "weight_decay", "budget", "seed")
WORLD = {
    "waits": {},  # by condition, if other than above
    "memorised": {},  # by condition, if not in proportion to its share of the table
    "known": MEMORISED,  # steps to memorise at a share of 0.4
    "learned": (0.2, 0.9),  # training accuracy is at 10 % and 90 % at these shares of those steps
    "before": CHANCE,  # test accuracy (%) of all while they wait
    "never": CHANCE,  # of those that do not generalise, at the end
    "jump": (0.6, 1.0),  # test accuracy is at 10 % and at 90 % at these shares of the wait
    "share": {"restricted": 0.7, "gini": 0.4},  # of the whole change, made on the plateau
    "random_share": {"restricted": -0.2, "gini": 0.0},  # made by those who never generalise
    "fall": (0.75, -0.5),  # nats of restricted loss by the end of the guesses; on random answers
    "lost": 1.0,  # pp of test accuracy by stopping early on images
    "alike": {},  # conditions whose networks are, to the bit, those of another one
    "spread": 1.0,
}
CHANGE = {"restricted": (4.1, 0.1), "gini": (0.05, 0.65), "excluded": (4.1, 3.0), "norm": (62, 55)}


def outcomes(**changes):
    """The table of outcomes in `WORLD` with some of its parts changed."""
    world = WORLD | changes
    made = {name: _condition(name, world, number) for number, name in enumerate(CONDITIONS)}
    for name, other in world["alike"].items():
        own = made[name][list(SETTINGS)]
        made[name] = made[other].assign(**{column: own[column] for column in SETTINGS})
    return pd.concat(made.values(), ignore_index=True)


def _noise(number, spread):
    """Factors that seeds differ by: near one, others for each `number`."""
    return np.exp(spread * 0.03 * np.random.default_rng(number).normal(size=len(SEEDS)))


def _condition(name, world, number):
    made = CONDITIONS[name]
    noise, other = (_noise(n, world["spread"]) for n in (number, 100 + number))
    budget, fraction = made.get("budget", BUDGET), made.get("fraction", 0.4)
    waits = world["waits"].get(name, made["waits"])
    nan = np.full(len(SEEDS), np.nan)
    generalised = nan if waits is None else np.rint(waits * noise)
    generalised = np.where(generalised <= budget, generalised, np.nan)
    memorised = world["memorised"].get(name, world["known"] * fraction / 0.4) * noise
    first, last = world["jump"]
    share = world["random_share"] if waits is None else world["share"]
    never = np.isnan(generalised)
    table = pd.DataFrame(
        {
            "condition": name,
            "operation": made.get("operation", "add"),
            "symbols": P,
            "fraction": fraction,
            "held_out": round((1 - fraction) * P**2),
            "weight_decay": made.get("weight_decay", 1.0),
            "budget": budget,
            "seed": SEEDS,
            "chance": CHANCE,
            "end": np.where(never, budget, generalised + EVERY),
            "memorised": memorised,
            "generalised": generalised,
            "reached_10": first * generalised,
            "reached_50": (first + last) / 2 * generalised * other,
            "reached_90": (first + (last - first) * other) * generalised,
            "learned_10": world["learned"][0] * memorised,
            "learned_50": np.mean(world["learned"]) * memorised,
            "learned_90": world["learned"][1] * memorised * other,
            "converged": 2 * memorised * other,
            "unmoved": np.where(never, budget, 0.4 * generalised),
            "plateau": np.where(never, budget, 0.5 * generalised),
            "accuracy": np.where(never, world["never"] * other, 99.5),
            "accuracy_memorised": world["before"] * other,
            "accuracy_converged": world["before"] * noise,
        }
    )
    for measure, (start, end) in CHANGE.items():
        made_share = share.get(measure, 0.5)
        table[f"{measure}_start"] = start
        table[f"{measure}_unmoved"] = start + 0.5 * made_share * (end - start) * other
        table[f"{measure}_plateau"] = start + (made_share + np.log(noise)) * (end - start)
        little = made_share + 0.1 * np.log(other)
        at_end = np.where(never, little, noise)
        table[f"{measure}_end"] = start + at_end * (end - start)
    return table


def tables(**changes):
    """All tables of the study, curves as ramps between their events."""
    made, world = outcomes(**changes), WORLD | changes
    return {
        "outcomes": made,
        "curves": _curves(made),
        "waits": _waits(made),
        "growth": _growth(made, world),
        "stops": _stops(world),
        "spectra": _spectra(made),
    }


def _growth(made, world):
    main = made[made.condition == "main"]
    fall, twin = world["fall"]
    noise = [np.log(_noise(200 + n, world["spread"])) * 5 for n in (0, 1)]
    falls = {"random_fall": twin + noise[1], "fall": fall + noise[0]}
    if world["alike"].get("main") == "random":
        falls["fall"] = falls["random_fall"]
    return pd.DataFrame({"seed": main.seed, "unmoved": main.unmoved, **falls})


def _stops(world):
    there = 80 * _noise(300, 0.3 * world["spread"])
    end = there + world["lost"] + 10 * np.log(_noise(301, world["spread"]))
    steps = {"converged": 300, "end": 1500}
    return pd.DataFrame({"seed": SEEDS, **steps, "accuracy_converged": there, "accuracy": end})


def _curves(made):
    parts = []
    for row in made.itertuples():
        steps = np.unique(np.r_[np.arange(0, row.end, EVERY), row.end]).astype(int)
        known = np.isfinite(row.generalised)
        late = row.generalised if known else 2 * row.budget
        parts.append((steps, np.clip(steps / late, 0, 1), steps / row.memorised))
    steps, progress, learned = (np.concatenate(each) for each in zip(*parts, strict=True))
    names = "condition operation symbols fraction held_out weight_decay budget seed"
    repeated = made[names.split()].loc[np.repeat(made.index, [len(each[0]) for each in parts])]
    return repeated.reset_index(drop=True).assign(
        step=steps,
        train_loss=4 * np.exp(-learned),
        train_accuracy=100 * np.clip(learned, 0, 1),
        test_loss=4 * (1 - progress),
        test_accuracy=100 * progress**4,
        restricted=4 * (1 - progress),
        excluded=4 - progress,
        gini=0.05 + 0.6 * progress,
        norm=62 - 7 * progress,
    )


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
    shares = [(flat, peaked if np.isfinite(late) else flat) for late in made.generalised]
    count = 2 * len(frequencies)
    repeated = made[["condition", "seed"]].loc[np.repeat(made.index, count)]
    moments = np.repeat(["start", "end"], len(frequencies))
    return repeated.reset_index(drop=True).assign(
        moment=np.tile(moments, len(made)),
        frequency=np.tile(frequencies, 2 * len(made)),
        share=np.ravel(shares),
    )


def other():
    """Tables in which everything that figures show is other."""
    waits = {"main": 300, "half": 900, "orthogonal": 4000, "weak": None}
    made = tables(waits=waits, fall=(0.2, -0.1))
    made["spectra"].loc[made["spectra"].moment == "end", "share"] *= 0.5
    return made


# Worlds in which the opposite is true, or a part of the claim is false, while its control behaves.
REVERSED = {
    "delayed": [{"known": 400}, {"waits": {"main": None}}],
    "many-tasks": [{"waits": {"permutations": 100}}, {"waits": {"subtraction": None}}],
    "phase-change": [{"jump": (0.3, 1.0)}],
    "weight-decay": [
        {"waits": {"main": 6000, "mild": 2500, "weak": 500}},
        {"waits": {"none": 7000}},
    ],
    "hidden-progress": [
        {"share": {"restricted": 0.2, "gini": 0.4}},
        {"share": {"restricted": 0.7, "gini": 0.1}},
    ],
    "hidden-growth": [{"fall": (-0.9, -0.5)}],
    "less-data": [
        {"waits": {"half": 7000, "main": 3000, "thirty": 500, "quarter": 100}},
        {"waits": {"quarter": 9000}},
    ],
    "patience": [{"before": 60.0}, {"waits": {"main": None}}],
    "numerics": [{"waits": {"orthogonal": None}}],
    "stable-softmax": [{"waits": {"stable": None}}],
}
# Worlds in which the control fails.
UNDERSTOOD = {"waits": {"random": 1500}}
CONTROL_FAILS = {
    "delayed": [UNDERSTOOD],
    "many-tasks": [UNDERSTOOD],
    "phase-change": [{"learned": (0.6, 0.9)}],
    "weight-decay": [{"memorised": {"none": 100}}, {"memorised": {"none": 20}}],
    "hidden-progress": [
        {"random_share": {"restricted": 0.6, "gini": 0.0}},
        {"random_share": {"restricted": 0.0, "gini": 0.5}},
    ],
    "hidden-growth": [{"fall": (0.9, 0.4)}],
    "less-data": [{"memorised": {"half": 20, "main": 30, "thirty": 40, "quarter": 50}}],
    "patience": [{"lost": 20.0}],
    "numerics": [{"waits": {"none": 4000}}],
    "stable-softmax": [{"waits": {"collapsing": 4000}}],
}
NEVER = {"waits": dict.fromkeys(CONDITIONS, None)}
# Worlds without the effect: without it but for noise, with arms that are the same to the bit, in
# which nothing ever generalises, and in which all answers are random.
NULL = {
    "delayed": {
        "absent": {"known": 1000},
        "identical": {"alike": {"main": "random"}},
        "never": NEVER,
        "random": {"alike": {"main": "random"}},
    },
    "many-tasks": {
        "absent": {"known": 1100},
        "identical": {"alike": {"subtraction": "random", "permutations": "random"}},
        "never": NEVER,
    },
    "phase-change": {
        "absent": {"jump": (0.5, 1.0)},
        "identical": {"alike": {"main": "random"}},
        "never": NEVER,
    },
    "weight-decay": {
        "absent": {"waits": {"mild": 1000, "weak": 1000, "none": 1000}},
        "identical": {"alike": {"mild": "main", "weak": "main", "none": "main"}},
        "never": NEVER,
    },
    "hidden-progress": {
        "absent": {"share": {"restricted": 0.0, "gini": 0.0}},
        "identical": {"alike": {"main": "random"}},
        "never": NEVER,
        "random": {"alike": {"main": "random"}},
    },
    "hidden-growth": {
        "absent": {"fall": (-0.5, -0.5)},
        "identical": {"alike": {"main": "random"}},
        "never": NEVER,
    },
    "less-data": {
        "absent": {"waits": {"half": 1000, "thirty": 1000, "quarter": 1000}},
        "identical": {"alike": {"half": "main", "thirty": "main", "quarter": "main"}},
        "never": NEVER,
    },
    "patience": {
        "absent": {"before": 99.0},
        "identical": {"alike": {"main": "random"}},
        "never": NEVER,
        "random": {"alike": {"main": "random"}},
    },
    "numerics": {
        "absent": {"waits": {"orthogonal": None}},
        "identical": {"alike": {"orthogonal": "none"}},
        "never": NEVER,
    },
    "stable-softmax": {
        "absent": {"waits": {"stable": None}},
        "identical": {"alike": {"stable": "collapsing"}},
        "never": NEVER,
    },
}
EXAMPLE = StudyExample(
    study="grokking",
    cfg=CFG,
    tables=tables,
    reversed=REVERSED,
    control_fails=CONTROL_FAILS,
    null=NULL,
    noisy=lambda: tables(spread=60.0),
    unsettled=dict.fromkeys(
        ("delayed", "many-tasks", "weight-decay", "hidden-progress", "less-data", "patience"),
        Verdict.UNDECIDED,
    ),
    reads={
        "outcomes": set(REVERSED),
        "growth": {"hidden-growth"},
        "stops": {"patience"},
    },
    other=other,
)
