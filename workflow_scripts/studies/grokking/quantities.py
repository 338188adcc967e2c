"""What is measured of a network while it waits to generalise."""

from dataclasses import replace

from workflow_scripts.core.quantity import Quantity
from workflow_scripts.learning.quantities import ACCURACY, LOSS

TRAIN_LOSS = replace(LOSS, column="train_loss", words="loss of training examples")
TRAIN_ACCURACY = replace(ACCURACY, column="train_accuracy", words="accuracy on training examples")
TEST_LOSS = replace(LOSS, column="test_loss", words="loss of held-out examples")
TEST_ACCURACY = replace(ACCURACY, column="test_accuracy", words="accuracy on held-out examples")
RESTRICTED = replace(LOSS, column="restricted", words="restricted loss (held-out)")
EXCLUDED = replace(LOSS, column="excluded", words="excluded loss (training)")
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
