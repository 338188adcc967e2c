"""The fast parser reads what PyYAML's own reads, and its faults have the words of that one."""

from pathlib import Path

import pytest
import yaml

from workflow_scripts.core.fast_yaml import LOADER, read_yaml

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("config/**/*.yaml"), *ROOT.glob("workflow_scripts/studies/*/page.yaml")])
BROKEN = [
    "a: [1, 2",
    "a: b: c",
    "a: *missing",
    "\ta: 1",
    "a: 1\n---\nb: 2",
    "a: !!python/name:os.x",
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_all_files_of_the_project_are_read_alike(path):
    text = path.read_text(encoding="utf-8")
    content = read_yaml(text)
    assert content
    assert content == yaml.safe_load(text)


@pytest.mark.parametrize("text", BROKEN)
def test_faults_are_told_alike(text):
    with pytest.raises(yaml.YAMLError) as ours:
        read_yaml(text)
    with pytest.raises(yaml.YAMLError) as theirs:
        yaml.safe_load(text)
    assert str(ours.value) == str(theirs.value)


def test_nothing_is_nothing():
    assert read_yaml("") is None
    assert read_yaml("# words") is None


def test_nodes_are_seen_before_keys_are_merged():
    seen = []
    content = read_yaml("a: &a {x: 1}\nb: {<<: *a, x: 2}", seen.append)
    assert content == {"a": {"x": 1}, "b": {"x": 2}}
    (root,) = seen
    assert root.value[1][1].start_mark.line == 1


def test_the_parser_makes_plain_values_only():
    assert issubclass(LOADER, yaml.constructor.SafeConstructor)
