import pytest
import yaml

from tests.evidence.report.example import CFG, PAGE
from workflow_scripts.core.errors import UserError
from workflow_scripts.evidence.report.study_page import read_study_page, settings_digest
from workflow_scripts.evidence.report.typed import typed_number

PUBLISHED = {
    "claim": "c",
    "quantity": "q",
    "text": "3.6 %",
    "value": 3.6,
    "unit": "%",
    "data": "MNIST",
    "network": "LeNet",
    "source": "S 2019",
}
EXPLAINED = {"claim": "c", "scale": "laptop", "settings": "0123456789ab"}
WORDS = {
    "title": "A title",
    "subtitle": "What people say",
    "question": "Is it so?",
    "method": "{{ cfg.chains.lenet.levels }} levels at "
    "{{ cfg.chains.lenet.training.learning_rate | number }} on "
    "{{ cfg.chains.lenet.sample.dataset | dataset }}, {{ cfg.seeds | seeds | length }} seeds.",
    "figures": [{"file": "a.svg", "title": "T", "caption": "C", "alt": "A"}],
    "published": [PUBLISHED],
}


def read(folder, **changed):
    path = folder / "page.yaml"
    path.write_text(yaml.safe_dump({**WORDS, **changed}))
    return read_study_page(path, CFG)


def test_numbers_come_from_the_configuration(tmp_path):
    assert read(tmp_path).method == "15 levels at 0.0012 on Fashion-MNIST, 8 seeds."


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"method": "We run 15 levels."}, r"page\.yaml, method: the number '15' is typed by hand"),
        ({"deviations": ["fine", "about 3.6 %"]}, r"page\.yaml, deviations\.1: the number '3\.6'"),
        (
            {"explanations": [{**EXPLAINED, "verdict": "undecided", "text": "3 seeds."}]},
            r"page\.yaml, explanations\.0\.text: the number '3'",
        ),
        (
            {"explanations": [{**EXPLAINED, "verdict": "perhaps", "text": "Fine."}]},
            r"page\.yaml, explanations\.0\.verdict: Input should be 'supported', 'contradicted'",
        ),
        (
            {"claims": [{"claim": "c", "that": "it is so", "effect": "it takes 3 steps"}]},
            r"page\.yaml, claims\.0\.effect: the number '3' is typed by hand",
        ),
        (
            {"published": [{**PUBLISHED, "value": None, "same": True}]},
            r"page\.yaml, published\.0: .*the same quantity needs its value",
        ),
        (
            {"published": [{**PUBLISHED, "low": 1.0}]},
            r"page\.yaml, published\.0: .*give low and high together",
        ),
        ({"published": [{**PUBLISHED, "source": None}]}, r"page\.yaml, published\.0\.source"),
        ({"method": "{{ cfg.level }}"}, r"page\.yaml, method: the template fails .*level"),
        ({"method": "{{ cfg.main | dataset }}"}, r"page\.yaml, method: the template fails"),
        ({"method": "{{ cfg.levels"}, r"page\.yaml, method: the template fails"),
        ({"methods": "x"}, r"page\.yaml, methods: Extra inputs are not permitted"),
        ({"title": None}, r"page\.yaml, title: Input should be a valid string"),
        (
            {"figures": [{"file": "../a.svg", "title": "T", "caption": "C", "alt": "A"}]},
            r"page\.yaml, figures\.0\.file",
        ),
        (
            {"references": [{"key": "k", "text": "t", "url": "javascript:alert()"}]},
            r"page\.yaml, references\.0\.url",
        ),
    ],
)
def test_a_fault_is_named_with_its_file_and_key(tmp_path, changed, message):
    with pytest.raises(UserError, match=message):
        read(tmp_path, **changed)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ cfg.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ cfg.update({'levels': 3}) }}",
        "{{ self._TemplateReference__context }}",
    ],
)
def test_a_template_cannot_leave_its_sandbox_or_change_the_configuration(tmp_path, attack):
    with pytest.raises(UserError, match="the template fails"):
        read(tmp_path, question=attack)


def test_names_with_digits_are_no_typed_numbers(tmp_path):
    words = "MNIST-1D, LeNet-300-100, Conv-2 and x2."
    assert read(tmp_path, question=words).question == words


def test_broken_yaml_is_named(tmp_path):
    path = tmp_path / "page.yaml"
    path.write_text("title: [")
    with pytest.raises(UserError, match=r"page\.yaml is not YAML"):
        read_study_page(path, CFG)


def test_the_lottery_page_is_whole():
    page = read_study_page(PAGE, CFG)
    assert "784–300–100–10" in page.method
    keys = tuple(reference.key for reference in page.references)
    assert all(each.source.startswith(keys) for each in page.published)


@pytest.mark.parametrize(
    "typed",
    [
        "below five percent",
        "one stored bit in two hundred",
        "nine in ten",
        "one in three",
        "a tenth of the weights",
        "a quarter of them",
        "two thirds",
        "Thousands of steps",
        "four per cent",
        "twelve studies",
    ],
)
def test_numbers_as_words_are_typed_numbers(typed):
    assert typed_number(f"It is {typed}.")


@pytest.mark.parametrize(
    "text",
    [
        "Two panels, one line an arm, of three kinds.",
        "Half of the image, often; a percentage.",
        "one stored bit of {{ cfg.many }}",
    ],
)
def test_words_that_count_panels_are_no_typed_numbers(text):
    assert typed_number(text) is None


def test_settings_have_a_digest_that_more_seeds_do_not_change():
    digest = settings_digest(CFG)
    assert digest == settings_digest({**CFG, "seeds": ["0-9"]})
    assert digest != settings_digest({**CFG, "main": "conv"})
