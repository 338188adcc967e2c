"""Cells: what is one cell, what a network of a cell computes, and the rows of the table."""

import itertools
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.learning.data.origins.mnist1d_settings import Mnist1d
from workflow_scripts.learning.networks.network import member_slice
from workflow_scripts.learning.partial_results import PartialResults
from workflow_scripts.studies.nas.cell import EDGES, alive, canonical, choices, named
from workflow_scripts.studies.nas.cells import counted, multiply_adds, parameters, train_cells
from workflow_scripts.studies.nas.lookup import Lookup, table_of
from workflow_scripts.studies.nas.network import CellNetwork
from workflow_scripts.studies.nas.retrain import compared, sampled
from workflow_scripts.studies.nas.settings import (
    Body,
    CellTraining,
    Nas,
    SignalSample,
    Space,
)
from workflow_scripts.studies.nas.signals import Source

LENGTH, CLASSES = 16, 3
BODY = Body(channels=4)
SIGNALS = Mnist1d(train=300, test=100, length=24)
SAMPLE = SignalSample(train=200, validation=50)
HOW = CellTraining(
    seeds=("9000-9001",),
    training={
        "optimiser": {"kind": "adam"},
        "learning_rate": 0.03,
        "batch_size": 20,
        "steps": 12,
    },
    halves=(3, 6),
    members=4,
    parts=1,
    hand="cccscc",
)
CELLS = ["cccscc", "cdpsns", "nnnsnn", "pspnsd"]


def with_paths(cell):
    """Every path from the first to the last node, as the operations on it, by brute force."""
    found = []
    for inner in ([], [1], [2], [1, 2]):
        nodes = [0, *inner, 3]
        letters = [cell[EDGES.index(edge)] for edge in itertools.pairwise(nodes)]
        if "n" not in letters:
            found.append((tuple(inner), tuple(letters)))
    return found


@pytest.mark.parametrize("operations", ["sn", "csn", "cpn"])
def test_what_is_alive_is_what_some_path_uses(operations):
    for letters in itertools.product(operations, repeat=len(EDGES)):
        cell = "".join(letters)
        used = set()
        for inner, _ in with_paths(cell):
            used |= set(itertools.pairwise([0, *inner, 3]))
        wanted = "".join(
            letter if edge in used else "n" for edge, letter in zip(EDGES, cell, strict=True)
        )
        assert alive(cell) == wanted


def test_one_name_stands_for_what_is_the_same_by_order_of_nodes():
    def seen(cell):
        """The operations of all paths, whatever the inner nodes are called."""
        return sorted((len(inner), letters) for inner, letters in with_paths(cell))

    names = {}
    for letters in itertools.product("csn", repeat=len(EDGES)):
        cell = "".join(letters)
        assert canonical(canonical(cell)) == canonical(cell)
        assert seen(canonical(cell)) == seen(cell)
        names.setdefault(canonical(cell), []).append(cell)
    # All cells without the edge between the inner nodes, paths alike, have the same name.
    flat = [name for name in names if name[2] == "n"]
    assert len({tuple(map(tuple, seen(name))) for name in flat}) == len(flat)
    assert len(names) == 261  # one of them carries nothing


def plain(cell, weights, signals):
    """The logits `[B, K]` of one network, edge by edge, with torch's own layers."""

    def normalised(found, scale, shift):
        return F.batch_norm(found, None, None, scale, shift, training=True, eps=1e-5)

    hidden = F.conv1d(signals.unsqueeze(1), weights["stem.weight"].unsqueeze(1), None, 2, 2)
    nodes = [normalised(hidden, weights["stem.scale"], weights["stem.shift"])]
    for target in (1, 2, 3):
        total = torch.zeros_like(nodes[0])
        for edge, (source, end) in enumerate(EDGES):
            letter = cell[edge]
            if end != target or letter == "n":
                continue
            given = nodes[source]
            if letter == "s":
                total = total + given
            elif letter == "p":
                total = total + F.avg_pool1d(given, 3, 1, 1, count_include_pad=False)
            else:
                channels = given.shape[1]
                kernel = weights["edges.weight"][edge].view(channels, 3, channels).transpose(1, 2)
                reach = {"c": 1, "d": 3}[letter]
                found = F.conv1d(given.relu(), kernel, None, 1, reach, reach)
                scale, shift = weights["edges.scale"][edge], weights["edges.shift"][edge]
                total = total + normalised(found, scale, shift)
        nodes.append(total)
    pooled = nodes[-1].relu().mean(2)
    return pooled @ weights["output.weight"] + weights["output.bias"]


def test_a_network_of_many_cells_is_each_of_them_with_torchs_own_layers():
    network = CellNetwork(LENGTH, 4, CLASSES, [choices(cell) for cell in CELLS])
    drawn = torch.Generator().manual_seed(0)
    weights = {n: t.double() for n, t in network.initialise([1, 2, 3, 4]).items()}
    weights |= {n: t + 0.1 for n, t in weights.items() if n.endswith(("shift", "scale", "bias"))}
    signals = torch.randn(4, 10, LENGTH, generator=drawn, dtype=torch.float64)
    found = network.logits(weights, signals)
    for member, cell in enumerate(CELLS):
        own = {name: tensor[member] for name, tensor in weights.items()}
        torch.testing.assert_close(found[member], plain(cell, own, signals[member]))
    shared = network.logits(weights, signals[0])
    torch.testing.assert_close(shared[0], found[0])


def test_a_calibrated_network_reads_each_signal_by_itself():
    network = CellNetwork(LENGTH, 4, CLASSES, [choices(cell) for cell in CELLS])
    weights = network.initialise([1, 2, 3, 4])
    signals = torch.randn(4, 10, LENGTH, generator=torch.Generator().manual_seed(0))
    ready = network.calibrated(weights, signals)
    whole = network.logits(ready, signals)
    torch.testing.assert_close(whole, network.logits(weights, signals), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(whole[:, :2], network.logits(ready, signals[:, :2]))


def test_weights_that_a_seed_draws_do_not_depend_on_the_cells_beside_it():
    several = CellNetwork(LENGTH, 4, CLASSES, [choices("cccscc")] * 2).initialise([7, 8])
    linear = CellNetwork(LENGTH, 4, CLASSES, [choices("nnnsnn")]).initialise([8])
    assert "edges.weight" not in linear
    for name, tensor in linear.items():
        assert torch.equal(tensor[0], member_slice(several, 1, 2)[name][0])


def test_a_row_has_the_same_bits_whatever_is_trained_beside_it():
    rows = [(cell, seed) for cell in CELLS for seed in (9000, 9001)]
    together = train_cells(rows, HOW, BODY, SIGNALS, SAMPLE, PartialResults())
    alone = train_cells(rows[5:6], HOW, BODY, SIGNALS, SAMPLE, PartialResults())
    assert together.iloc[5].to_dict() == alone.iloc[0].to_dict()
    assert list(zip(together.cell, together.draw, strict=True)) == rows


def test_multiply_adds_and_parameters_are_those_of_the_layers():
    length, stem = 24, 5 * 4 * 12
    assert multiply_adds("nnnsnn", length, BODY) == stem + 4 * 10
    assert multiply_adds("cdpsns", length, BODY) == stem + 4 * 10 + 2 * 3 * 4 * 4 * 12
    assert parameters("nnnsnn", BODY) == 4 * 5 + 2 * 4 + 4 * 10 + 10
    assert parameters("cdpsns", BODY) == parameters("nnnsnn", BODY) + 2 * (3 * 16 + 2 * 4)
    built = CellNetwork(length, 4, 10, [choices("cdpsns")])
    assert multiply_adds("cdpsns", length, BODY) == counted(built)


def test_signals_of_a_seed_are_disjoint_and_in_pairs_of_two_halves():
    source = Source.of(SIGNALS)
    drawn = source.of_seeds(SAMPLE, [9000, 9001, 9000])
    for member in range(3):
        train, kept = drawn.train.rows[member], drawn.validation.rows[member]
        assert len(set(train.tolist()) & set(kept.tolist())) == 0
        assert len({*train.tolist(), *kept.tolist()}) == SAMPLE.train + SAMPLE.validation
    assert torch.equal(drawn.train.rows[0], drawn.train.rows[2])
    assert not torch.equal(drawn.train.rows[0], drawn.train.rows[1])
    pairs = source.pairs(SAMPLE, [9000, 9001])
    inputs, targets = pairs.batch(torch.arange(100).expand(2, -1))
    assert inputs.shape == (2, 100, 2, 24)
    half = drawn.train.rows[0][:100]
    assert torch.equal(inputs[0, :, 0], source.inputs[half])
    assert torch.equal(targets[0, :, 0], source.labels[half])
    assert torch.equal(inputs[0, :, 1], source.inputs[drawn.train.rows[0][100:]])


@pytest.fixture(scope="module")
def small():
    """A space, and a table of all its cells."""
    space = Space(operations="cs", free=(0, 2))
    cells = sorted(set(named(space.operations, space.free)))
    return space, train_cells(
        [(c, s) for c in cells for s in (9000, 9001)], HOW, BODY, SIGNALS, SAMPLE, PartialResults()
    )


def test_a_search_sees_one_draw_and_is_judged_by_the_others(small):
    space, table = small
    lookup = Lookup.of(table, space)
    for code, cell in enumerate(named(space.operations, space.free)):
        own = table[table.cell == cell].set_index("draw")
        assert lookup.feedback["validation"][0, code] == own.validation[9000]
        assert lookup.worth[0, code] == own.test[9001]
        picked = lookup.picked(lookup.code(lookup.picked(torch.tensor(code).numpy())))
        assert lookup.code(picked) == code
    assert sorted(lookup.names[cell] for cell in lookup.cells[lookup.unique]) == lookup.names


def test_a_table_without_a_cell_or_with_other_bytes_is_refused(small, tmp_path):
    space, table = small
    with pytest.raises(UserError, match="has no cell"):
        Lookup.of(table[table.cell != "scsssc"], Space(operations="cp", free=(0, 2)))
    path = tmp_path / "cells.csv"
    table.to_csv(path, index=False)
    assert len(table_of(str(path), None)) == len(table)
    with pytest.raises(UserError, match="SHA-256"):
        table_of(str(path), "0" * 64)
    assert len(Lookup.of(table, space).names) == 4


def test_rows_that_are_trained_again_are_compared_to_the_last_digit(small):
    _, table = small
    again = table.iloc[[0, 3]]
    assert compared(again, table).difference.tolist() == [0, 0]
    other = again.assign(test=again.test + 0.5)
    assert compared(other, table).difference.tolist() == pytest.approx([0.5, 0.5])
    chosen = sampled(sorted(set(table.cell)), HOW, 3)
    assert len({cell for cell, _ in chosen}) == 3
    assert {seed for _, seed in chosen} == {9000, 9001}
    assert chosen == sampled(sorted(set(table.cell)), HOW, 3)


def test_the_committed_settings_name_a_committed_table():
    text = Path("config/nas.yaml").read_text(encoding="utf-8")
    settings = Nas.model_validate(yaml.safe_load(text))
    assert settings.table.file
    assert settings.table.sha256
    table = table_of(settings.table.file, settings.table.sha256)
    for space in settings.spaces.values():
        assert Lookup.of(table, space).draws == 3
