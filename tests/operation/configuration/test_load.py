from pathlib import Path
from typing import get_args

import pytest
import yaml
from configuration_example import OWN, SMOKE, edit, on_command_line, refusal

from workflow_scripts.core.errors import UserError
from workflow_scripts.core.settings import Settings, section
from workflow_scripts.operation.configuration.load import load_configuration, lookup
from workflow_scripts.operation.configuration.settings import STUDIES, Scale

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("scale", get_args(Scale))
def test_every_scale_is_valid(scale):
    settings = load_configuration(ROOT / "config", {"scale": scale})
    assert settings.scale == scale
    assert settings.studies == STUDIES


@pytest.mark.parametrize("name", ["laptop", "smoke", "data", "laptop-only-lottery", "a/b", ".."])
def test_a_run_of_ones_own_has_a_folder_of_its_own(folder, name):
    assert load_configuration(folder, {"name": "mine"}).run == "mine"
    assert load_configuration(folder, {}).run == "laptop"
    assert refusal(folder, {"name": name}).startswith("the command line: name: ")


def test_a_tilde_is_the_home_of_the_user(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    given = {"data": {"folder": "~/sets"}}
    assert load_configuration(folder, given).data.folder == f"{tmp_path}/sets"
    nobody = {"data": {"folder": "~nobody-of-that-name/sets"}}
    said = "the command line: data.folder: should name a folder that exists"
    assert refusal(folder, nobody).startswith(said)


def test_a_scale_changes_what_its_overlay_holds_and_nothing_else():
    laptop, smoke = (
        load_configuration(ROOT / "config", {"scale": scale}).model_dump(mode="json")
        for scale in ("laptop", "smoke")
    )
    overlay = yaml.safe_load((ROOT / "config" / SMOKE).read_text())

    def compare(below, above, changes):
        for key, value in above.items():
            if key not in changes:
                assert value == below[key], key
            elif isinstance(value, dict) and isinstance(changes[key], dict):
                compare(below[key], value, changes[key])
            else:
                assert value == changes[key], key

    compare(laptop["lottery"], smoke["lottery"], overlay)
    assert laptop["data"] == smoke["data"]


def test_an_empty_overlay_or_none_changes_nothing(folder):
    expected = load_configuration(folder, {"scale": "laptop"}).lottery
    (folder / SMOKE).write_text("")
    assert load_configuration(folder, {"scale": "smoke"}).lottery == expected
    (folder / SMOKE).unlink()
    assert load_configuration(folder, {"scale": "smoke"}).lottery == expected


def test_faults_of_an_overlay_are_found_in_it_and_only_at_its_scale(folder):
    edit(folder, SMOKE, "survivors: 1500", "survivers: 1500")
    expected = f"config/{SMOKE}: needles.survivers: unknown key; did you mean 'survivors'?"
    assert refusal(folder, {"scale": "smoke"}) == expected
    load_configuration(folder, {"scale": "laptop"})


def test_the_last_source_of_a_value_is_the_one_that_is_named(folder):
    path = "needles.survivors"
    edit(folder, OWN, "survivors: 8000", "survivors: -1")
    assert refusal(folder).startswith(f"config/lottery.yaml: {path}: ")
    load_configuration(folder, {"scale": "smoke"})  # where the overlay mends it
    edit(folder, SMOKE, "survivors: 1500", "survivors: -2")
    assert refusal(folder, {"scale": "smoke"}).startswith(f"config/{SMOKE}: {path}: ")
    given = on_command_line(f"lottery.{path}", -3)
    expected = f"the command line: lottery.{path}: Input should be greater than 0 (it is -3)"
    assert refusal(folder, {"scale": "smoke", **given}) == expected


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (
            "scale",
            "smok",
            "scale: 'smok' is not one of smoke, laptop, paper; did you mean 'smoke'?",
        ),
        ("scale", ["x"], "scale: ['x'] is not one of smoke, laptop, paper"),
        ("device", "gpu", "device: Input should be 'auto', 'cpu' or 'cuda' (it is 'gpu')"),
        ("devise", None, "devise: unknown key; did you mean 'device'?"),
        ("lotery", {"main": "x"}, "lotery: unknown key; did you mean 'lottery'?"),
        ("lottery", "resnet", "lottery: should hold settings (key: value) (it is 'resnet')"),
        ("lottery", 0, "lottery: should hold settings (key: value) (it is 0)"),
        ("lottery.man", "x", "lottery.man: unknown key; did you mean 'main'?"),
        ("lottery.main", "x", "lottery: main names the chain 'x', which is not among the chains"),
        (
            "lottery.chains.lenet.training.learning_rate",
            "fast",
            "lottery.chains.lenet.training.learning_rate: Input should be a valid number, unable to"
            " parse string as a number (it is 'fast')",
        ),
        (
            "data.mnist-1d.seed",
            -1,
            "data.mnist-1d.seed: Input should be greater than or equal to 0",
        ),
        ("studies", ["lotery"], "studies.0: Input should be '"),
        ("studies", [], "studies: "),
    ],
)
def test_faults_on_the_command_line_are_said_to_be_there(folder, path, value, expected):
    message = refusal(folder, on_command_line(path, value))
    assert message.startswith(f"the command line: {expected}")


@pytest.mark.parametrize(
    ("path", "given", "expected"),
    [
        ("lottery.chains.lenet.training.learning_rate", "0.05", 0.05),
        ("lottery.chains.lenet.training.learning_rate", "1e-3", 0.001),
        ("lottery.needles.survivors", "900", 900),
        ("lottery.seeds", ["0-9"], ["0-9"]),
        ("data.folder", "/elsewhere", "/elsewhere"),
        ("data.cifar-10.local_folder", "there", "there"),
        ("device", "cpu", "cpu"),
        ("scale", "smoke", "smoke"),
    ],
)
def test_words_from_the_command_line_get_their_type_and_win(folder, path, given, expected):
    plain = load_configuration(folder, {})
    changed = load_configuration(folder, on_command_line(path, given))
    assert lookup(changed, path) == expected
    assert type(lookup(changed, path)) is type(expected)
    assert lookup(plain, path) != expected


def test_numbers_as_yaml_1_1_fails_to_read_them_are_numbers(folder):
    edit(folder, OWN, "learning_rate: 0.0012", "learning_rate: 1e-3")
    chains = load_configuration(folder, {}).lottery.chains
    assert chains["lenet"].training.learning_rate == chains["lenet-half"].training.learning_rate
    assert chains["lenet"].training.learning_rate == 0.001


def test_what_a_merge_key_took_over_is_not_shared(folder):
    given = {"training": {"learning_rate": 0.5}, "sample": {"train": 77}}
    chains = load_configuration(folder, on_command_line("lottery.chains.lenet", given)).lottery
    lenet, half = chains.chains["lenet"], chains.chains["lenet-half"]
    assert (lenet.training.learning_rate, lenet.sample.train) == (0.5, 77)
    assert (half.training.learning_rate, half.sample.train) == (0.0012, 10000)
    assert half.network.sizes == (784, 150, 50, 10)
    assert half.levels == lenet.levels


def test_settings_of_another_kind_stand_in_the_place_of_the_old_ones(folder):
    network = {"kind": "convolutional", "input": [1, 28, 28], "channels": [4], "classes": 10}
    given = on_command_line("lottery.chains.lenet.network", network)
    found = load_configuration(folder, given).lottery.chains["lenet"].network
    assert found.model_dump(mode="json") == network
    same = on_command_line("lottery.chains.resnet.network", {"kind": "residual", "blocks": 5})
    found = load_configuration(folder, same).lottery.chains["resnet"].network
    assert (found.blocks, found.channels) == (5, (8, 16, 32))


def test_files_are_not_changed_by_reading_and_reading_again_gives_the_same(folder):
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    first = load_configuration(folder, {"scale": "smoke"})
    assert load_configuration(folder, {"scale": "smoke"}) == first
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_settings_cannot_be_changed(folder):
    settings = load_configuration(folder, {})
    with pytest.raises(ValueError, match="frozen"):
        settings.scale = "smoke"
    with pytest.raises(ValueError, match="frozen"):
        settings.lottery.chains["lenet"].levels = 3


def test_lookup_gives_what_is_not_at_its_default(folder):
    settings = load_configuration(folder, {})
    lenet, resnet = (lookup(settings, f"lottery.chains.{name}") for name in ("lenet", "resnet"))
    assert lenet["training"] == {
        "optimiser": {"kind": "adam"},
        "learning_rate": 0.0012,
        "batch_size": 60,
        "steps": 1000,
    }
    assert resnet["training"]["optimiser"] == {"kind": "sgd", "momentum": 0.9}
    assert resnet["training"]["weight_decay"] == 0.0001
    assert lenet["network"] == {"kind": "mlp", "sizes": [784, 300, 100, 10]}
    assert "snapshots" not in lenet
    assert lookup(settings, "data.mnist-1d") == {"kind": "mnist-1d", "train": 20000, "test": 10000}
    assert lookup(settings, "data.fashion-mnist")["sources"] == ["official"]


def test_lookup_gives_what_is_asked_for_by_its_own_path(folder):
    settings = load_configuration(folder, {})
    assert lookup(settings, "lottery.chains.lenet.snapshots") == [0]
    assert lookup(settings, "lottery.chains.lenet.training.weight_decay") == 0.0
    assert lookup(settings, "lottery.chains.lenet.training.schedule") == {"kind": "constant"}
    assert lookup(settings, "data.mnist-1d.seed") == 42
    assert lookup(settings, "device") == "auto"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("lottery.chains.lenet.training.warmup_steps", 0),
        ("lottery.chains.lenet.training.optimiser.betas", [0.9, 0.999]),
        ("lottery.chains.lenet.training.schedule", {"kind": "constant"}),
        ("lottery.chains.lenet.sample.downsample", "1"),
        ("lottery.chains.lenet.rewind", [0]),
        ("data.mnist-1d.length", 40.0),
    ],
)
def test_a_default_that_is_written_down_is_as_one_left_out(folder, path, value):
    without = load_configuration(folder, {})
    written = load_configuration(folder, on_command_line(path, value))
    above = path.rpartition(".")[0]
    assert lookup(written, above) == lookup(without, above)


def test_lookup_names_the_nearest_key(folder):
    settings = load_configuration(folder, {})
    for path, complaint in {
        "lottery.chain.lenet": "there is no setting 'lottery.chain.lenet': 'chain'; did you mean"
        " 'chains'?",
        "lottery.chains.lenett": "'lenett'; did you mean 'lenet'?",
        "lottery.seeds.0": "there is no setting 'lottery.seeds.0': '0'",
        "": "there is no setting '': ''",
    }.items():
        with pytest.raises(UserError) as caught:
            lookup(settings, path)
        assert complaint in str(caught.value)


def test_a_section_is_found_by_the_end_of_its_key():
    cfg = {"lottery.chains.lenet.training": 1, "lottery.main": 2, "device": 3}
    assert [section(cfg, name) for name in ("training", "main", "device")] == [1, 2, 3]
    assert section(cfg, "lenet.training") == 1
    for name in ("ain", "training.steps"):
        with pytest.raises(KeyError, match="0 keys end in"):
            section(cfg, name)
    with pytest.raises(KeyError, match="2 keys end in 'main'"):
        section(cfg | {"other.main": 1}, "main")


def classes(model=Settings):
    for each in model.__subclasses__():
        yield each
        yield from classes(each)


@pytest.mark.parametrize("model", list(classes()), ids=lambda model: model.__name__)
def test_every_setting_says_what_it_is(model):
    assert model.__doc__
    assert model.__doc__ != Settings.__doc__
    for name, field in model.model_fields.items():
        assert field.description, f"{model.__name__}.{name}"
        assert field.description.endswith("."), f"{model.__name__}.{name}"
