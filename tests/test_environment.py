import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow_scripts"
CODE = sorted(
    path
    for folder in ("workflow_scripts", "benchmarks", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
# Where pytest finds modules besides those beside a test, as pyproject.toml says.
PYTHONPATH = [ROOT / "tests/workflow"]
RULES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]
# Unpickling runs code; the others would bring training loops, data or a service that is not ours.
FORBIDDEN = {"pickle", "dill", "joblib", "cloudpickle", "torchvision", "lightning", "wandb"}
FORBIDDEN |= {"pytorch_lightning", "marshal", "shelve"}
RUNS_CODE = {"eval", "exec", "compile", "__import__"}
READS_PICKLES = {"torch.load", "torch.save", "np.save_pickle", "pd.read_pickle", "yaml.load"}
READS_PICKLES |= {"yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"}
# Parts of a package that we ask for: they come with it.
COMES_WITH = {"markupsafe": "jinja2"}


def locked():
    """The two parts of requirements.lock, each from name to requirement."""
    parts, current = {}, None
    for line in (ROOT / "requirements.lock").read_text().splitlines():
        if line.startswith("# Asked for"):
            current = parts.setdefault(line.removeprefix("# "), {})
        elif line and not line.startswith("#"):
            requirement = Requirement(line)
            current[canonicalize_name(requirement.name)] = requirement
    return parts


def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def imports(path):
    """Every module that is imported anywhere in a file, and the line of the import."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module, node.lineno


def called(path):
    """The dotted name of every call in a file, and its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield ast.unparse(node.func), node


def where(path, line):
    return f"{path.relative_to(ROOT)}:{line}"


def test_conda_gets_the_pins_that_pip_is_asked_for():
    (pip,) = (each["pip"] for each in environment() if isinstance(each, dict))
    assert pip[0] == "--constraint requirements.lock"
    assert pip[1:] == [str(requirement) for requirement in locked()["Asked for"].values()]


def test_everything_is_pinned_to_one_version_and_named_once():
    names = [name for part in locked().values() for name in part]
    assert len(names) == len(set(names))
    assert list(locked()) == ["Asked for", "Asked for by those"]
    for requirement in (each for part in locked().values() for each in part.values()):
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        assert "*" not in pin.version, requirement


def test_condas_python_is_one_that_the_project_runs_on():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = SpecifierSet(project["project"]["requires-python"])
    (python,) = (each for each in environment() if str(each).startswith("python="))
    version = python.removeprefix("python=")
    assert Version(version) in wanted
    assert project["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
    makefile = (ROOT / "Makefile").read_text()
    assert f"sys.version_info[:2] < ({version.replace('.', ', ')})" in makefile
    assert sys.version_info[:2] >= tuple(map(int, version.split(".")))


def test_every_package_that_is_imported_is_one_that_is_asked_for():
    asked = set(locked()["Asked for"])
    installed = asked | set(locked()["Asked for by those"])
    distributions = packages_distributions()
    for path in CODE:
        allowed = installed if ROOT / "tests" in path.parents else asked
        folders = (path.parent, *PYTHONPATH)
        beside = {each.stem for folder in folders for each in folder.glob("*.py")}
        own = {"workflow_scripts", "benchmarks", "tests", *beside}
        for module, line in imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in own or top == "__main__":
                continue
            found = {canonicalize_name(name) for name in distributions.get(top, [top])}
            found |= {COMES_WITH[name] for name in found & COMES_WITH.keys()}
            assert found & allowed, f"{where(path, line)}: {module} is not asked for"


def test_the_package_does_not_import_its_tests_or_relative_to_itself():
    for path in PACKAGE.rglob("*.py"):
        for module, line in imports(path):
            assert module.split(".")[0] not in {"tests", "pytest", "hypothesis"}, where(path, line)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, where(path, node.lineno)


def test_init_files_are_empty():
    """Or whatever they import would belong to the code key of every step."""
    for path in PACKAGE.rglob("__init__.py"):
        assert path.read_bytes() == b"", path
    for folder in {path.parent for path in PACKAGE.rglob("*.py")}:
        assert (folder / "__init__.py").exists(), folder


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_runs_code_that_it_reads(path):
    for module, line in imports(path):
        assert module.split(".")[0] not in FORBIDDEN, where(path, line)
    for name, call in called(path):
        here = where(path, call.lineno)
        assert name not in READS_PICKLES, here
        if ROOT / "tests" in path.parents:
            continue  # a test may make the files that are refused, and compile what it made up
        assert name not in RUNS_CODE, here
        for keyword in call.keywords:
            given = keyword.arg, ast.unparse(keyword.value)
            assert given not in {("allow_pickle", "True"), ("shell", "True")}, here
            assert given != ("weights_only", "False"), here


def test_the_rules_run_no_code_that_they_read_either():
    words = "|".join([*FORBIDDEN, r"eval\(", r"exec\(", r"yaml\.load\(", r"torch\.load\("])
    for path in RULES:
        assert not re.search(rf"\b({words})", path.read_text()), path


def targets():
    text = (ROOT / "Makefile").read_text()
    (phony,) = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    return text, phony.split()


def test_make_help_lists_every_target():
    make = shutil.which("make")
    if make is None:
        pytest.skip("make is not installed")
    # Also inside `make test`, where a make would say which folder it enters.
    command = [make, "--no-print-directory", "help"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    listed = {line.split()[0]: line.split(maxsplit=1)[1] for line in shown.stdout.splitlines()}
    text, phony = targets()
    assert list(listed) == phony
    made = re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)
    assert sorted(made) == sorted(phony)


def test_make_starts_only_modules_that_exist():
    text, _ = targets()
    modules = re.findall(r"-m (workflow_scripts[\w.]+)", text)
    # Benchmarks are started by the name of their file.
    assert "-m benchmarks.$$name" in text
    assert "wildcard benchmarks/[a-z]*.py" in text
    assert modules
    for module in modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
