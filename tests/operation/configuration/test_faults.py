import pytest
from configuration_example import BASE, OWN, edit, refusal

# What is edited, how, and the whole of the line that must come out.
FAULTS = {
    "unknown key, top": (BASE, "device: auto", "device: auto\ndevise: cpu",
        "config/config.yaml: devise: unknown key; did you mean 'device'?"),
    "misspelt key, top": (BASE, "device: auto", "devise: auto",
        "config/config.yaml: devise: unknown key; did you mean 'device'? (and 1 more)"),
    "misspelt data set": (BASE, "fashion-mnist:", "fashion_mnist:",
        "config/config.yaml: data.fashion_mnist: unknown key; did you mean 'fashion-mnist'?"
        " (and 1 more)"),
    "unknown key of a data set": (BASE, "length: 40", "lenght: 40",
        "config/config.yaml: data.mnist-1d.lenght: unknown key; did you mean 'length'?"),
    "unknown key, study": (OWN, "late: resnet", "late: resnet\nlat: 3",
        "config/lottery.yaml: lat: unknown key; did you mean 'late'?"),
    "unknown key in a mapping": (OWN, "    rewind: [0, 20, 100]", "    rewinds: [0, 20, 100]",
        "config/lottery.yaml: chains.resnet.rewinds: unknown key; did you mean 'rewind'?"),
    "unknown key in a mapping, deeper": (OWN, "momentum: 0.9", "momentun: 0.9",
        "config/lottery.yaml: chains.resnet.training.optimiser.momentun: unknown key;"
        " did you mean 'momentum'?"),
    "unknown key in a union": (OWN, "blocks: 2", "block: 2",
        "config/lottery.yaml: chains.resnet.network.block: unknown key; did you mean 'blocks'?"
        " (and 1 more)"),
    "key of another variant": (OWN, "blocks: 2", "blocks: 2, sizes: [3]",
        "config/lottery.yaml: chains.resnet.network.sizes: unknown key; did you mean 'classes'?"),
    "key of another optimiser": (OWN, "{kind: adam}", "{kind: adam, momentum: 0.9}",
        "config/lottery.yaml: chains.lenet.training.optimiser.momentum: unknown key:"
        " 'adam' has betas, epsilon (and 1 more)"),
    "key of a kind that has none": (OWN, "weight_decay: 0.0001",
        "gradient: {kind: orthogonal, zzz: 1}",
        "config/lottery.yaml: chains.resnet.training.gradient.zzz: unknown key:"
        " 'orthogonal' has no other keys"),
    "nothing like it among names": (OWN, "  random: [3]", "  zzz: [3]",
        "config/lottery.yaml: controls.zzz: unknown key"),
    "unknown optimiser": (OWN, "{kind: sgd, ", "{kind: sdg, ",
        "config/lottery.yaml: chains.resnet.training.optimiser.kind: 'sdg' is not one of 'sgd',"
        " 'adam', 'adamw'; did you mean 'sgd'?"),
    "word for settings of a kind": (OWN, "{kind: sgd, momentum: 0.9}", "sgd",
        "config/lottery.yaml: chains.resnet.training.optimiser: should hold settings that begin"
        " with a kind ({kind: …}) (it is 'sgd')"),
    "unknown key of an optional kind": (OWN, "weight_decay: 0.0001",
        "gradient: {kind: sharpness-aware, radios: 0.1}",
        "config/lottery.yaml: chains.resnet.training.gradient.radios: unknown key;"
        " did you mean 'radius'?"),
    "unknown data set": (OWN, "dataset: mnist-1d", "dataset: mnist_1d",
        "config/lottery.yaml: chains.resnet.sample.dataset: Input should be 'fashion-mnist',"
        " 'cifar-10', 'digits' or 'mnist-1d' (it is 'mnist_1d'); did you mean 'mnist-1d'?"),
    "nothing like it": (OWN, "late: resnet", "late: resnet\nzzz: 3",
        "config/lottery.yaml: zzz: unknown key"),
    "unknown name among the keys": (OWN, "  random: [3]", "  randum: [3]",
        "config/lottery.yaml: controls.randum: unknown key; did you mean 'random'?"),
    "unknown kind": (OWN, "kind: residual", "kind: residuel",
        "config/lottery.yaml: chains.resnet.network.kind: 'residuel' is not one of 'mlp',"
        " 'convolutional', 'residual'; did you mean 'residual'?"),
    "no kind": (OWN, "kind: residual, ", "",
        "config/lottery.yaml: chains.resnet.network.kind: is missing"),
    "missing key": (OWN, "late: resnet", "", "config/lottery.yaml: late: is missing"),
    "missing key, deeper": (OWN, "      steps: 1000\n", "",
        "config/lottery.yaml: chains.resnet.training.steps: is missing"),
    "unknown word": (BASE, "device: auto", "device: cuba",
        "config/config.yaml: device: Input should be 'auto', 'cpu' or 'cuda' (it is 'cuba');"
        " did you mean 'cuda'?"),
    "word for a number": (OWN, "survivors: 8000", "survivors: many",
        "config/lottery.yaml: needles.survivors: Input should be a valid integer, unable to parse"
        " string as an integer (it is 'many')"),
    "number out of range": (OWN, "weight_decay: 0.0001", "weight_decay: -1",
        "config/lottery.yaml: chains.resnet.training.weight_decay: Input should be greater than or"
        " equal to 0 (it is -1)"),
    "not a number": (OWN, "learning_rate: 0.1", "learning_rate: .nan",
        "config/lottery.yaml: chains.resnet.training.learning_rate: Input should be a finite number"
        " (it is nan)"),
    "number for a list": (OWN, "    rewind: [0, 20, 100]", "    rewind: 20",
        "config/lottery.yaml: chains.resnet.rewind: should be a list (it is 20)"),
    "list for settings": (OWN, "pruning: {scope: network, keep: 0.64}", "pruning: [0.64]",
        "config/lottery.yaml: chains.resnet.pruning: should hold settings (key: value)"
        " (it is [0.64])"),
    "item of a list": (OWN, "rewind: [0, 20, 100]", "rewind: [0, x, 100]",
        "config/lottery.yaml: chains.resnet.rewind.1: Input should be a valid integer, unable to"
        " parse string as an integer (it is 'x')"),
    "settings against each other": (OWN, "snapshots: [0, 20, 50, 100]", "snapshots: [0, 50, 100]",
        "config/lottery.yaml: chains.resnet: every step in rewind must be among the snapshots"),
    "settings against each other, study": (OWN, "main: lenet", "main: lenett",
        "config/lottery.yaml: main names the chain 'lenett', which is not among the chains"),
    "overlapping seeds": (OWN, '["0-4"]', '["0-4", "4-9"]',
        "config/lottery.yaml: seeds: seed 4 is in two batches (it is ['0-4', '4-9'])"),
    "study in the base file": (BASE, "device: auto", "device: auto\nlottery: {main: resnet}",
        "config/config.yaml: lottery: the settings of a study belong in config/lottery.yaml"),
    "key that is no word": (OWN, "late: resnet", "late: resnet\n3: 4",
        "config/lottery.yaml: 3: Keys should be strings (it is 3)"),
    "unknown scale": (BASE, "scale: laptop", "scale: labtop",
        "config/config.yaml: scale: 'labtop' is not one of smoke, laptop, paper;"
        " did you mean 'laptop'?"),
    "no scale": (BASE, "scale: laptop", "",
        "config/config.yaml: scale: is missing: choose from smoke, laptop, paper"),
    "syntax": (OWN, "main: lenet", "main: [lenet",
        "config/lottery.yaml: line 4: not valid YAML: expected ',' or ']', but got ':'"),
    "tabulator": (OWN, "main: lenet", "main:\n\tlenet",
        "config/lottery.yaml: line 4: not valid YAML: found character '\\t' that cannot start any"
        " token"),
    "key twice": (OWN, "late: resnet", "late: resnet\nmain: resnet",
        "config/lottery.yaml: line 5: the key 'main' appears twice"),
    "key twice, deeper": (OWN, "{kind: residual, ", "{kind: residual, kind: mlp, ",
        "config/lottery.yaml: line 18: the key 'kind' appears twice"),
    "alias of nothing": (OWN, "<<: *lenet", "<<: *lenett",
        "config/lottery.yaml: line 15: not valid YAML: found undefined alias 'lenett'"),
    "alias of itself": (OWN, "late: resnet", "late: &late [*late]",
        "config/lottery.yaml: line 4: an anchor that contains itself"),
    "code": (OWN, "main: lenet", "main: !!python/object/apply:os.getcwd []",
        "config/lottery.yaml: line 3: not valid YAML: could not determine a constructor for the tag"
        " 'tag:yaml.org,2002:python/object/apply:os.getcwd'"),
    "no such day": (OWN, "main: lenet", "main: 2020-13-45",
        "config/lottery.yaml: not valid YAML: month must be in 1..12"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_one_line_with_its_file_and_key(folder, fault):
    file, old, new, expected = fault
    edit(folder, file, old, new)
    assert refusal(folder) == expected


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        (OWN, b"", "config/lottery.yaml: seeds: is missing (and 7 more)"),
        (OWN, b"# words only", "config/lottery.yaml: seeds: is missing (and 7 more)"),
        (BASE, b"", "config/config.yaml: scale: is missing: choose from smoke, laptop, paper"),
        (OWN, b"- a\n- b", "config/lottery.yaml: holds a list, not settings (key: value)"),
        (OWN, b"words", "config/lottery.yaml: holds a str, not settings (key: value)"),
        (
            OWN,
            b"main: \xff",
            "config/lottery.yaml: not valid YAML: 'utf-8' codec can't decode byte",
        ),
        (OWN, b"main: \0", "config/lottery.yaml: not valid YAML: unacceptable character #x0000:"),
        (BASE, None, "config/config.yaml: is missing: restore it from Git"),
        (OWN, None, "config/lottery.yaml: is missing: restore it from Git"),
    ],
)
def test_files_that_hold_no_settings_are_named(folder, file, content, expected):
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    assert refusal(folder).startswith(expected)
