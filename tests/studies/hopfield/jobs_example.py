"""The jobs of the study of Hopfield networks at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("hopfield")
DYNAMICS = {"hopfield_capacity": 2, "hopfield_recall": 1, "hopfield_images": 1, **GATHERING}
# Two sizes, and all else once.
STUDY = {
    **DYNAMICS,
    "hopfield_spheres": 1,
    "hopfield_dense": 1,
    "hopfield_identities": 1,
}
EVERYTHING = {"data_fashion_mnist": 1, **STUDY}

EXAMPLE = JobsExample(
    everything=EVERYTHING,
    edits=[
        code("core/step.py", STUDY),
        code("learning/ensemble/trainer.py", {}),
        code("learning/ensemble/randomness.py", STUDY),
        code("studies/hopfield/dynamics.py", DYNAMICS),
        code(
            "studies/hopfield/modern.py",
            {
                "hopfield_images": 1,
                "hopfield_spheres": 1,
                "hopfield_identities": 1,
                **GATHERING,
            },
        ),
        code("studies/hopfield/boltzmann.py", {"hopfield_identities": 1, **GATHERING}),
        code("studies/hopfield/completion.py", {"hopfield_images": 1, **GATHERING}),
        code("studies/hopfield/tables.py", GATHERING),
        code(
            "studies/hopfield/claims.py",
            {"hopfield_claims": 1, "hopfield_figures": 1, **LEDGER},
        ),
        code(
            "studies/hopfield/measures.py",
            {"hopfield_claims": 1, "hopfield_figures": 1, **LEDGER},
        ),
        code(
            "studies/hopfield/exhibits.py",
            {"hopfield_claims": 1, "hopfield_figures": 1, **LEDGER},
        ),
        code("studies/hopfield/figures.py", {"hopfield_figures": 1, **REPORT}),
        code("studies/hopfield/modern_figures.py", {"hopfield_figures": 1, **REPORT}),
        code(
            "learning/data/datasets.py",
            {"hopfield_images": 1, **GATHERING},
        ),
    ],
    settings=[
        Setting("hopfield={identities: {draws: 3}}", {"hopfield_identities": 1, **GATHERING}),
        Setting("hopfield={recall: {load: 0.06}}", {"hopfield_recall": 1, **GATHERING}),
        Setting("hopfield={capacity: {sweeps: 6}}", {"hopfield_capacity": 2, **GATHERING}),
        Setting("hopfield={dense: {trials: 51}}", {"hopfield_dense": 1, **GATHERING}),
        # A load of one size runs that size alone.
        Setting(
            "hopfield={capacity: {networks: [{size: 50, loads: [0.1, 0.2, 0.3, 0.5, 0.8]}, "
            "{size: 100, loads: [0.1, 0.3, 0.5]}]}}",
            {"hopfield_capacity": 1, **GATHERING},
            says="100",
        ),
    ],
    more_seeds=MoreSeeds('hopfield={seeds: ["0-1", "2-4"]}', STUDY, frozenset({"2-4"}), 7),
)
