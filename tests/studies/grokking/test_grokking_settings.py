from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.studies.grokking.grokking_example import EXAMPLE
from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.grokking.files import GrokkingFiles
from workflow_scripts.studies.grokking.settings import Grokking

CONFIG = Path(__file__).resolve().parents[3] / "config"
ONE, BOTH = ["0-4"], ["0-4", "5-9"]


def shipped(scale="laptop"):
    return load_configuration(CONFIG, {"scale": scale}).grokking


def refused(*keys, value):
    changed = shipped().model_dump(mode="json")
    place = changed
    for key in keys[:-1]:
        place = place[key]
    place[keys[-1]] = value
    with pytest.raises(ValueError, match=r"validation error") as caught:
        Grokking.model_validate(changed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("keys", "value", "message"),
    [
        (("main",), "other", "main names the condition 'other'"),
        (("tasks",), ["subtraction", "other"], "tasks.1 names the condition 'other'"),
        (("undecayed",), "main", "undecayed must name a condition without weight decay"),
        (("conditions", "no-decay", "training", "steps"), 100, "must have the longest budget"),
        (("conditions", "random", "training", "steps"), 100, "random must have the table"),
        (("conditions", "collapsing", "training", "steps"), 9, "collapsing may differ from stable"),
        (("conditions", "rounded", "table", "size"), 11, "rounded must have the table"),
        (("plateau",), 0.5, "greater than 1"),
        (
            ("conditions", "most-data", "training", "learning_rate"),
            1.0,
            "fractions may differ only in",
        ),
        (("conditions", "weak-decay", "table", "fraction"), 0.4, "decays may differ only in"),
        (("conditions", "main", "measured"), [], "must begin at step 0"),
        (("conditions", "a/b"), {}, "a name consists of letters and digits"),
        (("generalisation", "level"), 1.0, "less than 1"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(keys, value, message):
    assert message in refused(*keys, value=value)


def test_a_condition_and_batch_is_one_history_and_one_checkpoint():
    settings = shipped()
    files = GrokkingFiles(settings, "G", "D")
    gathered = files.gathered()
    assert "G/checkpoints/main/seeds-205-209/history.safetensors" in gathered["histories"]
    assert "G/checkpoints/seeds-200-204/images/history.safetensors" in gathered["images"]
    assert "G/checkpoints/random/seeds-200-204/trained.safetensors" in files.checkpoints()
    measured = [path for paths in gathered.values() for path in paths]
    tasks = len(settings.tasks)
    batches = (3 + tasks) * len(settings.seeds) + (len(settings.conditions) - 2 - tasks) * 2
    assert len(set(measured)) == len(set(files.checkpoints())) == batches


@pytest.mark.parametrize(
    ("seeds", "compared", "tasks", "of_main", "of_random"),
    [
        (BOTH, ONE, ONE, BOTH, BOTH),
        (ONE, BOTH, ONE, BOTH, BOTH),
        (ONE, ONE, BOTH, ONE, BOTH),
    ],
)
def test_conditions_have_the_seeds_of_the_claims_that_read_them(
    seeds, compared, tasks, of_main, of_random
):
    lists = {"seeds": seeds, "compared_seeds": compared, "task_seeds": tasks}
    settings = Grokking.model_validate(shipped().model_dump() | lists)
    files = GrokkingFiles(settings, "G", "D")
    of = {settings.main: of_main, settings.random: of_random} | dict.fromkeys(settings.tasks, tasks)
    for name in settings.conditions:
        assert list(files.of_condition(name)) == of.get(name, compared)
    assert len(files.images()) == len(seeds)


@pytest.mark.parametrize("key", ["compared_seeds", "task_seeds"])
def test_other_seeds_than_those_of_the_study_are_refused(key):
    values = shipped().model_dump() | {key: ["200-204", "206-209"]}
    with pytest.raises(ValidationError, match="must begin with the same seeds"):
        Grokking.model_validate(values)


def test_longer_lists_that_differ_after_the_seeds_of_the_study_are_refused():
    lists = {"seeds": ["0-4"], "compared_seeds": BOTH, "task_seeds": ["0-4", "7-11"]}
    with pytest.raises(ValidationError, match="task_seeds and compared_seeds must begin"):
        Grokking.model_validate(shipped().model_dump() | lists)


@pytest.mark.parametrize("scale", ["laptop", "paper"])
def test_tables_of_numbers_are_prime_and_budgets_are_those_that_claims_speak_of(scale):
    settings = shipped(scale)
    conditions = settings.conditions
    for condition in conditions.values():
        if condition.table.operation != "compose":
            assert all(condition.table.size % n for n in range(2, condition.table.size))
    half = conditions[settings.tasks[-1]]
    assert half.table.fraction == 0.5
    assert half.training.steps >= 8000
    stable = conditions[settings.stable]
    decided = scale in EXAMPLE.claims["stable-softmax"].scales
    assert decided == (stable.training.steps >= 7000)
    assert (stable.training.optimiser.epsilon, stable.training.weight_decay) == (1e-25, 0)
    least, following = sorted(settings.fractions, key=lambda n: conditions[n].table.fraction)[:2]
    assert conditions[least].training.steps > conditions[following].training.steps


def test_the_paper_scale_is_the_transformer_at_113():
    paper = shipped("paper").conditions["main"]
    shown = 1 - (1 - 0.3) ** 2  # of the facts, in one order or the other, by 30 % of all entries
    assert (paper.table.size, paper.table.fraction) == (113, round(shown, 2))
    assert paper.loss.kind == "float64"
    assert paper.network.model_dump() == {
        "kind": "pair-transformer",
        "embedding": 128,
        "heads": 4,
        "hidden": 512,
    }
    assert paper.training.batch_size is None
