"""The steps of the study on a few made-up examples."""

import numpy as np
import pytest
import torch

from workflow_scripts.learning.data.examples import Examples
from workflow_scripts.learning.data.split import Split
from workflow_scripts.learning.data.targets import ClassNumbers
from workflow_scripts.learning.networks.mlp import Mlp
from workflow_scripts.learning.subject import Subject
from workflow_scripts.studies.distillation.costs import multiply_adds, parameters
from workflow_scripts.studies.distillation.distilled import EXTRA, Distilled
from workflow_scripts.studies.distillation.learn import (
    NONE,
    Soft,
    distilled,
    learned,
    students,
    transfer,
)
from workflow_scripts.studies.distillation.measure import (
    Batch,
    agreements,
    identities,
    of_omissions,
    of_students,
    of_teachers,
)
from workflow_scripts.studies.distillation.pictures import picture, pictures, speech
from workflow_scripts.studies.distillation.settings import Lesson, Teachers
from workflow_scripts.studies.distillation.teach import said, taught

SEEDS = [3, 4]
PIXELS, CLASSES, TRAIN = 16, 4, 40
TRAINING = {
    "optimiser": {"kind": "adam"}, "learning_rate": 0.02, "batch_size": 10, "steps": 12,
}  # fmt: skip
NETWORK = {"kind": "mlp", "sizes": [PIXELS, 6, CLASSES]}
ARMS = {
    "hard": {"source": "labels", "rate": 0.02},
    "soft": {"source": "teacher", "temperature": 2, "rate": 0.03, "copies": 2},
    "same": {"source": "teacher", "temperature": 2, "wrong": "identity", "rate": 0.03},
    "permuted": {"source": "teacher", "temperature": 2, "wrong": "permuted", "rate": 0.03},
    "second": {
        "source": "teacher", "temperature": 2, "rate": 0.03, "copies": 2, "redrawn": True,
    },
}  # fmt: skip


def lesson(**changes):
    given = {"network": NETWORK, "training": TRAINING, "examples": 30, "arms": ARMS}
    return Lesson.model_validate(given | changes)


def split(count, seed, rows=None):
    random = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % CLASSES
    centres = torch.eye(CLASSES).repeat(1, PIXELS // CLASSES)
    inputs = centres[labels] + 0.3 * torch.randn(count, PIXELS, generator=random)
    return Split(inputs, ClassNumbers(labels), rows)


@pytest.fixture(scope="module")
def subject():
    """Two seeds, each with its own part of a pool of 100 examples."""
    train = torch.stack([torch.arange(TRAIN), torch.arange(20, 20 + TRAIN)])
    validation = torch.stack([torch.arange(60, 80), torch.arange(80, 100)])
    pool = split(100, 0)
    examples = Examples(
        Split(pool.inputs, pool.targets, train),
        Split(pool.inputs, pool.targets, validation),
        split(24, 1),
        CLASSES,
        tuple(SEEDS),
    )
    return Subject(Mlp([PIXELS, 6, CLASSES]), examples, torch.device("cpu"))


@pytest.fixture(scope="module")
def batch(subject):
    teachers = Teachers.model_validate({"network": NETWORK, "training": TRAINING, "copies": 2})
    trained = taught(teachers, subject, SEEDS)
    everyone = subject.members([seed for seed in SEEDS for _ in range(2)])
    logits = said(everyone, trained, everyone.examples.train).unflatten(0, (2, 2))
    fresh = subject.network.initialise([1, 2])
    return Batch(
        subject, SEEDS, Soft(logits, said(subject, fresh, subject.examples.train)), trained
    )


def test_teachers_of_a_seed_differ_and_are_the_same_in_any_batch(subject, batch):
    first = batch.networks["weight0"]
    assert first.shape[0] == 4
    assert not first[0].equal(first[1])
    teachers = Teachers.model_validate({"network": NETWORK, "training": TRAINING, "copies": 2})
    alone = taught(teachers, subject.members([4]), [4])
    assert alone["weight0"].equal(first[2:])


def test_what_a_teacher_says_is_of_its_own_examples(subject, batch):
    rows = subject.examples.train.rows
    network = {name: array[3:4] for name, array in batch.networks.items()}
    by_hand = subject.network.logits(network, subject.examples.train.inputs[rows[1]])
    torch.testing.assert_close(batch.soft.trained[1, 1], by_hand[0])


def test_members_are_ordered_by_arm_omitted_class_copy_and_seed():
    who = students(lesson(omitted=(1, 3), arms={"soft": ARMS["soft"]}), SEEDS)
    assert [(each.omitted, each.copy, each.seed) for each in who] == [
        (omitted, copy, seed) for omitted in (1, 3) for copy in (0, 1) for seed in SEEDS
    ]
    assert {each.omitted for each in students(lesson(), SEEDS)} == {NONE}


def test_a_student_without_a_class_never_sees_it_and_all_have_as_many_examples(subject, batch):
    given = lesson(omitted=(1, 3))
    who = students(given, SEEDS)
    everyone = subject.examples.of([student.seed for student in who])
    learning = transfer(given, who, SEEDS, subject, batch.soft)
    inputs, targets = learning.part(0, len(learning), len(who))
    for member, student in enumerate(who):
        labels = targets[member, :, -EXTRA]
        assert student.omitted not in labels.tolist()
        rows = everyone.train.rows[member, :30]
        kept = everyone.train.targets.values[rows] != student.omitted
        assert inputs[member].equal(everyone.train.inputs[rows[kept][: len(learning)]])
        if student.arm == "soft":
            place = SEEDS.index(student.seed)
            own = (batch.soft.trained[place, student.copy, :30] / 2).softmax(-1)
            torch.testing.assert_close(targets[member, :, :-EXTRA], own[kept][: len(learning)])


def test_examples_keep_their_targets_when_others_are_left_out():
    inputs = torch.arange(20.0).view(10, 2)
    rows = torch.tensor([[7, 2, 5], [2, 9, 0]])
    taught_ = torch.rand(2, 3, CLASSES + EXTRA, generator=torch.Generator().manual_seed(0))
    made = distilled(inputs, rows, taught_)
    assert len(made.inputs) == 5
    found, targets = made.part(0, 3, 2)
    assert found.equal(inputs[rows])
    assert targets.equal(taught_)
    assert isinstance(made.targets, Distilled)


def test_arms_share_initial_weights_and_order_and_only_the_redrawn_ones_do_not(subject, batch):
    given = lesson(training={**TRAINING, "steps": 1, "learning_rate": 1e-30},
                   arms={name: {**arm, "rate": 1e-30} for name, arm in ARMS.items()})  # fmt: skip
    who = students(given, SEEDS)
    weights = learned(given, SEEDS, subject, batch.soft)["weight0"]
    of = {(each.arm, each.copy, each.seed): weights[m] for m, each in enumerate(who)}
    for seed in SEEDS:
        assert of["hard", 0, seed].equal(of["soft", 0, seed])
        assert not of["soft", 1, seed].equal(of["soft", 0, seed])
        assert not of["second", 0, seed].equal(of["soft", 0, seed])


def test_a_student_is_the_same_in_any_ensemble_and_the_identity_gives_the_same_bits(subject, batch):
    given = lesson()
    who = students(given, SEEDS)
    trained = learned(given, SEEDS, subject, batch.soft)
    alone = lesson(arms={"soft": {**ARMS["soft"], "copies": 1}})
    soft = Soft(batch.soft.trained[1:], batch.soft.untrained[1:])
    weights = learned(alone, [4], subject.members([4]), soft)
    member = {(each.arm, each.copy, each.seed): m for m, each in enumerate(who)}
    for name, array in trained.items():
        assert array[member["soft", 0, 4]].equal(weights[name][0])
        assert array[member["soft", 0, 3]].equal(array[member["same", 0, 3]])
    table = identities(batch, who, trained)
    permutation = table[table.identity.str.contains("permuted")]
    assert (permutation.difference == 0).all()
    assert (permutation.mismatch > 1e-3).all()
    assert (table.difference < 1e-6).all()


def test_tables_say_what_is_counted_by_hand(subject, batch):
    given = lesson()
    who = students(given, SEEDS)
    trained = learned(given, SEEDS, subject, batch.soft)
    everyone = subject.members([student.seed for student in who])
    table = of_students("few", given, everyone, who, trained)
    labels = subject.examples.test.targets.values
    predicted = subject.network.logits(trained, subject.examples.test.inputs).argmax(-1)
    right = 100 * (predicted == labels).double().mean(1)
    np.testing.assert_allclose(table.accuracy, right.numpy())
    assert table.parameters.unique().tolist() == [16 * 6 + 6 + 6 * 4 + 4]
    assert table.multiply_adds.unique().tolist() == [16 * 6 + 6 * 4]
    spoken = batch.on_test
    teachers = of_teachers(batch)
    assert teachers.groupby("seed").size().tolist() == [3, 3]
    votes = spoken[0].softmax(-1).mean(0).argmax(-1) == labels
    first = teachers[(teachers.arm == "ensemble") & (teachers.seed == 3)]
    assert first.accuracy.item() == pytest.approx(100 * float(votes.double().mean()))
    assert first.multiply_adds.item() == 2 * (16 * 6 + 6 * 4)
    pairs = agreements(batch, who, predicted).set_index(["seed", "copy", "pair"])
    member = {(each.arm, each.copy, each.seed): m for m, each in enumerate(who)}
    ours, second = predicted[member["soft", 1, 4]], predicted[member["second", 1, 4]]
    same = 100 * float((ours == spoken[1, 1].argmax(-1)).double().mean())
    assert pairs.loc[(4, 1, "student and teacher")].item() == pytest.approx(same)
    both = 100 * float((ours == second).double().mean())
    assert pairs.loc[(4, 1, "two students of one teacher")].item() == pytest.approx(both)


def test_a_bias_lets_a_student_name_the_class_as_often_as_its_teacher_does(subject, batch):
    given = lesson(omitted=(2,), arms={"soft": {**ARMS["soft"], "copies": 1}})
    who = students(given, SEEDS)
    everyone = subject.members([student.seed for student in who])
    trained = learned(given, SEEDS, subject, batch.soft)
    splits = (everyone.examples.test, everyone.examples.validation)
    on_test, on_validation = (said(everyone, trained, split) for split in splits)
    table = of_omissions(batch, who, on_test, on_validation)
    assert set(table.arm) == {"soft", "teacher"}
    labels = subject.examples.test.targets.values
    known = everyone.examples.validation
    for member, student in enumerate(who):
        rows = table[(table.seed == student.seed) & (table.arm == "soft")].set_index("moment")
        rise = rows.bias["after"]
        others = known.targets.values[known.rows[member]] != 2
        ours = on_validation[member][others].clone()
        ours[:, 2] += rise
        theirs = batch.on_validation[member, 0][others]
        assert int((ours.argmax(1) == 2).sum()) == int((theirs.argmax(1) == 2).sum())
        raised = on_test[member].clone()
        raised[:, 2] += rise
        own = 100 * float((raised.argmax(1) == 2)[labels == 2].double().mean())
        assert rows.recall["after"] == pytest.approx(own)
        assert rows.bias["before"] == 0


def test_an_image_of_every_second_class_is_shown_with_what_is_said_of_it(subject, batch):
    shown = pictures(subject, batch.soft, SEEDS)
    assert shown.label.tolist() == [3, 1]
    labels = subject.examples.train.targets.values[subject.examples.train.rows[0]]
    assert labels[shown.example.tolist()].tolist() == [3, 1]
    first = picture(shown.pixels[0])
    assert first.shape == (4, 4)
    assert (first.min(), first.max()) == (0, 255)
    spoken = speech(subject, batch.soft, shown)
    for _, rows in spoken.groupby(["label", "temperature"]):
        assert rows.probability.sum() == pytest.approx(1, abs=1e-6)
    said_ = spoken[(spoken.label == 3) & (spoken.temperature == 4)]
    own = (batch.soft.trained[0, 0, shown.example[0]] / 4).softmax(-1)
    np.testing.assert_allclose(said_.probability, own.numpy(), rtol=1e-6)


def test_costs_are_those_of_the_matrices():
    network = Mlp([784, 800, 800, 10])
    assert multiply_adds(network) == 784 * 800 + 800 * 800 + 800 * 10
    assert parameters(network) == multiply_adds(network) + 800 + 800 + 10
