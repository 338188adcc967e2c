import numpy as np
import pytest
from numpy.testing import assert_allclose

from workflow_scripts.learning.regression.gradient_descent import exact_path, simulated_path

STEPS = [0, 1, 2, 17, 400]


@pytest.mark.parametrize("shape", [(30, 8), (6, 11)])
def test_the_closed_form_is_what_descent_does(shape):
    generator = np.random.default_rng(0)
    examples, targets = generator.standard_normal(shape), generator.standard_normal(shape[0])
    exact = exact_path(examples, targets, 0.1, STEPS)
    assert_allclose(exact, simulated_path(examples, targets, 0.1, STEPS), atol=1e-12)
    assert_allclose(exact[0], 0)


def test_descent_follows_the_gradient_of_half_the_mean_squared_error():
    generator = np.random.default_rng(1)
    examples, targets = generator.standard_normal((9, 4)), generator.standard_normal(9)
    first = simulated_path(examples, targets, 0.3, [1])[0]
    assert_allclose(first, 0.3 * examples.T @ targets / 9)


def test_it_ends_at_least_squares_of_least_norm():
    generator = np.random.default_rng(2)
    for shape in ((30, 8), (6, 11)):
        examples, targets = generator.standard_normal(shape), generator.standard_normal(shape[0])
        end = exact_path(examples, targets, 0.1, [10**7])[0]
        assert_allclose(end, np.linalg.pinv(examples) @ targets, atol=1e-9)
