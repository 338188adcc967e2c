import numpy as np

from workflow_scripts.core.quantity import Quantity

ACCURACY = Quantity("accuracy", "accuracy", "%", scale=100)


def test_a_share_is_written_in_per_cent_and_its_differences_in_points():
    assert ACCURACY.written(np.array([0.25, 1.0])).tolist() == [25.0, 100.0]
    assert ACCURACY.axis() == "accuracy (%)"
    assert ACCURACY.axis("test accuracy") == "test accuracy (%)"
    assert ACCURACY.difference == "pp"


def test_other_quantities_are_written_to_the_bit_as_they_were_measured():
    loss, count = Quantity("loss", "loss", "nats"), Quantity("steps", "steps taken")
    measured = np.array([0.1, 1 / 3])
    assert loss.written(measured) is measured
    assert count.written(np.array([3])).dtype == np.array([3]).dtype
    assert (loss.difference, count.difference) == ("nats", "")
    assert count.axis() == "steps taken"
