"""Asynchronous dynamics of many trials at once, compared with a loop over trials.

    python -m benchmarks.hopfield [--threads 1] [--size 500] [--networks 10] [--csv FILE]

All start from the same stored patterns of the same networks, visit neurons in the same order until
nothing changes, and must end in the same bits. The plain loop is NumPy, with one product of the
couplings of a neuron with the state per visit; a second loop updates all fields when a neuron
flips, which is far less work if few do. Reported are visits per CPU second (median over rounds) and
their ratio per round; CPU time of the process is measured, so use one thread.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import torch

from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.studies.hopfield.dynamics import relax
from workflow_scripts.studies.hopfield.patterns import hebb, random_patterns, visit_order

LOADS = (0.10, 0.16, 0.22)
SWEEPS = 120
ROUNDS = 3
TRIALS = 48

Ended = tuple[np.ndarray, int]
"""States `[T, N]` and the number of visits."""


def plain(couplings: np.ndarray, states: np.ndarray, order: list[int]) -> Ended:
    """One trial after the other, computing a field at each visit."""
    states, visits = states.copy(), 0
    for state in states:
        for _ in range(SWEEPS):
            changed = False
            for neuron in order:
                field = couplings[neuron] @ state
                if field * state[neuron] < 0:
                    state[neuron] = -state[neuron]
                    changed = True
            visits += len(order)
            if not changed:
                break
    return states, visits


def incremental(couplings: np.ndarray, states: np.ndarray, order: list[int]) -> Ended:
    """One trial after the other, updating all fields when a neuron flips."""
    states, visits = states.copy(), 0
    for state in states:
        fields = couplings @ state
        for _ in range(SWEEPS):
            changed = False
            for neuron in order:
                if fields[neuron] * state[neuron] < 0:
                    fields -= 2 * state[neuron] * couplings[neuron]
                    state[neuron] = -state[neuron]
                    changed = True
            visits += len(order)
            if not changed:
                break
    return states, visits


Way = Callable[[np.ndarray, np.ndarray, list[int]], Ended]


def one_by_one(run: Way) -> Way:
    """`run` on one network after the other."""

    def over_networks(couplings: np.ndarray, states: np.ndarray, order: list[int]) -> Ended:
        ends = [run(*each, order) for each in zip(couplings, states, strict=True)]
        return np.stack([end for end, _ in ends]), sum(visits for _, visits in ends)

    return over_networks


def together(couplings: np.ndarray, states: np.ndarray, order: list[int]) -> Ended:
    """All trials of all networks at once; counts the visits that the loop would need."""
    ended = relax(
        torch.from_numpy(couplings), torch.from_numpy(states), torch.tensor(order), SWEEPS
    )
    sweeps = torch.clamp(ended.sweeps + ended.settled.long(), max=SWEEPS)
    return ended.states.numpy(), int(sweeps.sum()) * len(order)


WAYS: dict[str, Way] = {
    "plain": one_by_one(plain),
    "incremental": one_by_one(incremental),
    "together": together,
}


def compared(size: int, load: float, networks: int) -> dict[str, float]:
    """Visits per second of each way, and ratios; AssertionError if bits or visits differ."""
    count = round(load * size)
    patterns = torch.stack([random_patterns(seed, count, size) for seed in range(networks)])
    couplings, starts = hebb(patterns).numpy(), patterns[:, :TRIALS].numpy()
    order = visit_order(size).tolist()
    rates: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(ROUNDS):
        ends = {}
        for name, run in WAYS.items():
            started = time.process_time()
            ends[name] = run(couplings, starts, order)
            rates[name].append(ends[name][1] / (time.process_time() - started))
        for states, visits in ends.values():
            assert np.array_equal(states, ends["plain"][0])
            assert visits == ends["plain"][1]
    row: dict[str, float] = {"size": size, "load": load, "trials": networks * starts.shape[1]}
    row |= {f"{name}_visits_s": statistics.median(each) for name, each in rates.items()}
    for name in ("plain", "incremental"):
        ratios = [a / b for a, b in zip(rates["together"], rates[name], strict=True)]
        row[f"over_{name}"] = statistics.median(ratios)
    return row


def main(arguments: list[str] | None = None) -> None:
    """Print the table, and write it with --csv."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--networks", type=int, default=10)
    parser.add_argument("--csv", help="also write the table to this file")
    given = parser.parse_args(arguments)
    torch.set_num_threads(given.threads)
    table = pd.DataFrame([compared(given.size, load, given.networks) for load in LOADS])
    print(table.to_string(index=False, float_format=lambda value: f"{value:,.4g}"))
    if given.csv:
        write_table(table, given.csv)


if __name__ == "__main__":
    main()
