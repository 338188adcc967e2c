"""The quantities measured of a network until it generalises.

Separate from the code that measures them, so that new labels in figures train nothing again.
"""

from workflow_scripts.core.quantity import Quantity
from workflow_scripts.learning.quantities import ACCURACY, LOSS

TRAIN_LOSS = Quantity("train_loss", "loss of training examples", LOSS.unit)
TRAIN_ACCURACY = Quantity(
    "train_accuracy", "accuracy on training examples", ACCURACY.unit, ACCURACY.scale
)
TEST_LOSS = Quantity("test_loss", "loss of held-out examples", LOSS.unit)
TEST_ACCURACY = Quantity(
    "test_accuracy", "accuracy on held-out examples", ACCURACY.unit, ACCURACY.scale
)
RESTRICTED = Quantity("restricted", "restricted loss (held-out)", LOSS.unit)
EXCLUDED = Quantity("excluded", "excluded loss (training)", LOSS.unit)
GINI = Quantity("gini", "Gini of the embedding's spectrum")
NORM = Quantity("norm", "norm of the weights")

MEASURED = (
    TRAIN_LOSS,
    TRAIN_ACCURACY,
    TEST_LOSS,
    TEST_ACCURACY,
    RESTRICTED,
    EXCLUDED,
    GINI,
    NORM,
)
