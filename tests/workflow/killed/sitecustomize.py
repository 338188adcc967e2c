"""A job that measures is killed after its first part, unless one was saved by an earlier job.

Python runs this file first in each process whose PYTHONPATH names this folder.
"""

import importlib.util
import os
import signal
import sys
from importlib.abc import MetaPathFinder

MODULE = "workflow_scripts.learning.partial_results"


class KillAfterOnePart(MetaPathFinder):
    def find_spec(self, fullname, path, target=None):
        if fullname != MODULE:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        execute = spec.loader.exec_module

        def executed(module):
            execute(module)
            kill_after_one(module.PartialResults)

        spec.loader.exec_module = executed
        return spec


def kill_after_one(results):
    part = results.part

    def killed(self, *arguments, **more):
        saved = self._state.path.exists()
        found = part(self, *arguments, **more)
        if not saved:
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    results.part = killed


sys.meta_path.insert(0, KillAfterOnePart())
