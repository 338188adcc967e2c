import pandas as pd
import pytest

from tests.studies.lottery.lottery_example import ARMS, EXAMPLE, GAINS, SEEDS, gains, tables
from workflow_scripts.evidence.claims.row import Verdict
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.lottery.claims import (
    EXTREME,
    FASTER,
    HALF,
    MATCHING,
    Outcomes,
)

SUPPORTED, CONTRADICTED, _, NOT_RUN = Verdict
IDS, TRUE, judged = EXAMPLE.ids, EXAMPLE.judged({}), EXAMPLE.judge


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
    assert TRUE[claim].n == len(SEEDS)


def stopping(level, arm="ticket"):
    table = tables()["outcomes"]
    chosen = table[(table.chain == "lenet") & (table.level == level) & (table.arm == arm)]
    return chosen.sort_values("seed").stopping_step.to_numpy(dtype=float)


def test_ratios_of_steps_are_averaged_over_seeds():
    ratios = [dense / sparse for dense, sparse in zip(stopping(0), stopping(7), strict=True)]
    assert TRUE["learns-faster"].estimate == pytest.approx(sum(ratios) / len(SEEDS))
    assert TRUE["learns-faster"].estimate == pytest.approx(600 / 400, rel=0.01)


def test_the_cost_is_what_was_trained_before_over_the_ticket_itself():
    # 0.8^11 is the first density below 10 %: the dense network and ten tickets come before.
    steps = [stopping(level) for level in range(12)]
    ratios = [sum(s[seed] for s in steps[:-1]) / steps[-1][seed] for seed in SEEDS]
    assert TRUE["cost"].estimate == pytest.approx(sum(ratios) / len(SEEDS))
    assert TRUE["cost"].estimate == pytest.approx((600 + 10 * 400) / 400, rel=0.01)


def test_one_of_two_parts_is_enough_to_contradict_and_both_must_hold():
    only_early = {"gains": GAINS, "early": GAINS | {"reinitialised": 3.0}}
    row = judged(tables(**only_early))["not-reinitialised"]
    assert (row.verdict, row.part) == (CONTRADICTED, "early in training")
    row = judged(tables(**gains(random=2.0)))["not-structure"]
    assert (row.verdict, row.part) == (CONTRADICTED, "against random masks over the network")


def test_claims_look_at_the_levels_that_their_papers_name():
    runs = Outcomes(tables(), "lenet")
    assert runs.first_level_below(MATCHING) == 11  # 0.8^11 = 8.6 %
    assert runs.first_level_below(EXTREME) == 14  # 0.8^14 = 4.4 %
    assert runs.nearest_level(FASTER) == 7  # 0.8^7 = 21.0 %
    assert runs.nearest_level(HALF) == 3  # 0.8^3 = 51.2 %


@pytest.mark.parametrize("level", [2, 5, 9, 16])
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
        "ones": {0},
        "shuffled": {matching, extreme},
        "reinitialised": {extreme, faster},
        "random": {extreme},
        "one-shot": {extreme, half},
        "fine-tuned": {matching},
        "fine-tuned-random": {matching},
    }
    for arm, levels in needed.items():
        assert levels <= set(settings.controls[arm]), arm
    assert chain.evaluation.every > 0
    assert chain.sample.validation > 0


@pytest.mark.parametrize("arm", ["ticket", *ARMS])
def test_without_an_arm_its_claims_are_not_run(arm):
    made = tables()
    made["outcomes"] = made["outcomes"][
        (made["outcomes"].arm != arm) | (made["outcomes"].level == 0)
    ]
    asking = {
        "ticket": set(IDS) - {"more-needles"},
        "reinitialised": {"not-reinitialised", "learns-faster"},
        "shuffled": {"matching-ticket", "not-structure"},
        "random": {"not-structure"},
        "one-shot": {"iterative-beats-one-shot"},
        "fine-tuned": {"prunable"},
        "fine-tuned-random": {"prunable"},
    }[arm]
    rows = judged(made)
    assert {claim for claim, row in rows.items() if row.verdict is NOT_RUN} == asking


def test_a_seed_that_one_arm_lacks_is_never_dropped():
    made = tables()
    outcomes = made["outcomes"]
    lost = (outcomes.arm == "shuffled") & (outcomes.seed == 3)
    made["outcomes"] = outcomes[~lost]
    with pytest.raises(ValueError, match=r"seeds \[3\] are in one arm only"):
        judged(made)


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
