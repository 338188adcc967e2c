"""A whole configuration to edit, and what tests do with it."""

import pytest

from workflow_scripts.core.errors import UserError
from workflow_scripts.operation.configuration.load import load_configuration

BASE, OWN, SMOKE = "config.yaml", "lottery.yaml", "scales/smoke/lottery.yaml"
# A configuration of our own: other numbers in the shipped one break no test here.
FILES = {
    BASE: """
scale: laptop
studies: [lottery]
device: auto
data:
  fashion-mnist: {sources: [official]}
  cifar-10: {sources: [folder]}
  mnist-1d:
    length: 40
    train: 20000
    test: 10000
  digits:
    test: 360
""",
    OWN: """
# Tickets.
seeds: ["0-4"]
main: lenet
late: resnet

chains:
  lenet: &lenet
    network: {kind: mlp, sizes: [784, 300, 100, 10]}
    sample: {dataset: fashion-mnist, train: 10000, validation: 2000, test: 10000}
    training: {optimiser: {kind: adam}, learning_rate: 0.0012, batch_size: 60, steps: 1000}
    evaluation: {early_step: 50, every: 50}
    pruning: {scope: layer, keep: 0.8, keep_output: 0.9}
    levels: 16
  lenet-half:
    <<: *lenet
    network: {kind: mlp, sizes: [784, 150, 50, 10]}
  resnet:
    network: {kind: residual, input: [1, 40], channels: [8, 16, 32], blocks: 2, classes: 10}
    sample: {dataset: mnist-1d, train: 10000, validation: 1000, test: 10000}
    training:
      optimiser: {kind: sgd, momentum: 0.9}
      learning_rate: 0.1
      weight_decay: 0.0001
      batch_size: 64
      steps: 1000
    evaluation: {early_step: 150, every: 100}
    pruning: {scope: network, keep: 0.64}
    levels: 6
    rewind: [0, 20, 100]
    snapshots: [0, 20, 50, 100]
controls:
  random: [3]
  reinitialised: [3, 7]
timing: {every: 10, level: 7}
needles:
  survivors: 8000
  rounds: 4
  chains: [lenet-half, lenet, resnet]
instability: {chain: resnet, points: [0, 20], line: 11}
""",
    SMOKE: """
chains:
  lenet: {training: {steps: 60}}
needles:
  survivors: 1500
""",
}


def edit(folder, file, old, new):
    path = folder / file
    text = path.read_text()
    assert old in text, f"{file} has no {old!r} any more"
    path.write_text(text.replace(old, new, 1))


def refusal(folder, overrides=None):
    with pytest.raises(UserError) as caught:
        load_configuration(folder, overrides or {})
    message = str(caught.value)
    assert "\n" not in message
    return message


def on_command_line(path, value):
    """`{"a": {"b": value}}` for "a.b"."""
    for key in reversed(path.split(".")):
        value = {key: value}
    return value
