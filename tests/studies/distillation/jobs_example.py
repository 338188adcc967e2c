"""The jobs of the study of distillation at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("distillation")
CLAIMS = {"distillation_claims": 1, "distillation_figures": 1, **LEDGER}
MEASURED = {"distillation_measure": 1, **GATHERING}
LEARNED = {"distillation_learn": 8, **MEASURED}
ONE = {"distillation_learn": 1, **MEASURED}
STUDY = {"distillation_teach": 1, **LEARNED}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, **STUDY},
    edits=[
        code("learning/ensemble/trainer.py", STUDY),
        code("learning/networks/mlp.py", STUDY),
        code("learning/networks/residual.py", {}),
        code("studies/distillation/teach.py", STUDY),
        code("studies/distillation/learn.py", LEARNED),
        code("studies/distillation/distilled.py", LEARNED),
        code("studies/distillation/softened.py", LEARNED),
        code("studies/distillation/omission.py", MEASURED),
        code("studies/distillation/costs.py", MEASURED),
        code("studies/distillation/measure.py", MEASURED),
        code("studies/distillation/tables.py", GATHERING),
        code("studies/distillation/claims.py", CLAIMS),
        code("studies/distillation/outcomes.py", CLAIMS),
        code("studies/distillation/figures.py", {"distillation_figures": 1, **REPORT}),
    ],
    settings=[
        Setting("distillation={teachers: {training: {steps: 31}}}", STUDY),
        # One lesson alone, and those that are taught from the same targets stay.
        Setting(
            "distillation={lessons: {tiny: {training: {steps: 21}}}}",
            ONE,
            says="tiny",
        ),
        Setting("distillation={judged: [5, 9]}", CLAIMS),
        Setting('distillation={sizes: {all: "few units"}}', {"distillation_figures": 1, **REPORT}),
    ],
    more_seeds=MoreSeeds(
        'distillation={seeds: ["0-1", "2-3"]}',
        {
            "distillation_teach": 1,
            "distillation_learn": 8,
            "distillation_measure": 1,
            **GATHERING,
        },
        frozenset({"2-3"}),
        10,
    ),
)
