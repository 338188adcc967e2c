from pathlib import Path

import pytest

from workflow_scripts.operation.configuration.load import load_configuration
from workflow_scripts.studies.grokking.files import GrokkingFiles
from workflow_scripts.studies.grokking.settings import Grokking

CONFIG = Path(__file__).resolve().parents[3] / "config"


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
        (("conditions", "half", "training", "learning_rate"), 1.0, "fractions may differ only in"),
        (("conditions", "weak-decay", "table", "fraction"), 0.5, "decays may differ only in"),
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
    assert "G/checkpoints/main/seeds-5-9/history.safetensors" in files.gathered()["histories"]
    assert "G/checkpoints/half/seeds-0-4/trained.safetensors" in files.checkpoints()
    batches = sum(len(condition.seeds) for condition in settings.conditions.values())
    assert len(files.gathered()["histories"]) == len(set(files.checkpoints())) == batches


def test_the_claims_of_delay_and_decay_have_ten_seeds_and_all_others_five():
    settings = shipped()

    def seeds(name):
        from workflow_scripts.core.seeds import seeds_of

        return sum(len(seeds_of(batch)) for batch in settings.conditions[name].seeds)

    assert all(seeds(name) >= 10 for name in settings.decays)
    assert all(seeds(name) >= 5 for name in settings.conditions)


def test_the_paper_scale_is_the_transformer_at_113():
    paper = shipped("paper").conditions["main"]
    assert (paper.table.size, paper.table.fraction) == (113, 0.3)
    assert paper.network.model_dump() == {
        "kind": "pair-transformer",
        "embedding": 128,
        "heads": 4,
        "hidden": 512,
    }
    assert paper.training.batch_size is None
