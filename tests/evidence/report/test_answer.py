from dataclasses import replace

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.claims.row import Entry, Part, Side, Verdict
from workflow_scripts.evidence.report.answer import answer, ruling
from workflow_scripts.evidence.report.comparison import compare
from workflow_scripts.evidence.report.effect import effect_of
from workflow_scripts.evidence.report.records import Stage
from workflow_scripts.evidence.report.undecided import (
    Kind,
    about,
    deciding,
    kind_of,
    minutes_per_seed,
    open_of,
)
from workflow_scripts.evidence.report.words import ClaimWords, Published

OPEN, YES, NO = Verdict.UNDECIDED, Verdict.SUPPORTED, Verdict.CONTRADICTED
CFG = {"seeds": ["0-4", "5-9"]}


def part(name, verdict, estimate=1.0, unit="pp"):
    return Part(
        name=name,
        verdict=verdict,
        estimate=estimate,
        low=estimate - 0.5,
        high=estimate + 0.5,
        unit=unit,
        n=10,
        p=0.01,
        sd=1.0,
        effect=1.0,
        seeds_needed=None,
    )


def entry(verdict, name="c", **more):
    known = {"estimate": 1.0, "low": 0.5, "high": 1.5, "unit": "pp", "n": 10, "look": 10}
    return Entry(
        study="s",
        claim=name,
        sentence=f"{name} is so.",
        source="p",
        verdict=verdict,
        **known | more,
    )


def spoken(*names):
    return {name: ClaimWords(claim=name, that=f"{name} is so", effect="it") for name in names}


def answered(*claims):
    opened = {each.claim: found for each in claims if (found := open_of(each, CFG, []))}
    return answer(claims, spoken(*(each.claim for each in claims)), opened)


def test_an_answer_says_what_held_what_did_not_and_what_stayed_open():
    one, two, three = entry(YES, "one"), entry(NO, "two"), entry(OPEN, "three", seeds_needed=20)
    assert answered(one, two, three) == (
        "1 of 3 claims holds: that one is so.",
        "The data contradict that two is so.",
        "Open is whether three is so (too few seeds).",
    )


def test_what_held_is_counted_beyond_a_few_and_what_did_not_is_named():
    sentences = answered(*(entry(YES, name) for name in "abcdef"))
    assert sentences == (
        "All 6 claims hold: that a is so; that b is so; that c is so; and 3 more.",
    )
    (failed,) = answered(*(entry(NO, name) for name in "abcdef"))
    assert all(f"that {name} is so" in failed for name in "abcdef")


def test_nothing_is_claimed_where_nothing_is_decided():
    sentences = answer([entry(YES)], spoken("c"), {}, decides=False)
    assert sentences == (
        "Nothing is decided at this scale: it only shows that the machinery works.",
    )


@pytest.mark.parametrize(
    ("verdict", "begins"),
    [
        (YES, "Supported: c is so."),
        (NO, "Contradicted: it is not so that c is so."),
        (Verdict.NOT_AT_SCALE, "Not decided (not at this scale): whether c is so."),
        (Verdict.CONTROL_FAILED, "Not decided (control failed): whether c is so."),
    ],
)
def test_a_caption_has_one_wording_for_each_verdict(verdict, begins):
    claim = entry(verdict)
    assert ruling(claim, spoken("c"), open_of(claim, CFG, [])) == begins


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        (entry(YES), None),
        (entry(OPEN, next_look=20), Kind.SEEDS),
        (entry(OPEN, seeds_needed=34, parts=(part("", OPEN),)), Kind.SEEDS),
        (entry(OPEN, seeds_needed=841), Kind.MARGIN),
        (entry(OPEN, parts=(part("", OPEN),)), Kind.MARGIN),
        (entry(OPEN, seeds_needed=30, parts=(part("", YES),)), Kind.CONTROL_SEEDS),
        (entry(OPEN, parts=(part("a", NO), part("b", YES))), Kind.CORRECTION),
        (entry(OPEN, estimate=None), Kind.EVENT),
        (entry(Verdict.CONTROL_FAILED), Kind.CONTROL),
        (entry(Verdict.NOT_AT_SCALE), Kind.SCALE),
        (entry(Verdict.NOT_RUN), Kind.NOT_RUN),
    ],
)
def test_what_is_not_decided_is_of_one_of_several_kinds(claim, kind):
    assert kind_of(claim) is kind
    assert (open_of(claim, CFG, []) is None) == (kind is None)


def test_the_number_that_decides_is_the_controls_where_the_control_leaves_it_open():
    control = Side(estimate=2.0, unit="pp", parts=(part("near", OPEN, 2.0), part("far", YES, 9.0)))
    claim = entry(OPEN, part="a", parts=(part("a", YES),), control_side=control)
    assert deciding(claim) == (True, control, "near")
    assert deciding(replace(claim, verdict=YES)) == (False, replace(claim, verdict=YES), "a")


def test_what_would_decide_costs_the_minutes_that_the_records_give():
    jobs = [
        Stage(rule="train", wildcards={"seeds": "0-4"}, seconds=600),
        Stage(rule="train", wildcards={"seeds": "5-9"}, seconds=300),
        Stage(rule="train", wildcards={"seeds": "50-54"}, seconds=9000),
        Stage(rule="gather", seconds=9000),
    ]
    assert minutes_per_seed(CFG["seeds"], jobs) == 1.5
    assert minutes_per_seed(["7-8"], jobs) is None
    opened = open_of(entry(OPEN, next_look=20), CFG, jobs)
    assert (opened.remedy, opened.minutes) == ("the next look, at 20 seeds", 15.0)
    assert about(15.2) == "about 15\u00a0min"
    assert about(200) == "about 3.3\u00a0h"
    assert about(0.2) == "about 1\u00a0min"


def effect(template, claim):
    return effect_of(claim, ClaimWords(claim="c", that="it is so", effect=template), CFG)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("it is {{ ours | more }} that", "It is 1.00\u00a0pp above that."),
        ("{{ p['b'] | more('better', 'worse', 'points') }}", "2.00\u00a0points worse."),
        ("{{ p['b'] | amount }} of {{ p['b'] | bare }}", "2.00\u00a0pp of −2.00."),
        ("{{ ours | doubling }} or {{ ours | times }}", "2 or 1\u00a0times."),
        ("{{ ours | share }} and {{ ours | percent }}", "10 of 10 and 100\u00a0%."),
        (
            "{{ parts | in_unit('pp') | listed('value') }}",
            "1.00\u00a0pp (a) and −2.00\u00a0pp (b).",
        ),
        ("{{ ours | power(10) }} and {{ cfg.seeds | length }}", "10 and 2."),
    ],
)
def test_an_effect_is_put_into_words_by_its_numbers(template, text):
    assert effect(template, entry(YES, parts=(part("a", YES), part("b", NO, -2.0)))) == text


def test_an_effect_keeps_three_digits_and_is_absent_where_nothing_was_measured():
    narrow = entry(YES, estimate=0.9467629, low=0.94675, high=0.94678)
    assert effect("{{ ours | value }}", narrow) == "0.947\u00a0pp."
    assert effect("{{ ours | value }}", entry(Verdict.NOT_RUN, estimate=None)) is None
    assert effect("{{ p['gone'] | value }}", entry(YES)) is None  # with these settings
    with pytest.raises(UserError, match="effect of c: the template fails"):
        effect("{{ ours | value(3) }}", entry(YES))


def theirs(**more):
    known = {"claim": "c", "quantity": "q", "text": "t", "data": "d", "network": "n", "source": "s"}
    return Published(**known | {"value": 2.0, "unit": "pp", "same": True} | more)


@pytest.mark.parametrize(
    ("published", "claim", "direction", "ratio"),
    [
        (theirs(), entry(YES), True, 0.5),
        (theirs(value=-2.0), entry(YES), False, -0.5),
        (theirs(value=None, low=1.0, high=4.0), entry(YES), True, 0.4),
        (theirs(value=0), entry(YES), None, None),
        (theirs(unit="×"), entry(YES, unit="×", estimate=0.9), False, 0.45),
        (theirs(part="b"), entry(YES, parts=(part("a", YES), part("b", YES, 3.0))), True, 1.5),
        (theirs(same=False), entry(YES), None, None),
        (theirs(), entry(Verdict.NOT_RUN, estimate=None), None, None),
    ],
)
def test_theirs_are_compared_with_ours_only_where_the_quantity_is_the_same(
    published, claim, direction, ratio
):
    compared = compare("s", "page.yaml", claim, published)
    assert (compared.same_direction, compared.ratio) == (direction, ratio)


def test_a_published_number_in_another_unit_is_named_and_one_of_a_part_not_measured_is_shown():
    claim = entry(YES, parts=(part("a", YES),))
    assert compare("s", "page.yaml", claim, theirs(part="z")).ours is None
    with pytest.raises(UserError, match="the same quantity has the unit 'pp', not '%'"):
        compare("s", "page.yaml", claim, theirs(part="a", unit="%"))
