"""The jobs of the study of the tangent kernel at the smoke scale, and what makes them run again."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("ntk")
CLAIMS = {"ntk_claims": 1, "ntk_figures": 1, **LEDGER}
# Networks of two and of three layers.
WIDTHS = {"ntk_widths": 2, **GATHERING}
PARITY = {"ntk_parity": 1, **GATHERING}
IMAGES = {"ntk_images": 1, **GATHERING}
IDENTITIES = {"ntk_identities": 1, **GATHERING}
STUDY = {**WIDTHS, **PARITY, **IMAGES, **IDENTITIES}

EXAMPLE = JobsExample(
    everything={"data_fashion_mnist": 1, **STUDY},
    edits=[
        code("learning/ensemble/trainer.py", STUDY),
        code("learning/networks/ntk_mlp.py", STUDY),
        code("learning/kernels/empirical.py", STUDY),
        code("learning/kernels/regression.py", STUDY),
        code("learning/kernels/arc_cosine.py", {**WIDTHS, **IMAGES}),
        code("learning/data/examples.py", IMAGES),
        code("studies/ntk/descent.py", STUDY),
        code("studies/ntk/images.py", IMAGES),
        code("studies/ntk/identities.py", IDENTITIES),
        code("studies/ntk/tables.py", GATHERING),
        code("studies/ntk/claims.py", CLAIMS),
        code("studies/ntk/outcomes.py", CLAIMS),
        code("studies/ntk/figures.py", {"ntk_figures": 1, **REPORT}),
        code("studies/hopfield/claims.py", {}),  # a study that does not run here
    ],
    settings=[
        Setting("ntk={widths: {task: {frequency: 3}}}", {**WIDTHS, **IDENTITIES}),
        Setting("ntk={widths: {weights: 100}}", WIDTHS),
        Setting("ntk={parity: {inputs: 11}}", PARITY),
        Setting("ntk={images: {width: 9}}", IMAGES),
        Setting("ntk={identities: {steps: 5}}", IDENTITIES),
        # The widths of one depth run that depth alone.
        Setting(
            'ntk={widths: {depths: {"3": [8, 16, 24]}}}',
            {"ntk_widths": 1, **GATHERING},
            says="3 layers",
        ),
    ],
    more_seeds=MoreSeeds('ntk={seeds: ["0-1", "2-4"]}', STUDY, frozenset({"2-4"}), 5),
)
