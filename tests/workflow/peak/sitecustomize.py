"""A job writes down the peak of its resident set.

Python runs this file first in each process whose PYTHONPATH names this folder.
"""

import importlib.util
import os
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path

MODULE = "workflow_scripts.core.step"
FOLDER = "PEAKS"
"""The variable with the folder into which each job writes; this is asked of no other process."""


class Watched(MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        execute = spec.loader.exec_module

        def executed(module):
            execute(module)
            run = module.run
            module.run = lambda main, *rest: run(measured(main), *rest)

        spec.loader.exec_module = executed
        return spec


def measured(main):
    """The step, and then a file with its peak; the step itself is what it was."""

    def watched(job):
        try:
            main(job)
        finally:
            name = job.output[0].replace("/", "%")
            Path(os.environ[FOLDER], name).write_text(str(peak()))

    return watched


def peak():
    """The most bytes that this process has held."""
    rows = (line.partition(":") for line in Path("/proc/self/status").read_text().splitlines())
    return 1024 * next(int(value.split()[0]) for name, _, value in rows if name == "VmHWM")


sys.meta_path.insert(0, Watched())
