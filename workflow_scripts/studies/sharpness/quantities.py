"""How sharp a minimum is, by six measures.

Apart from what measures them: better words for a figure measure nothing again.
"""

from workflow_scripts.core.quantity import PERCENT, Quantity
from workflow_scripts.learning.quantities import LOSS

TOP = Quantity("top", "largest eigenvalue")
TRACE = Quantity("trace", "trace")
BOX = Quantity("box", "box sharpness", PERCENT)
BALL = Quantity("sam", "ball sharpness", LOSS.unit)
ADAPTIVE = Quantity("adaptive", "adaptive sharpness", LOSS.unit)
NOISE = Quantity("noise", "increase under noise", LOSS.unit)

CURVATURE = (TOP, TRACE, BOX, BALL, ADAPTIVE, NOISE)
"""Of the Hessian; and by how much the training loss rises near the minimum."""
