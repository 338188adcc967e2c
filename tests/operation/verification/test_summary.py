import pytest

from workflow_scripts.operation.verification.summary import summary_folder

ALL = ["lottery", "grokking", "hopfield"]


@pytest.mark.parametrize(
    ("there", "studies", "expected"),
    [
        (None, ["lottery"], "laptop"),  # nothing to replace
        (["lottery"], ["lottery"], "laptop"),
        (["lottery"], ["lottery", "hopfield"], "laptop"),
        (ALL, ALL, "laptop"),
        (ALL, ["hopfield"], "laptop-only-hopfield"),
        (ALL, ["lottery", "hopfield"], "laptop-only-lottery-hopfield"),
        ([*ALL, "gone"], ALL, "laptop"),  # a study that is no longer registered
    ],
)
def test_some_studies_do_not_replace_the_ledger_of_more(tmp_path, there, studies, expected):
    results = tmp_path / "laptop"
    if there is not None:
        results.mkdir()
        rows = "".join(f"{study},a claim\n" for study in there for _ in range(2))
        (results / "claims.csv").write_text("study,claim\n" + rows, encoding="utf-8")
    assert summary_folder(results, studies, ALL) == tmp_path / expected


@pytest.mark.parametrize("content", [b"", b"claim\nx\n", b"study\n\xff\n"])
def test_a_file_that_is_no_ledger_is_replaced(tmp_path, content):
    (tmp_path / "claims.csv").write_bytes(content)
    assert summary_folder(tmp_path, ["lottery"], ALL) == tmp_path
