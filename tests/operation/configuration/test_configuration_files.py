"""Configuration files of the user: a fault names the file, and nothing is taken silently."""

import pytest
import yaml

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.operation.configuration.read import read_settings


def loaded(folder, text, **overrides):
    """What Snakemake does: it merges the file into the settings of the command line."""
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_configuration(folder, {**(yaml.safe_load(text) or {}), **overrides}, [path])


def refusal(folder, text, **overrides):
    with pytest.raises(UserError) as caught:
        loaded(folder, text, **overrides)
    return str(caught.value).replace(str(folder), "here")


def test_a_file_changes_what_it_holds(folder):
    text = "lottery: {needles: {survivors: 900}}\n"
    assert loaded(folder, text).lottery.needles.survivors == 900
    assert loaded(folder, text, scale="smoke").scale == "smoke"


def test_a_key_that_is_there_twice_is_refused(folder):
    assert refusal(folder, "scale: smoke\nscale: laptop\n") == (
        "here/mine.yaml: line 2: the key 'scale' appears twice"
    )


def test_a_slip_is_said_to_be_in_the_file(folder):
    message = refusal(folder, "lottery: {needles: {survivers: 900}}\n")
    assert message == (
        "here/mine.yaml: lottery.needles.survivers: unknown key; did you mean 'survivors'?"
    )


def test_a_slip_of_the_command_line_is_still_said_to_be_there(folder):
    message = refusal(folder, "scale: smoke\n", lottery={"needles": {"survivers": 900}})
    assert message.startswith("the command line: lottery.needles.survivers: unknown key")


@pytest.mark.parametrize("number", ["02000", "+010", "0_7", "1:30"])
def test_integers_that_yaml_reads_to_another_base_are_refused(tmp_path, number):
    path = tmp_path / "a.yaml"
    path.write_text(f"one: 1\nsteps: {number}\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.yaml: line 2: .* decimal number"):
        read_settings(path, "a.yaml")


@pytest.mark.parametrize("text", ["0", "2000", "-3", "0x10", "'02000'", "0.5", "2_000"])
def test_other_numbers_and_words_pass(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(f"steps: {text}\n", encoding="utf-8")
    assert read_settings(path, "a.yaml") == {"steps": yaml.safe_load(text)}


@pytest.mark.parametrize("name", ["lenet-0.5", "a/b", "a b", "-a", "ä", ""])
def test_a_name_is_letters_digits_hyphens_and_underscores(folder, name):
    text = f"lottery: {{chains: {{{name!r}: {{}}}}}}\n"
    assert "a name consists of letters and digits" in refusal(folder, text)
