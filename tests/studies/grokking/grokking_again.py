"""The claims of the study computed again from the columns of its tables.

The median of a quantity is beyond a margin where the share of seeds beyond it is above a half: the
sign test is that of a share. The moments of the log-rank score are those of all the ways in which
as many events could have fallen on those who waited.
"""

import itertools
import math

import numpy as np
import yaml

from tests.studies.again import Again
from workflow_scripts.core.code_key import PACKAGE

CONFIG = yaml.safe_load((PACKAGE.parent / "config" / "grokking.yaml").read_text())


def roles(tables):
    """Names of the conditions by role: of the configuration, or of made-up tables."""
    from tests.studies.grokking.grokking_example import CFG

    real = set(CONFIG["conditions"]) == set(tables["outcomes"].condition)
    return CONFIG if real else {key.split(".")[-1]: value for key, value in CFG.items()}


def of(tables, role):
    """The outcomes of the condition with a role, in the order of the seeds."""
    return named(tables, roles(tables)[role])


def named(tables, condition):
    """The outcomes of a condition, in the order of the seeds."""
    table = tables["outcomes"]
    return table[table.condition == condition].sort_values("seed").reset_index(drop=True)


def whether(table):
    """Whether each network generalised."""
    return np.isfinite(table.generalised.to_numpy(dtype=float, na_value=np.nan)).astype(float)


def most(values):
    """More than half of the seeds."""
    return Again(np.asarray(values, dtype=float), low=0.5, kind="share")


def few(values, control=False):
    """Less than half of the seeds."""
    return Again(np.asarray(values, dtype=float), high=0.5, kind="share", control=control)


def longer(table):
    """Whether each network took five times as long to generalise as to memorise."""
    waited = np.where(whether(table) == 1, table.generalised, table.end).astype(float)
    return waited > 5 * table.memorised.to_numpy(dtype=float)


def jump(table, event):
    """Steps that the accuracy took from 10 % to 90 %, over those to 10 %."""
    first, last = (table[f"{event}_{x}"].to_numpy(dtype=float, na_value=np.nan) for x in (10, 90))
    return last / first - 1


def trend(tables, scores, event, **bounds):
    """The score of the log-rank test over its variance, of the first n seeds."""
    parts = {name: named(tables, name) for name in scores}

    def score(n):
        total = variance = 0.0
        for seed in range(n):
            rows = {name: table.iloc[seed] for name, table in parts.items()}
            happened = {m for m, row in rows.items() if np.isfinite(float(row[event]))}
            time = {m: float(row[event if m in happened else "end"]) for m, row in rows.items()}
            for at in {time[name] for name in happened}:
                waiting = [scores[name] for name in scores if time[name] >= at]
                had = [scores[name] for name in happened if time[name] == at]
                sums = [sum(some) for some in itertools.combinations(waiting, len(had))]
                total += sum(had) - float(np.mean(sums))
                variance += float(np.var(sums))
        return (total / variance, variance**-0.5) if variance > 0 else (math.nan, math.nan)

    return Again(score, kind="normal", **bounds)


def control(tables):
    """Random answers are not understood."""
    return few(whether(of(tables, "random")), control=True)


def delayed(tables):
    main = of(tables, "main")
    guessed = main.accuracy_memorised <= 2 * main.chance
    return [most(longer(main)), most(whether(main)), most(guessed), control(tables)]


def many_tasks(tables):
    tasks = [named(tables, name) for name in roles(tables)["tasks"]]
    parts = [most(longer(table)) for table in tasks] + [most(whether(table)) for table in tasks]
    return [*parts, control(tables)]


def phase_change(tables):
    main = of(tables, "main")
    return [
        Again(jump(main, "reached"), high=1, kind="ratio"),
        most(whether(main)),
        Again(jump(main, "learned"), low=1, kind="ratio", control=True),
    ]


def weight_decay(tables):
    named_roles = roles(tables)
    decay = {n: named(tables, n).weight_decay[0] for n in named_roles["decays"]}
    scores = {n: math.log(d) / math.log(3) for n, d in decay.items() if d > 0}
    none, strongest = of(tables, "undecayed"), named(tables, max(decay, key=decay.get))
    both = none.merge(
        strongest, on="seed", suffixes=("", "_strongest")
    )  # which may have more seeds
    ratio = both.memorised.to_numpy(float) / both.memorised_strongest.to_numpy(float)
    return [
        trend(tables, scores, "generalised", low=0),
        most(whether(strongest)),
        few(whether(none)),
        Again(ratio, 0.8, 1.25, kind="ratio", control=True),
    ]


def hidden_progress(tables):
    main, random = of(tables, "main"), of(tables, "random")
    parts = []
    for measure, margin in (("restricted", 0.5), ("gini", 0.25)):
        start, half, end = (main[f"{measure}_{at}"] for at in ("start", "plateau", "end"))
        parts.append(Again(((half - start) / (end - start)).to_numpy(), low=margin))
        change = (random[f"{measure}_end"] - random[f"{measure}_start"]) / (end - start)
        parts.append(Again(change.to_numpy(), high=0.05, control=True))
    return parts


def hidden_growth(tables):
    table = tables["growth"].sort_values("seed")
    fall, twin = table.fall.to_numpy(), table.random_fall.to_numpy()
    return [
        Again(fall - twin, low=0),
        most(whether(of(tables, "main"))),
        Again(twin, high=0, control=True),
    ]


def less_data(tables):
    share = {n: named(tables, n).fraction[0] for n in roles(tables)["fractions"]}
    fewest, following = (named(tables, name) for name in sorted(share, key=share.get)[:2])
    scores = {name: 10 * value for name, value in share.items()}
    return [
        trend(tables, scores, "generalised", low=0),
        most(whether(following)),
        few(whether(fewest)),
        trend(tables, scores, "memorised", high=0, control=True),
    ]


def patience(tables):
    main, images = of(tables, "main"), tables["stops"].sort_values("seed")
    lost = (images.accuracy - images.accuracy_converged).to_numpy()
    return [
        most(main.accuracy_converged <= 2 * main.chance),
        most(main.accuracy > 90),
        Again(lost, high=5, control=True),
    ]


def numerics(tables):
    parts = most(whether(of(tables, "orthogonal")))
    return [parts, few(whether(of(tables, "undecayed")), control=True)]


def stable_softmax(tables):
    stable, plain = (of(tables, role).accuracy >= 90 for role in ("stable", "collapsing"))
    return [most(stable), few(plain, control=True)]


AGAIN = {
    "delayed": delayed,
    "many-tasks": many_tasks,
    "phase-change": phase_change,
    "weight-decay": weight_decay,
    "hidden-progress": hidden_progress,
    "hidden-growth": hidden_growth,
    "less-data": less_data,
    "patience": patience,
    "numerics": numerics,
    "stable-softmax": stable_softmax,
}
