"""The quantities that all studies measure of their networks."""

from workflow_scripts.core.quantity import PERCENT, Quantity

LOSS = Quantity("loss", "loss", "nats")
ACCURACY = Quantity("accuracy", "accuracy", PERCENT, scale=100)
AGREEMENT = Quantity("agreement", "agreement with the targets", PERCENT, scale=100)
SQUARED_ERROR = Quantity("squared_error", "mean squared error")
ERROR = Quantity("error", "error", PERCENT, scale=100)

CURVE = (LOSS, ACCURACY)
"""What a learning curve measures."""
