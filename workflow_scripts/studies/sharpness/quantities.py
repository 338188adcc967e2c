"""Six measures of the sharpness of a minimum.

Separate from the code that measures them, so that new labels in figures measure nothing again.
"""

from workflow_scripts.core.quantity import PERCENT, Quantity
from workflow_scripts.learning.quantities import LOSS

TOP = Quantity("top", "largest eigenvalue")
TRACE = Quantity("trace", "trace")
BOX = Quantity("box", "box sharpness", PERCENT)
BALL = Quantity("sam", "ball sharpness", LOSS.unit)
ADAPTIVE = Quantity("adaptive", "adaptive sharpness", LOSS.unit)
NOISE = Quantity("noise", "increase under noise", LOSS.unit)
PREDICTED = Quantity("predicted", "increase that curvature predicts", LOSS.unit)

CURVATURE = (TOP, TRACE, BOX, BALL, ADAPTIVE, NOISE)
"""Measures of the Hessian, and of the rise of the training loss near the minimum."""
