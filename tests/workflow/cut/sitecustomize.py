"""A job imports no more of the package than its own closure: what is missing is a NameError.

Python runs this file first in each process whose PYTHONPATH names this folder. In that of a job of
Snakemake it waits for the first import from the package, when the job has its parameters, and then
runs the script in the script's place, cut down like all modules that it imports.
"""

import ast
import importlib
import os
import re
import sys
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path

NAME = "workflow_scripts"
JOB = re.compile(r"\.snakemake/scripts/[^/]+\.py$")


class WaitForJob(MetaPathFinder):
    """Takes over at the first import from the package, and imports nothing itself."""

    def find_spec(self, fullname, path, target=None):
        if fullname.partition(".")[0] != NAME:
            return None
        sys.meta_path.remove(self)
        run_cut(sys.modules["__main__"].snakemake)
        sys.stdout.flush()
        os._exit(0)


class CutModules(MetaPathFinder):
    """Imports the modules of the package as far as a closure reaches."""

    def __init__(self, root, closure, whole):
        self.root, self.closure, self.whole = root, closure, whole
        self.units = {module.file: units for module, units in closure.modules}

    def find_spec(self, fullname, path, target=None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != NAME or fullname.startswith(self.whole):
            return None
        place = self.root.parent.joinpath(*fullname.split("."))
        if place.is_dir():
            file, inside = place / "__init__.py", [str(place)]
        else:
            file, inside = place.with_suffix(".py"), None
        loader = CutLoader(self, fullname, file)
        return spec_from_file_location(
            fullname, file, loader=loader, submodule_search_locations=inside
        )

    def code(self, file):
        """The statements of a module that are reached, where they stand in the file."""
        units = self.units.get(file.relative_to(self.root).as_posix(), ())
        body = [*stand_ins(self.closure, units), *(unit.node for unit in units)]
        module = ast.Module(body, [])
        for node in ast.walk(module):
            # A claim asks for the docstring that becomes its sentence; other words will do.
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is None:
                node.body = [ast.Expr(ast.Constant("Words.")), *node.body]
        ast.fix_missing_locations(module)
        return compile(module, str(file), "exec", dont_inherit=True)


class CutLoader(SourceLoader):
    def __init__(self, modules, name, file):
        self.modules, self.name, self.file = modules, name, file

    def get_filename(self, fullname):
        return str(self.file)

    def get_data(self, path):
        return Path(path).read_bytes()

    def get_code(self, fullname):
        return self.modules.code(self.file)


def stand_ins(closure, units):
    """For members of unions that are left out, classes of their kind and with nothing in them.

    A union of one or no member would be none to pydantic.
    """
    lines = []
    for unit in units:
        for (name, _), member in sorted(closure.left_out.get(unit, {}).items()):
            kinds = ", ".join(map(repr, sorted(member.kinds)))
            lines += [
                "import pydantic, typing",
                f"{name} = pydantic.create_model({name!r}, kind=(typing.Literal[{kinds}], ...))",
            ]
    return ast.parse("\n".join(lines)).body


def run_cut(snakemake):
    """Run the script of a job in this process, cut down to its closure."""
    from workflow_scripts.core.code_key import DOCUMENTED, PACKAGE, kinds_in, reached
    from workflow_scripts.core.reach.closure import OWN

    ((name, _),) = snakemake.params.code.items()
    first = name.split(" + ")[0]
    script = first.removesuffix(DOCUMENTED)
    cfg = snakemake.params.get("cfg", {})
    closure = reached(PACKAGE, script, kinds_in(cfg), script != first)
    for loaded in [each for each in sys.modules if each.partition(".")[0] == NAME]:
        del sys.modules[loaded]
    for library in closure.libraries:
        importlib.import_module(library)
    # The code that computes keys is no part of them, and stays whole.
    whole = (f"{NAME}.{each.removesuffix('.py').strip('/').replace('/', '.')}" for each in OWN)
    modules = CutModules(PACKAGE, closure, tuple(whole))
    sys.meta_path.insert(0, modules)
    exec(modules.code(PACKAGE / script), vars(sys.modules["__main__"]))  # noqa: S102  as Python would


if JOB.search(sys.orig_argv[-1]):
    sys.meta_path.insert(0, WaitForJob())
