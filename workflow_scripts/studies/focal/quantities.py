"""The quantities that the study measures."""

from workflow_scripts.core.quantity import PERCENT, Quantity

PRECISION = Quantity("precision", "average precision", PERCENT, scale=100)
LOSS_SHARE = Quantity("loss", "share of the loss from easy negatives", PERCENT, scale=100)
GRADIENT_SHARE = Quantity("gradient", "share of the gradient", PERCENT, scale=100)
BALANCED_LOSS = Quantity("balanced_loss", "the same on balanced data", PERCENT, scale=100)
BALANCED_GRADIENT = Quantity(
    "balanced_gradient", "gradient share on balanced data", PERCENT, scale=100
)
TOTAL = Quantity("total", "loss of all places for each object", "nats")
SHARES = (LOSS_SHARE, GRADIENT_SHARE, BALANCED_LOSS, BALANCED_GRADIENT, TOTAL)
"""What is measured in training."""
