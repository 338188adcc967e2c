"""No study drops, skips or fills in what is missing: it is an error or a counted outcome."""

import ast
from collections.abc import Iterator

import pytest

from workflow_scripts.core.code_key import PACKAGE

SILENT = {
    "dropna": "drops seeds that have no value",
    "fillna": "puts something in place of what did not happen",
    "nanmax": "skips what is not finite",
    "nanmin": "skips what is not finite",
    "nanmean": "skips what is not finite",
    "nanmedian": "skips what is not finite",
    "nansum": "skips what is not finite",
    "nanstd": "skips what is not finite",
    "nan_to_num": "puts something in place of what is not finite",
}
COUNTED = {
    ("connectivity/soups.py", "nan_to_num"): "a copy that diverged is never the best",
    ("lottery/stopping.py", "nan_to_num"): "weights without a finite loss are never kept",
    ("double_descent/regression_claims.py", "fillna"): "what follows the last measurement",
    ("sharpness/figures.py", "dropna"): "networks that were lost have no point in a drawing",
    ("sharpness/marks.py", "dropna"): "networks that were lost have no point in a drawing",
}
"""Where such a call is a rule of its own, and which."""
MODULES = sorted(PACKAGE.glob("studies/*/*.py"))


def silent_calls(tree: ast.AST, module: str = "") -> Iterator[str]:
    """Names of calls and keywords that hide missing values, with their line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in SILENT:
            if (module, node.attr) in COUNTED:
                continue
            yield f"line {node.lineno}: {node.attr} {SILENT[node.attr]}"
        if isinstance(node, ast.keyword) and node.arg == "skipna":
            kept = isinstance(node.value, ast.Constant) and node.value.value is False
            if not kept:
                yield f"line {node.value.lineno}: skipna skips what is not finite"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_module_of_a_study_hides_what_is_missing(path):
    module = f"{path.parent.name}/{path.name}"
    assert list(silent_calls(ast.parse(path.read_text()), module)) == []


@pytest.mark.parametrize("code", ["x.dropna()", "np.nanmax(x)", "x.max(skipna=True)"])
def test_what_hides_it_is_seen(code):
    assert list(silent_calls(ast.parse(code)))


def test_what_does_not_hide_it_passes():
    assert list(silent_calls(ast.parse("x.max(skipna=False)"))) == []
