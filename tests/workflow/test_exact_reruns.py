"""What reruns after which edit: exactly the jobs it concerns."""

import re

import pytest

from tests.workflow.repository_copy import CHECKOUT, RepositoryCopy

pytestmark = pytest.mark.workflow

REPORT = {"provenance": 1, "page": 1}
LEDGER = {"ledger": 1, **REPORT}
# A new table decides the claims anew and is drawn anew.
GATHERING = {"lottery_tables": 1, "lottery_claims": 1, "lottery_figures": 1, **LEDGER}
# Every training and what follows it: five chains, one batch of seeds.
STUDY = {
    "lottery_dense": 5,
    "lottery_level": 4,
    "lottery_control": 2,
    "lottery_needle": 4,
    "lottery_branch": 2,
    "lottery_instability": 1,
    **GATHERING,
}
EVERYTHING = {"data_fashion_mnist": 1, "data_mnist_1d": 1, **STUDY}
# The chains on Fashion-MNIST: lenet has two levels, the other three are parents of needles.
LENETS = {
    "lottery_dense": 4,
    "lottery_level": 2,
    "lottery_control": 2,
    "lottery_needle": 4,
    **GATHERING,
}
# The chain on MNIST-1D: one level after each of two rewindings, copies that part at two steps.
RESNET = {
    "lottery_dense": 1,
    "lottery_level": 2,
    "lottery_branch": 2,
    "lottery_instability": 1,
    **GATHERING,
}


def modules() -> list[str]:
    """All Python files of the package."""
    files = (CHECKOUT / "workflow_scripts").rglob("*.py")
    return [str(f.relative_to(CHECKOUT)) for f in files if f.stat().st_size]


def with_comments(source: str) -> str:
    spaced = source.replace("\n\n\n", "\n\n\n\n# Another.\n")
    return f"# A comment.\n\n\n{spaced}\n# The last.\n"


def with_another_docstring(source: str) -> str:
    return re.sub(r'^( *""")(?=\S)', r"\1Once more:\n\n", source, flags=re.MULTILINE)


def with_code(source: str) -> str:
    return source + "\nEDITED = 1\n"


def replaced(old: str, new: str):
    """An edit that replaces the first `old`."""
    return lambda text: text.replace(old, new, 1)


def test_nothing_changed(finished: RepositoryCopy) -> None:
    assert finished.plan().jobs == {}


def test_every_job_asked_for_all_settings_it_was_given(finished: RepositoryCopy) -> None:
    assert finished.unread() == {}


def test_comments_docstrings_and_layout_in_every_module(finished: RepositoryCopy) -> None:
    """And a module that nothing imports."""
    # The docstrings in a study's claims.py are the sentences of its claims: see below.
    documented = [
        module for module in modules() if module != "workflow_scripts/studies/lottery/claims.py"
    ]
    unused = finished.root / "workflow_scripts/learning/ensemble/unused.py"
    unused.write_text("UNUSED = 1\n")
    try:
        with (
            finished.edited(*modules(), edit=with_comments),
            finished.edited(*documented, edit=with_another_docstring),
        ):
            assert finished.plan().jobs == {}
    finally:
        unused.unlink()


@pytest.mark.parametrize(
    ("module", "jobs"),
    [
        ("core/step.py", EVERYTHING),
        ("learning/data/origins/fashion_mnist.py", {"data_fashion_mnist": 1, **LENETS}),
        ("learning/data/mnist1d.py", {"data_mnist_1d": 1, **RESNET}),
        ("learning/ensemble/trainer.py", STUDY),
        (
            "studies/lottery/branch.py",  # studies/lottery/instability.py imports it too
            {"lottery_branch": 2, "lottery_instability": 1, **GATHERING},
        ),
        (
            "studies/lottery/level.py",  # lenet's control at level 1 has its masks
            {"lottery_level": 4, "lottery_control": 1, **GATHERING},
        ),
        ("studies/lottery/tables.py", GATHERING),
        ("evidence/statistics/intervals.py", {"lottery_claims": 1, "lottery_figures": 1, **LEDGER}),
        ("evidence/statistics/trend.py", {"lottery_claims": 1, **LEDGER}),
        ("evidence/claims/ledger.py", LEDGER),
        ("evidence/figures/style.py", {"lottery_figures": 1, **REPORT}),
        ("evidence/numbers.py", {"page": 1}),
        ("evidence/claims/show.py", {}),  # only the target claims runs it
    ],
)
def test_code_in_a_module(finished: RepositoryCopy, module: str, jobs: dict[str, int]) -> None:
    with finished.edited(f"workflow_scripts/{module}", edit=with_code):
        assert finished.plan().jobs == jobs


def test_a_claims_sentence_is_its_docstring(finished: RepositoryCopy) -> None:
    with finished.edited("workflow_scripts/studies/lottery/claims.py", edit=with_another_docstring):
        assert finished.plan().jobs == {"lottery_claims": 1, **LEDGER}


def test_words_and_looks_of_the_report(finished: RepositoryCopy) -> None:
    texts = (
        "evidence/report/template.html.j2",
        "evidence/report/style.css",
        "studies/lottery/page.yaml",
    )
    paths = [f"workflow_scripts/{text}" for text in texts]
    with finished.edited(*paths, edit=lambda source: source + "\n"):
        assert finished.plan().jobs == {"page": 1}


def test_a_parameter_of_one_study(finished: RepositoryCopy) -> None:
    faster = replaced("learning_rate: 0.0012", "learning_rate: 0.0013")
    with finished.edited("config/lottery.yaml", edit=faster):
        assert finished.plan().jobs == LENETS


def test_a_parameter_of_one_stage(finished: RepositoryCopy) -> None:
    plan = finished.plan("--config", "lottery={needles: {survivors: 1400}}")
    assert plan.jobs == {"lottery_needle": 4, **GATHERING}


def test_a_parameter_of_one_chain(finished: RepositoryCopy) -> None:
    setting = "lottery={chains: {lenet-half: {pruning: {keep: 0.3}}}}"
    jobs = finished.plan("--config", setting).jobs
    assert jobs == {"lottery_needle": 1, **GATHERING}


def test_a_parameter_of_a_data_set(finished: RepositoryCopy) -> None:
    jobs = finished.plan("--config", "data={mnist-1d: {seed: 43}}").jobs
    assert jobs == {"data_mnist_1d": 1, **RESNET}


def test_swapped_values(finished: RepositoryCopy) -> None:
    """Snakemake compares values without their names; in one dict a swap is seen."""
    setting = (
        "lottery={chains: {resnet: {training: {learning_rate: 0.9, optimiser: {momentum: 0.1}}}}}"
    )
    assert finished.plan("--config", setting).jobs == RESNET


def test_the_same_settings_written_otherwise(finished: RepositoryCopy) -> None:
    def otherwise(text: str) -> str:
        text = text.replace("learning_rate: 0.1\n", "learning_rate: 0.10  # as before\n")
        text = text.replace("{kind: sgd, momentum: 0.9}", "{momentum: 0.90, kind: sgd}")
        return "# Another comment.\n" + text.replace("batch_size: 60,", "batch_size: 60.0,")

    with finished.edited("config/lottery.yaml", edit=otherwise):
        assert finished.plan().jobs == {}


def test_a_touched_file(finished: RepositoryCopy) -> None:
    """Every file: scripts, settings, raw data, checkpoints, tables."""
    for path in finished.root.rglob("*"):
        if path.is_file() and not {".git", ".snakemake"} & set(path.parts):
            path.touch()
    assert finished.plan().jobs == {}


def test_another_branch_and_back(finished: RepositoryCopy) -> None:
    step = finished.root / "workflow_scripts/core/step.py"
    finished.git("checkout", "--quiet", "-b", "other")
    try:
        step.write_text(with_code(step.read_text()))
        finished.git("commit", "--quiet", "--all", "--message", "Other code in every step")
    finally:
        finished.git("checkout", "--quiet", "--force", "-")
    assert "EDITED" not in step.read_text()
    assert finished.plan().jobs == {}


def test_another_folder(clone: RepositoryCopy) -> None:
    """Results and records moved together: nothing is made again."""
    assert clone.plan().jobs == {}


def test_a_run_does_what_the_plan_says(clone: RepositoryCopy) -> None:
    """And where what it does changes no byte, no byte has changed."""
    style = clone.root / "workflow_scripts/evidence/figures/style.py"
    style.write_text(with_code(style.read_text()))
    results = sorted(clone.files("*.json") | clone.files("*.csv") | clone.files("*.svg"))
    results.remove("results/smoke/provenance.json")
    before = clone.digests(*results)
    output = clone.run()
    assert "4 of 4 steps (100%) done" in output  # figures, provenance, page, and the target
    assert clone.digests(*results) == before
    assert clone.plan().jobs == {}


def test_more_seeds(finished: RepositoryCopy) -> None:
    """A second batch runs as the first did, and only what gathers runs again."""
    plan = finished.plan(configfiles=(more_seeds(finished),))
    assert plan.jobs == STUDY
    trained = [message for message in plan.messages if "seeds" in message]
    assert len(trained) == 18
    assert all(", seeds 2-3: " in message for message in trained)


def more_seeds(copy: RepositoryCopy) -> str:
    """A configuration file with another batch of seeds."""
    (copy.root / "more-seeds.yaml").write_text('lottery: {seeds: ["0-1", "2-3"]}\n')
    return "more-seeds.yaml"
