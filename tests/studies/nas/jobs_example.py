"""The jobs of the study of architecture search at the smoke scale, and what reruns them."""

from tests.workflow.jobs import LEDGER, REPORT, JobsExample, MoreSeeds, Setting, code, gathering

GATHERING = gathering("nas")
CLAIMS = {"nas_claims": 1, **LEDGER}
DARTS = {"nas_darts": 9, **GATHERING}
SCALED = {"nas_scaled": 6, **GATHERING}
SEARCH = {"nas_search": 1, **GATHERING}
AGAIN = {"nas_retrained": 1, **GATHERING}
# The table is committed: no job trains it.
STUDY = {"nas_darts": 9, "nas_scaled": 6, "nas_search": 1, "nas_retrained": 1, **GATHERING}
ONE = {"nas_darts": 1, **GATHERING}
FIGURES = {"nas_figures": 1, **REPORT}

EXAMPLE = JobsExample(
    everything=STUDY,
    edits=[
        code("core/step.py", STUDY),
        code("studies/nas/network.py", {**DARTS, **SCALED, **AGAIN}),
        code("studies/nas/supernet.py", DARTS),
        code("studies/nas/algorithms.py", SEARCH),
        code("studies/nas/retrain.py", AGAIN),
        code("studies/nas/part.py", {}),
        code("studies/nas/tables.py", GATHERING),
        code("studies/nas/claims.py", CLAIMS),
        code("studies/nas/figures.py", FIGURES),
        code("learning/networks/residual.py", SCALED),
        # The record of all results, because the work of recurrence is counted with it.
        code("learning/networks/attention.py", REPORT),
        code("learning/networks/pair_mlp.py", {}),
    ],
    settings=[
        Setting("nas={search: {repetitions: 4}}", SEARCH),
        Setting("nas={supernets: {second: {factor: 2.0}}}", ONE),
        Setting("nas={compound: {networks: {half: {rate: 0.01}}}}", {"nas_scaled": 1, **GATHERING}),
        Setting("nas={table: {retrained: 2}}", AGAIN),
    ],
    more_seeds=MoreSeeds(
        'nas={seeds: ["100-101", "102-103"], growing_seeds: ["100-101", "102-103"],'
        ' scaled_seeds: ["100-101", "102-103"]}',
        {"nas_darts": 9, "nas_scaled": 6, "nas_search": 1, **GATHERING},
        frozenset({"102-103"}),
        16,
    ),
)
