import ast
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow_scripts"
PLUGIN = "snakemake_logger_plugin_nice"
CODE = sorted(
    path
    for folder in ("workflow_scripts", PLUGIN, "benchmarks", "docs", "tests")
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
COMES_WITH = {"markupsafe": "jinja2", "pydantic-core": "pydantic"}


RUN, DEV = "requirements.lock", "requirements-dev.lock"
# They come with Python, or with its virtual environments.
WITH_PYTHON = {"pip", "setuptools"}
# A torch for GPUs asks for these, each at the version that it was built with.
WITH_CUDA = ("nvidia-", "cuda-", "triton")


def locked(lock):
    """The two parts of a lock, each from name to requirement."""
    parts, current = {}, None
    for line in (ROOT / lock).read_text().splitlines():
        if line.startswith("# Asked for"):
            current = parts.setdefault(line.removeprefix("# "), {})
        elif line and not line.startswith(("#", "-r ")):
            requirement = Requirement(line)
            current[canonicalize_name(requirement.name)] = requirement
    return parts


def asked_for(lock):
    return locked(lock)["Asked for"]


def pinned(lock):
    return {name: pin for part in locked(lock).values() for name, pin in part.items()}


def needed(requirements):
    """Names of all that these requirements install here, by what the packages themselves say."""
    todo = [(canonicalize_name(each.name), frozenset(each.extras)) for each in requirements]
    done = set()
    while todo:
        name, extras = todo.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        for requirement in map(Requirement, requires(name) or []):
            marker = requirement.marker
            if marker is None or any(marker.evaluate({"extra": each}) for each in ["", *extras]):
                extra = frozenset(requirement.extras)
                todo.append((canonicalize_name(requirement.name), extra))
    return {name for name, _ in done if not name.startswith(WITH_CUDA)}


def environment():
    return yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]


def condas_pins():
    (pip,) = (each["pip"] for each in environment() if isinstance(each, dict))
    return pip


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


def test_conda_gets_the_pins_of_a_run():
    assert condas_pins() == [str(pin) for pin in pinned(RUN).values()]


@pytest.mark.thorough
def test_condas_pins_need_no_file_beside_them(tmp_path):
    """Conda, and Snakemake for it, put them into a file in another folder and hand that to pip."""
    (tmp_path / "condaenv.txt").write_text("\n".join(condas_pins()))
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--no-index", "--no-deps"]
    command += ["--disable-pip-version-check", "-r", "condaenv.txt"]
    # Without an index it passes where all pins are what this environment holds.
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_everything_is_pinned_to_one_version_and_named_once():
    pins = [pin for lock in (RUN, DEV) for part in locked(lock).values() for pin in part.items()]
    names = [name for name, _ in pins]
    assert len(names) == len(set(names))
    for _, requirement in pins:
        (pin,) = requirement.specifier
        assert pin.operator == "==", requirement
        assert "*" not in pin.version, requirement
    for lock in (RUN, DEV):
        assert list(locked(lock)) == ["Asked for", "Asked for by those"]
    assert "-r requirements.lock" in (ROOT / DEV).read_text().splitlines()


def test_a_run_installs_what_it_needs_and_nothing_else():
    """No browser and no false cloud: those are for tests, which install all of it too."""
    run, both = (
        needed(asked_for(RUN).values()),
        [*asked_for(RUN).values(), *asked_for(DEV).values()],
    )
    assert run - WITH_PYTHON == set(pinned(RUN))
    assert needed(both) - run == set(pinned(DEV))


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


@pytest.mark.thorough
def test_every_package_that_is_imported_is_one_that_is_asked_for():
    asked = set(asked_for(RUN))
    installed = {*pinned(RUN), *pinned(DEV)}
    distributions = packages_distributions()
    for path in CODE:
        allowed = installed if ROOT / "tests" in path.parents else asked | set(asked_for(DEV))
        if PACKAGE in path.parents:
            allowed = asked
        folders = (path.parent, *PYTHONPATH)
        beside = {each.stem for folder in folders for each in folder.glob("*.py")}
        own = {"workflow_scripts", PLUGIN, "benchmarks", "docs", "tests", *beside}
        for module, line in imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in own or top == "__main__":
                continue
            found = {canonicalize_name(name) for name in distributions.get(top, [top])}
            found |= {COMES_WITH[name] for name in found & COMES_WITH.keys()}
            assert found & allowed, f"{where(path, line)}: {module} is not asked for"


@pytest.mark.thorough
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


def test_text_is_read_and_written_in_utf_8_whatever_the_locale_says():
    """Ruff sees it where it knows that something is a path; this sees the rest."""
    for path in (path for path in CODE if ROOT / "tests" not in path.parents):
        for name, call in called(path):
            if name.rpartition(".")[2] in {"read_text", "write_text"} and "." in name:
                keywords = {keyword.arg for keyword in call.keywords}
                assert "encoding" in keywords, where(path, call.lineno)
    for path in RULES:
        assert not re.search(r"\.(read|write)_text\((?!.*encoding=)|\bopen\(", path.read_text()), (
            path
        )


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
    modules = re.findall(r"\$\(RUN\) ((?:workflow_scripts|docs)\.[\w.]+)", text)
    # Benchmarks are started by the name of their file.
    assert "$(RUN) benchmarks.$$name" in text
    assert "wildcard benchmarks/[a-z]*.py" in text
    assert modules
    for module in modules:
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
