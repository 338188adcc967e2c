"""The edits that the tests of reruns make: what they change of a module, and what they leave."""

import ast

import pytest

from tests.workflow.edits import with_another_docstring, with_changed_definitions, with_comments
from tests.workflow.repository_copy import CHECKOUT

MODULES = sorted((CHECKOUT / "workflow_scripts").rglob("*.py"))
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def definitions(source: str) -> list[ast.AST]:
    """All functions and classes, those inside others included."""
    return [node for node in ast.walk(ast.parse(source)) if isinstance(node, DEFINITIONS)]


@pytest.mark.thorough
def test_every_definition_has_a_statement_more_and_its_own_docstring() -> None:
    sources = [path.read_text() for path in MODULES]
    defining = [source for source in sources if definitions(source)]
    assert len(defining) > 100
    for source in defining:
        before, after = definitions(source), definitions(with_changed_definitions(source))
        assert [node.name for node in before] == [node.name for node in after]
        for old, new in zip(before, after, strict=True):
            assert ast.get_docstring(old) == ast.get_docstring(new)
            documented = ast.get_docstring(old) is not None
            assert isinstance(new.body.pop(documented), ast.Pass)
            assert len(new.body) == len(old.body)


@pytest.mark.thorough
def test_comments_and_docstrings_change_no_statement() -> None:
    def statements(source: str) -> str:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(body := getattr(node, "body", None), list):
                node.body = [each for each in body if not is_text(each)]
        return ast.dump(tree)

    def is_text(node: ast.AST) -> bool:
        value = getattr(node, "value", None)
        text = isinstance(value, ast.Constant) and isinstance(value.value, str)
        return isinstance(node, ast.Expr) and text

    for path in MODULES:
        source = path.read_text()
        assert ast.dump(ast.parse(with_comments(source))) == ast.dump(ast.parse(source))
        assert statements(with_another_docstring(source)) == statements(source)


@pytest.mark.parametrize("source", ["", "A = 1\n", "def f(): return 1\n"])
def test_a_module_that_cannot_be_changed_is_named(source: str) -> None:
    with pytest.raises(ValueError, match=r"no function and no class|the line of its definition"):
        with_changed_definitions(source)
