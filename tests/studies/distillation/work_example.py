"""What the work of each step of the study should grow with, and by which factor."""

from tests.studies.work_growth import SEEDS, times

NETWORK = {"kind": "mlp", "sizes": [1000, 8, 10]}
TEACHERS = {
    "network": NETWORK,
    "training": {"steps": 100, "batch_size": 32},
    "copies": 3,
}
ARMS = {"hard": {"source": "labels"}, "soft": {"source": "teacher"}}
LESSON = {
    "network": NETWORK,
    "training": {"steps": 100, "batch_size": 32},
    "examples": 500,
    "arms": ARMS,
}
SAMPLE = {"train": 1000, "test": 2000}
TEACH = {"distillation.teachers": TEACHERS, "distillation.sample": SAMPLE}
LEARN = {"distillation.lessons.few": LESSON, "distillation.sample": SAMPLE}
MEASURE = {
    "distillation.teachers": {**TEACHERS, "network": {"kind": "mlp", "sizes": [10, 2, 10]}},
    "distillation.lessons": {"few": LESSON},
    "distillation.sample": SAMPLE,
}
FEW = {**SEEDS, "lesson": "few"}
MORE = {**ARMS, "ensemble": {"source": "ensemble", "copies": 2}}
CASES = [
    ("teach", TEACH, SEEDS, "distillation.teachers.copies", times(2), 2),
    ("teach", TEACH, SEEDS, "distillation.teachers.training", {"steps": 50, "batch_size": 32}, 0.5),
    # All examples at once.
    (
        "teach",
        TEACH,
        SEEDS,
        "distillation.teachers.training",
        {"steps": 100, "batch_size": None},
        1000 / 32,
    ),
    ("learn", LEARN, FEW, "distillation.lessons.few.arms", MORE, 2),
    ("learn", LEARN, FEW, "distillation.lessons.few.omitted", [1, 2, 3], 3),
    (
        "learn",
        LEARN,
        FEW,
        "distillation.lessons.few.training",
        {"steps": 200, "batch_size": 32},
        2,
    ),
    ("measure", MEASURE, SEEDS, "distillation.sample.test", times(3), 3),
    (
        "measure",
        MEASURE,
        SEEDS,
        "distillation.lessons",
        {"few": LESSON, "more": LESSON},
        2,
    ),
    # Those without a class are measured on validation images too.
    (
        "measure",
        MEASURE,
        SEEDS,
        "distillation.lessons",
        {"few": {**LESSON, "omitted": [4]}},
        2,
    ),
]
