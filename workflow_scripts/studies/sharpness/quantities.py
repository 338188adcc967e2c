"""How sharp a minimum is, by six measures."""

from dataclasses import replace

from workflow_scripts.core.quantity import PERCENT, Quantity
from workflow_scripts.learning.quantities import LOSS

TOP = Quantity("top", "largest eigenvalue")
TRACE = Quantity("trace", "trace")
BOX = Quantity("box", "box sharpness", PERCENT)
BALL = replace(LOSS, column="sam", words="ball sharpness")
ADAPTIVE = replace(LOSS, column="adaptive", words="adaptive sharpness")
NOISE = replace(LOSS, column="noise", words="increase under noise")

CURVATURE = (TOP, TRACE, BOX, BALL, ADAPTIVE, NOISE)
"""Of the Hessian; and by how much the training loss rises near the minimum."""
