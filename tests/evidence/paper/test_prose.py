import pytest
import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.paper.prose import PROSE, list_of, read_prose


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("We have 59 claims.", "cost.0: the number '59' is typed by hand"),
        ("We have twelve claims.", "cost.0: the number 'twelve' is typed by hand"),
        ("{{ run.nothing }}", "cost.0: the template fails"),
        ("{{ run.claims | unknown }}", "cost.0: the template fails"),
    ],
)
def test_a_typed_number_or_a_wrong_template_is_named(tmp_path, text, message):
    path = tmp_path / "prose.yaml"
    path.write_text(yaml.safe_dump({"cost": [text]}))
    with pytest.raises(UserError, match=message):
        read_prose({"claims": 3}, path)


def test_missing_or_malformed_prose_is_named(tmp_path):
    with pytest.raises(UserError, match=r"gone\.yaml is missing"):
        read_prose({}, tmp_path / "gone.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(UserError, match=r"bad\.yaml is not YAML"):
        read_prose({}, tmp_path / "bad.yaml")


def test_a_template_cannot_leave_its_sandbox(tmp_path):
    path = tmp_path / "prose.yaml"
    path.write_text("a: '{{ run.__class__.__mro__ }}'")
    with pytest.raises(UserError, match="the template fails"):
        read_prose({"claims": 3}, path)


def test_lines_are_joined_and_numbers_keep_their_units(tmp_path):
    path = tmp_path / "prose.yaml"
    path.write_text("a: |\n  {{ run.seconds | seconds }}\n  of   work\n")
    assert read_prose({"seconds": 30}, path) == {"a": "30\u00a0s of work"}


def test_a_list_in_a_sentence():
    assert list_of([]) == "none"
    assert list_of(["a"]) == "a"
    assert list_of(["a", "b"]) == "a and b"
    assert list_of(["a", "b", "c"]) == "a, b and c"


def test_all_keys_of_the_prose_are_shown():
    templates = "".join(file.read_text() for file in PROSE.parent.glob("*.typ"))
    for key in yaml.safe_load(PROSE.read_text()):
        assert f"prose.{key}" in templates
