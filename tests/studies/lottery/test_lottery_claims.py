import numpy as np
import pandas as pd
import pytest

from tests.studies.lottery.lottery_example import (
    ARMS,
    CFG,
    EXAMPLE,
    GAINS,
    KEEP,
    LEVELS,
    LONG_SEEDS,
    gains,
    tables,
)
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.lottery.claims import FASTER, HALF
from workflow_scripts.studies.lottery.counts import at_the_end, cost, one_shot_long
from workflow_scripts.studies.lottery.outcomes import EXTREME, MATCHING, Outcomes, needle_trend

SUPPORTED, CONTRADICTED, NOT_RUN = Verdict.SUPPORTED, Verdict.CONTRADICTED, Verdict.NOT_RUN
IDS, TRUE, judged = EXAMPLE.ids, EXAMPLE.judged({}), EXAMPLE.judge
FIRST_LOOK = 5


@pytest.mark.parametrize(
    ("claim", "estimate"),
    [
        ("matching-ticket", 0.0),
        ("not-reinitialised", 3.0),
        ("not-structure", 2.0),
        ("iterative-beats-one-shot", 1.0),
        ("prunable", 0.2),
        ("late-rewinding", 2.0),
        ("more-needles", 1.0),
    ],
)
def test_the_estimate_is_the_effect_that_is_in_the_tables(claim, estimate):
    assert TRUE[claim].estimate == pytest.approx(estimate, abs=1e-9)
    assert TRUE[claim].n == FIRST_LOOK


def test_accuracies_at_the_end_decide_nothing():
    made = tables()
    for name in ("outcomes", "needles"):
        made[name]["end"] = np.random.default_rng(0).normal(50, 20, len(made[name]))
    assert {claim: row.estimate for claim, row in judged(made).items()} == {
        claim: row.estimate for claim, row in TRUE.items()
    }


def stopping(level, arm="ticket"):
    table = tables()["outcomes"]
    chosen = table[(table.chain == "lenet") & (table.level == level) & (table.arm == arm)]
    steps = chosen.sort_values("seed").stopping_step.to_numpy(dtype=float)
    return steps[:FIRST_LOOK]


def test_ratios_of_steps_have_a_geometric_mean_over_seeds():
    ratios = stopping(0) / stopping(4)
    assert TRUE["learns-faster"].estimate == pytest.approx(np.exp(np.log(ratios).mean()))
    assert TRUE["learns-faster"].estimate == pytest.approx(600 / 400, rel=0.01)


def test_a_ticket_whose_loss_still_falls_at_its_last_step_has_not_stopped():
    made = tables()
    last = (made["outcomes"].level == 4) & (made["outcomes"].arm == "ticket")
    last &= made["outcomes"].seed == 102
    made["outcomes"].loc[last, "stopping_step"] = 1000
    row = judged(made)["learns-faster"]
    assert row.verdict is Verdict.UNDECIDED
    assert "102" in row.reason


def test_the_dense_network_of_pruning_has_as_many_steps_and_its_own_best():
    runs = Outcomes(tables(), "lenet")
    pd.testing.assert_series_equal(runs.dense_as_long(), runs.ticket(0))
    goes_on = Outcomes(tables(**{"goes-on": {"gain": -1.0, "loss": 0.3}}), "lenet")
    pd.testing.assert_series_equal(goes_on.dense_as_long(), goes_on.arm("fine-tuned", 0))
    lost = Outcomes(tables(**{"dense-loss": np.nan}), "lenet")
    assert (lost.dense_as_long() == lost.ticket(0)).all()


def test_the_cost_is_what_was_trained_before_over_the_ticket_itself():
    # 0.678^6 is the first density below 10 %: the dense network and five tickets come before.
    shown = {each.name: each.value for each in cost(tables(), CFG)}
    weights = [round(1000 * KEEP**level) for level in range(LEVELS + 1)]
    assert shown == pytest.approx(
        {
            "trainings before that of the ticket, 9.7 % left": 6,
            "their multiply-adds over the ticket's, 9.7 % left": sum(weights[:6]) / weights[6],
            "trainings before that of the ticket, 4.5 % left": 8,
            "their multiply-adds over the ticket's, 4.5 % left": sum(weights[:8]) / weights[8],
        }
    )


def test_what_is_shown_of_the_end_is_the_difference_at_the_end():
    made = tables()
    made["outcomes"]["accuracy"] = 0.0
    made["needles"]["accuracy"] = 0.0
    shown = {each.name: each.value for each in at_the_end(made, CFG)}
    assert shown == pytest.approx(
        {
            "ticket − dense, 9.7 % left": 0.0,
            "ticket − reinitialised, 4.5 % left": 3.0,
            "ticket − shuffled, 4.5 % left": 2.0,
            "ticket − random, 4.5 % left": 4.0,
            "ticket − one-shot, 4.5 % left": 1.0,
            "fine-tuned − dense, 9.7 % left": 1.2,
            "fine-tuned − dense, 4.5 % left": 1.2,
            "late − early rewinding, 9.7 % left": 2.0,
            "ticket, per doubling of the parent": 1.0,
        },
        abs=1e-9,
    )


def test_one_shot_after_longer_training_is_compared_on_its_own_seeds():
    shown = {each.name: each.value for each in one_shot_long(tables(), CFG)}
    assert shown == pytest.approx(
        {
            "ticket − one-shot, these seeds": 1.0,
            "ticket − one-shot after as many steps": 0.5,
            "number of these seeds": len(LONG_SEEDS),
        },
        abs=1e-9,
    )


def test_a_needle_that_was_not_measured_leaves_its_seed_without_a_trend():
    made = tables()
    made["needles"].loc[0, "accuracy"] = np.nan
    trend = needle_trend(made, "ticket")
    assert trend[trend.isna()].index.tolist() == [100]


def test_one_of_two_parts_is_enough_to_contradict_and_both_must_hold():
    only_early = {"gains": GAINS, "early": GAINS | {"reinitialised": 3.0}}
    row = judged(tables(**only_early))["not-reinitialised"]
    assert (row.verdict, row.part) == (CONTRADICTED, "early in training")
    row = judged(tables(**gains(random=2.0)))["not-structure"]
    assert (row.verdict, row.part) == (CONTRADICTED, "against random masks over the network")


def test_claims_look_at_the_levels_that_their_papers_name():
    runs = Outcomes(tables(), "lenet")
    assert runs.first_level_below(MATCHING) == 6  # 0.678^6 = 9.7 %
    assert runs.first_level_below(EXTREME) == 8  # 0.678^8 = 4.5 %
    assert runs.nearest_level(FASTER) == 4  # 0.678^4 = 21.1 %
    assert runs.nearest_level(HALF) == 2  # 0.678^2 = 46.0 %


@pytest.mark.parametrize("level", [1, 3, 5, 7])
def test_what_happens_at_other_levels_does_not_matter(level):
    made = tables()
    made["outcomes"].loc[made["outcomes"].level == level, ["accuracy", "early"]] -= 30
    verdicts = {claim: row.verdict for claim, row in judged(made).items()}
    assert verdicts == dict.fromkeys(IDS, SUPPORTED)


@pytest.mark.parametrize("scale", ["laptop", "paper"])
def test_controls_are_trained_at_the_levels_that_the_claims_ask_for(scale, request):
    """By the arithmetic of pruning: 0.8 a round, 0.9 in the output layer."""
    settings = load_configuration(request.config.rootpath / "config", {"scale": scale}).lottery
    chain = settings.chains[settings.main]
    sizes = [a * b for a, b in zip(chain.network.sizes, chain.network.sizes[1:], strict=False)]
    shares = [chain.pruning.keep] * (len(sizes) - 1) + [chain.pruning.keep_output]
    rows = [
        {
            "chain": settings.main,
            "rewind": 0,
            "level": level,
            "arm": "ticket",
            "density": sum(s * k**level for s, k in zip(sizes, shares, strict=True)) / sum(sizes),
        }
        for level in range(1, chain.levels + 1)
    ]
    runs = Outcomes({"outcomes": pd.DataFrame(rows)}, settings.main)
    matching, extreme = runs.first_level_below(MATCHING), runs.first_level_below(EXTREME)
    faster, half = runs.nearest_level(FASTER), runs.nearest_level(HALF)
    needed = {
        "shuffled": {matching, extreme, half},
        "reinitialised": {extreme, faster},
        "reinitialised-again": {extreme},
        "random": {extreme, half},
        "one-shot": {extreme, half},
        "one-shot-long": {extreme},
        "fine-tuned": {0, matching, extreme},
        "fine-tuned-random": {extreme},
    }
    for arm, levels in needed.items():
        assert levels <= set(settings.controls[arm]), arm
    assert settings.timing.level == faster
    late = settings.chains[settings.late]
    assert late.pruning.keep**late.levels <= MATCHING


@pytest.mark.parametrize("arm", ["ticket", *ARMS])
def test_without_an_arm_its_claims_are_not_run(arm):
    made = tables()
    made["outcomes"] = made["outcomes"][
        (made["outcomes"].arm != arm) | (made["outcomes"].level == 0)
    ]
    asking = {
        "ticket": set(IDS) - {"more-needles"},
        "reinitialised": {"not-reinitialised", "learns-faster"},
        "reinitialised-again": {"not-reinitialised"},
        "shuffled": {"matching-ticket", "not-structure"},
        "random": {"not-structure"},
        "one-shot": {"iterative-beats-one-shot"},
        "one-shot-long": set(),
        "fine-tuned": {"prunable"},
        "fine-tuned-random": {"prunable"},
    }[arm]
    rows = judged(made)
    assert {claim for claim, row in rows.items() if row.verdict is NOT_RUN} == asking


@pytest.mark.parametrize(
    ("world", "claim", "message"),
    [
        ({"late": {0: -3.0}}, "late-rewinding", "rewound to one step only"),
        ({"slopes": {"ticket": 1.0}}, "more-needles", "no needle of the arm shuffled"),
    ],
)
def test_what_was_not_trained_is_said(world, claim, message):
    row = judged(tables(**world))[claim]
    assert row.verdict is NOT_RUN
    assert message in row.reason
