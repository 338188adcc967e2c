"""A job computes on a device that is not the processor; see emulated.py.

Python runs this file first in each process whose PYTHONPATH names this folder.
"""

import emulated

emulated.take_over()
