import pytest

from tests.evidence.claims.worlds import NO_CONTROL
from workflow_scripts.evidence.claims.claim import Claims, above, at_least, below


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"id": "Not An Id"}, "lower-case"),
        ({"source": ""}, "source"),
        ({"control": "a control"}, "together"),
        ({"control_rule": below(0)}, "together"),
        ({"control": "same", "control_rule": above(0)}, "never fail"),
        ({"control": "looser", "control_rule": at_least(-1)}, "never fail"),
        ({}, "why there is none"),
        ({"control": "c", "control_rule": below(0), "no_control": "none"}, "why there is none"),
    ],
)
def test_claims_that_cannot_fail_or_do_not_explain_themselves_are_refused(changed, message):
    declared = {"id": "it", "unit": "pp", "rule": above(0), "source": "here"} | changed
    with pytest.raises(ValueError, match=message):
        Claims("study").claim(**declared)


def test_a_control_of_another_quantity_may_have_any_rule():
    def declare(**unit):
        Claims("study").claim(
            id="it",
            unit="pp",
            rule=above(1),
            source="s",
            control="c",
            control_rule=above(0),
            **unit,
        )

    declare(control_unit="nats")
    with pytest.raises(ValueError, match="never fail"):
        declare()


def test_registration_is_per_study_and_needs_a_sentence_and_a_new_id():
    claims = Claims("lottery")

    @claims.claim(id="matching-ticket", unit="pp", rule=above(0), source="s", **NO_CONTROL)
    def matching_ticket(tables, cfg):
        """A small subnetwork, e.g. Frankle's, matches the dense
        network. More is said here.

        And here.
        """

    (declared,) = claims
    assert declared.id == "matching-ticket"
    assert declared.sentence == "A small subnetwork, e.g. Frankle's, matches the dense network."
    assert claims["matching-ticket"] is declared
    assert declared.rule.margin == 0
    assert declared.axis("above the dense network") == "above the dense network (pp)"
    assert list(Claims("other")) == []
    with pytest.raises(KeyError):
        claims["unheard-of"]
    with pytest.raises(TypeError, match="margin"):
        claims.claim(id="other", unit="pp", rule=above(0), source="s", margin=1, **NO_CONTROL)
    with pytest.raises(ValueError, match="already"):
        claims.claim(id="matching-ticket", unit="pp", rule=above(0), source="s", **NO_CONTROL)
    with pytest.raises(ValueError, match="docstring"):
        claims.claim(id="silent", unit="pp", rule=above(0), source="s", **NO_CONTROL)(
            lambda tables, cfg: None
        )
