from types import SimpleNamespace

import pandas as pd
import pytest
import yaml
from lottery_example import ARMS, CFG, GAINS, SEEDS, tables

from workflow_scripts.core.artifacts.atomic import read_json
from workflow_scripts.core.artifacts.tables import write_table
from workflow_scripts.evidence.claims.claim import Verdict
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.lottery import claims as study
from workflow_scripts.studies.lottery.claims import (
    EXTREME,
    FASTER,
    HALF,
    MATCHING,
    Outcomes,
    claims,
)

SUPPORTED, CONTRADICTED, OPEN, NOT_RUN = (
    Verdict.SUPPORTED,
    Verdict.CONTRADICTED,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_RUN,
)
NOISY = 100.0  # then seeds differ by more than any effect


def judged(made, decides=True):
    return {row.claim: row for row in claims.evaluate(made, CFG, decides)}


def gains(**changed):
    """Gains of arms; hyphens of their names are written as underscores."""
    changed = {arm.replace("_", "-"): gain for arm, gain in changed.items()}
    return {"gains": GAINS | changed, "early": GAINS | changed}


TRUE = judged(tables())
IDS = [claim.id for claim in claims]

# claim: a world in which the opposite is true, while its control behaves
REVERSED = {
    "matching-ticket": gains(ticket=-1.0),
    "not-reinitialised": gains(reinitialised=3.0),
    "not-structure": gains(shuffled=2.0, random=2.0),
    "learns-faster": {"stopping": {"dense": 600, "ticket": 600, "reinitialised": 800}},
    "iterative-beats-one-shot": gains(one_shot=1.0),
    "prunable": gains(fine_tuned=-2.0),
    "late-rewinding": {"late": {0: -1.0, 100: -3.0}},
    "more-needles": {"slopes": {"ticket": -1.0, "shuffled": -2.0}},
    # Dense training is nearly all of the cost where tickets stop at once.
    "cost": {"stopping": {"dense": 600, "ticket": 600, "reinitialised": 800},
             "ticket_stopping": {3: 1500, 11: 3000}},
}  # fmt: skip

# claim: worlds in which its control fails, and with it the test's power to tell
CONTROL_FAILS = {
    "matching-ticket": [gains(shuffled=0.5)],
    "not-structure": [{"ones": 1e-12}],
    "learns-faster": [{"stopping": {"dense": 600, "ticket": 400, "reinitialised": 300}}],
    "iterative-beats-one-shot": [{"half": {"one-shot": -2.0}}, {"half": {"one-shot": 2.0}}],
    "prunable": [gains(fine_tuned_random=0.0)],
    "late-rewinding": [
        {"barriers": {0: 1.0, 20: 5.0, 100: 20.0}},  # it gets less stable
        {"late": {0: 1.0, 100: 2.0}},  # nothing fails that could be mended
    ],
    "more-needles": [{"slopes": {"ticket": 1.0, "shuffled": 2.0}}],
    "cost": [{"ticket_stopping": {3: 100}}],
}


def test_in_a_world_where_all_is_true_every_claim_is_supported():
    assert {claim: row.verdict for claim, row in TRUE.items()} == dict.fromkeys(IDS, SUPPORTED)
    assert all(row.control_holds in (True, None) for row in TRUE.values())
    assert [row.claim for row in TRUE.values() if row.control_holds is None] == [
        "not-reinitialised"
    ]


@pytest.mark.parametrize("claim", IDS)
def test_every_claim_is_contradicted_where_its_opposite_is_true(claim):
    row = judged(tables(**REVERSED[claim]))[claim]
    assert row.verdict is CONTRADICTED, row.reason
    assert row.control_holds in (True, None)


@pytest.mark.parametrize("claim", IDS)
def test_every_claim_is_inconclusive_where_seeds_differ_more_than_arms(claim):
    row = judged(tables(spread=NOISY))[claim]
    assert row.verdict is OPEN, row.reason


@pytest.mark.parametrize(
    ("claim", "world"), [(claim, w) for claim, worlds in CONTROL_FAILS.items() for w in worlds]
)
def test_no_claim_is_decided_where_its_control_fails(claim, world):
    row = judged(tables(**world))[claim]
    assert row.verdict is OPEN, row.reason
    assert row.control_holds is False
    assert "the control" in row.reason


def test_every_claim_has_a_world_against_it_and_every_control_one_too():
    assert set(REVERSED) == set(IDS)
    assert set(CONTROL_FAILS) == {claim.id for claim in claims if claim.control}
    assert len(IDS) == 9


@pytest.mark.parametrize(
    ("claim", "world"),
    [
        ("matching-ticket", gains(ticket=-0.5)),
        ("not-reinitialised", gains(reinitialised=0.0)),
        ("not-structure", gains(shuffled=0.0)),
        ("iterative-beats-one-shot", gains(one_shot=0.0)),
        ("prunable", gains(fine_tuned=-0.5)),
        ("late-rewinding", {"late": {0: -3.0, 100: -3.0}}),
        ("more-needles", {"slopes": {"ticket": 0.0, "shuffled": -1.0}}),
    ],
)
def test_on_the_margin_nothing_is_decided(claim, world):
    assert judged(tables(**world))[claim].verdict is OPEN


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


@pytest.mark.parametrize("name", ["outcomes", "needles", "barriers", "curves"])
def test_without_a_table_its_claims_are_not_run_and_the_others_are_decided(name):
    made = tables()
    made[name] = made[name].head(0)
    rows = judged(made)
    asked = {
        "outcomes": set(IDS) - {"more-needles"},
        "needles": {"more-needles"},
        "barriers": {"late-rewinding"},
        "curves": {"not-structure"},
    }[name]
    for claim, row in rows.items():
        assert row.verdict is (NOT_RUN if claim in asked else SUPPORTED)
        assert (name in row.reason) == (claim in asked)


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


def test_the_step_reads_its_tables_and_the_smoke_scale_decides_nothing(tmp_path):
    names = ("outcomes", "needles", "barriers", "curves")
    paths = {name: str(tmp_path / f"{name}.csv") for name in names}
    for name, path in paths.items():
        write_table(tables()[name], path)
    for scale, verdict in (("laptop", "supported"), ("smoke", "not run")):
        output = SimpleNamespace(claims=str(tmp_path / "claims.json"))
        params = SimpleNamespace(cfg=CFG | {"scale": scale})
        study.main(SimpleNamespace(input=paths, output=output, params=params))
        content = read_json(output.claims)
        assert content["scale"] == scale
        assert [claim["claim"] for claim in content["claims"]] == IDS
        assert {claim["verdict"] for claim in content["claims"]} == {verdict}


def test_the_page_speaks_of_claims_and_figures_that_there_are(request):
    from workflow_scripts.studies.lottery.figures import FIGURES

    path = request.config.rootpath / "workflow_scripts" / "studies" / "lottery" / "page.yaml"
    page = yaml.safe_load(path.read_text())
    assert [figure["file"] for figure in page["figures"]] == [f"{name}.svg" for name in FIGURES]
    assert {published["claim"] for published in page["published"]} <= set(IDS)
