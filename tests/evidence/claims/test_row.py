"""What is written of a row, what the table shows and what the report reads are one declaration."""

import pytest
from pydantic import TypeAdapter, ValidationError

from tests.evidence.claims.worlds import NO_CONTROL, batches, seeds_in
from workflow_scripts.evidence.claims.claim import Claims, Evidence, Measured, above, below
from workflow_scripts.evidence.claims.ledger import COLUMNS, details
from workflow_scripts.evidence.claims.row import Entry, column_types, nested


def rows(control=True):
    claims = Claims("lottery")
    declared = {"control": "another", "control_rule": below(0)} if control else NO_CONTROL

    def measure(tables, cfg):
        """It is larger."""
        theirs = [
            Measured.from_seeds([-1.0, -1.2, -1.1, -1.3, -0.9], "other"),
            Measured.exact(-2.0),
        ]
        return Evidence([Measured.from_seeds([1.0, 1.1, 1.3, 1.2, 0.9])], theirs if control else [])

    claims.claim(id="larger", unit="pp", rule=above(0), source="s", **declared)(measure)
    return [row.as_dict() for row in claims.evaluate({}, seeds_in(batches(5)))]


def test_a_row_in_a_file_has_exactly_the_declared_fields():
    (entry,) = details({"lottery": rows()})
    assert set(entry) == set(column_types())
    assert set(COLUMNS) <= set(entry)


@pytest.mark.parametrize("control", [True, False])
def test_what_is_read_back_is_what_was_written(control):
    (entry,) = details({"lottery": rows(control)})
    read = TypeAdapter(Entry).validate_python(nested(entry))
    assert read.as_dict() == entry
    assert read.control_side.estimate == entry["control_estimate"]
    assert len(read.control_side.parts) == 2 * control


def test_what_is_odd_is_named():
    (row,) = rows()
    with pytest.raises(ValidationError, match=r"control_side\.estimate"):
        TypeAdapter(Entry).validate_python(nested(row | {"control_estimate": "many"}))
