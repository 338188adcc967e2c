from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from workflow_scripts.learning.regression.design import Design, designs_by_size, designs_by_width
from workflow_scripts.learning.regression.random_features import directions, relu_features
from workflow_scripts.learning.regression.ridge import RidgePath

PENALTIES = [0.0, 1e-6, 1e-3, 0.1, 10.0]


def design_of(features, new):
    """Straight from the definition."""
    n, p = features.shape
    if p > n:
        inner = features @ features.T
        return Design(n, p, inner, inner, new @ features.T, lambda: (features, new))
    return Design(n, p, features.T @ features, features, new, lambda: (features, new))


def problem(n, p, outputs=3, seed=0):
    generator = np.random.default_rng(seed)
    features, new = generator.standard_normal((n, p)), generator.standard_normal((7, p))
    return features, new, generator.standard_normal((n, outputs))


def weights_of(features, targets, penalty):
    """One penalty at a time: least squares of the stacked system, or least norm by SVD."""
    n, p = features.shape
    if penalty == 0:
        return np.linalg.lstsq(features, targets, rcond=None)[0]
    stacked = np.vstack([features, np.sqrt(n * penalty) * np.eye(p)])
    padded = np.vstack([targets, np.zeros((p, targets.shape[1]))])
    return np.linalg.lstsq(stacked, padded, rcond=None)[0]


def smoother(features, new, penalty):
    """The matrix [t, n] from targets to predictions."""
    return new @ weights_of(features, np.eye(len(features)), penalty)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(2, 25), p=st.integers(1, 40), seed=st.integers(0, 10**6))
def test_every_penalty_of_the_path_is_the_solution_alone(n, p, seed):
    features, new, targets = problem(n, p, seed=seed)
    path = RidgePath.solve(design_of(features, new), targets, PENALTIES)
    train, unseen = path.predictions(path.design.train), path.predictions(path.design.new)
    condition = np.linalg.cond(features) ** 2
    tolerance = 1e-12 * max(condition, 100)
    for number, penalty in enumerate(PENALTIES):
        weights = weights_of(features, targets, penalty)
        size = np.abs(weights).max() * 10
        assert_allclose(train[number], features @ weights, atol=tolerance * size)
        assert_allclose(unseen[number], new @ weights, atol=tolerance * size)
        norms = np.linalg.norm(weights, axis=0)
        assert_allclose(path.norms()[number], norms, atol=tolerance * size)


@pytest.mark.parametrize("p", [4, 12, 30])
def test_degrees_of_freedom_and_effective_parameters_are_those_of_the_smoother(p):
    features, new, targets = problem(12, p, seed=1)
    path = RidgePath.solve(design_of(features, new), targets, PENALTIES)
    for number, penalty in enumerate(PENALTIES):
        own, unseen = smoother(features, features, penalty), smoother(features, new, penalty)
        assert_allclose(path.degrees_of_freedom()[number], np.trace(own), rtol=1e-8)
        for rows, matrix in ((path.design.train, own), (path.design.new, unseen)):
            expected = 12 * np.mean(np.sum(matrix**2, axis=1))
            assert_allclose(path.effective_parameters(rows)[number], expected, rtol=1e-6)
    assert_allclose(path.degrees_of_freedom()[0], min(12, p))


def test_without_a_penalty_directions_without_examples_stay_at_zero():
    """Two features that are the same: the least norm of many solutions."""
    features, new, targets = problem(10, 6, seed=2)
    features[:, 5] = features[:, 4]
    path = RidgePath.solve(design_of(features, new), targets, [0.0])
    weights = np.linalg.pinv(features) @ targets
    assert_allclose(path.predictions(path.design.new)[0], new @ weights, atol=1e-8)
    assert_allclose(path.norms()[0], np.linalg.norm(weights, axis=0), rtol=1e-8)
    assert_allclose(path.degrees_of_freedom(), [5])


def hilbert(n, p):
    """1 / (i + j + 1): the product with its transpose has lost its smallest eigenvalues."""
    return 1 / (np.arange(n)[:, None] + np.arange(p) + 1)


def exact(features, targets):
    """The least-norm interpolation of targets by rows, in rational numbers: Φᵀ(ΦΦᵀ)⁻¹y."""
    rows = [[Fraction(value) for value in row] for row in features.tolist()]
    system = [
        [sum(a * b for a, b in zip(one, other, strict=True)) for other in rows]
        + [Fraction(value) for value in wanted]
        for one, wanted in zip(rows, targets.tolist(), strict=True)
    ]
    size = len(rows)
    for pivot in range(size):  # symmetric and positive definite: no exchange of rows
        system[pivot] = [value / system[pivot][pivot] for value in system[pivot]]
        for other in range(size):
            if other != pivot:
                factor = system[other][pivot]
                system[other] = [
                    a - factor * b for a, b in zip(system[other], system[pivot], strict=True)
                ]
    return np.array(
        [
            [
                float(sum(rows[i][j] * system[i][size + k] for i in range(size)))
                for k in range(targets.shape[1])
            ]
            for j in range(features.shape[1])
        ]
    )


@pytest.mark.parametrize(("n", "p"), [(7, 7), (8, 8), (7, 8), (6, 9)])
def test_without_a_penalty_nothing_is_cut_that_the_features_can_tell(n, p):
    """Condition 5e8 to 2e10: squared, it is lost in the Gram matrix."""
    features, targets = hilbert(n, p), np.random.default_rng(0).standard_normal((n, 2))
    weights = exact(features, targets)
    new = np.random.default_rng(1).standard_normal((5, p))
    path = RidgePath.solve(design_of(features, new), targets, [0.0, 1e-9])
    tolerance = 10 * np.linalg.cond(features) * np.finfo(float).eps
    norms = np.linalg.norm(weights, axis=0)
    assert_allclose(path.norms()[0], norms, rtol=tolerance)
    assert_allclose(path.predictions(path.design.new)[0], new @ weights, atol=tolerance * norms[0])
    assert_allclose(path.predictions(path.design.train)[0], targets, atol=1e-4)
    assert_allclose(path.degrees_of_freedom()[0], n)
    assert_allclose(path.effective_parameters(path.design.train)[0], n, rtol=1e-5)
    # With a penalty both decompositions do.
    with_penalty = weights_of(features, targets, 1e-9)
    assert_allclose(path.norms()[1], np.linalg.norm(with_penalty, axis=0), rtol=1e-6)


@pytest.mark.parametrize("width", [150, 151])
def test_as_many_features_as_examples_have_the_norm_that_the_features_tell(width):
    """Inputs of three dimensions: features that are nearly dependent, as with thousands of them."""
    drawn = np.random.default_rng(0)
    train, new = drawn.standard_normal((150, 3)), drawn.standard_normal((40, 3))
    targets, along = drawn.standard_normal((150, 2)), directions(width, 3, 0)
    designs = designs_by_width(
        [100, width],
        lambda columns: relu_features(train, along[columns]),
        lambda columns: relu_features(new, along[columns]),
    )
    *_, design = designs
    features, unseen = design.plain()
    assert_allclose(features, relu_features(train, along) / np.sqrt(width))
    left, singular, right = np.linalg.svd(features, full_matrices=False)
    assert 1e-9 < singular[-1] / singular[0] < 1e-6
    path = RidgePath.solve(design, targets, [0.0])
    weights = right.T @ ((left.T @ targets) / singular[:, None])
    assert_allclose(path.norms()[0], np.linalg.norm(weights, axis=0), rtol=1e-6)
    assert path.degrees_of_freedom()[0] == pytest.approx(150)
    assert_allclose(
        path.predictions(path.design.new)[0],
        unseen @ weights,
        atol=1e-6 * np.linalg.norm(weights),
    )


def test_a_well_conditioned_design_is_never_asked_for_its_features():
    features, new, targets = problem(20, 12)
    design = replace(design_of(features, new), plain=None)
    assert RidgePath.solve(design, targets, PENALTIES).design is design


def test_a_negative_penalty_is_refused():
    features, new, targets = problem(4, 3)
    with pytest.raises(ValueError, match="negative"):
        RidgePath.solve(design_of(features, new), targets, [-1.0])


def test_designs_of_nested_widths_are_those_of_each_width_alone():
    features, new, _ = problem(9, 20, seed=3)
    asked = []

    def columns(of):
        def give(which):
            asked.append(which)
            return of[:, which]

        return give

    widths = [2, 5, 9, 12, 20]
    designs = list(designs_by_width(widths, columns(features), columns(new)))
    assert [design.features for design in designs] == widths
    for width, design in zip(widths, designs, strict=True):
        root = np.sqrt(width)
        alone = design_of(features[:, :width] / root, new[:, :width] / root)
        assert design.dual == (width > 9)
        for name in ("gram", "train", "new"):
            assert_allclose(getattr(design, name), getattr(alone, name), atol=1e-12)
    assert sum(each.stop - each.start for each in asked) == 2 * widths[-1]


def test_designs_of_nested_examples_are_those_of_each_number_alone():
    features, new, _ = problem(20, 8, seed=4)
    sizes = [2, 5, 8, 13, 20]
    for size, design in zip(sizes, designs_by_size(sizes, features, new), strict=True):
        alone = design_of(features[:size], new)
        assert (design.examples, design.dual) == (size, size < 8)
        for name in ("gram", "train", "new"):
            assert_allclose(getattr(design, name), getattr(alone, name), atol=1e-12)


def test_fewer_features_are_the_first_of_more():
    assert np.array_equal(directions(3, 5, 1), directions(8, 5, 1)[:3])
    assert not np.array_equal(directions(3, 5, 1), directions(3, 5, 2))


def test_inner_products_of_many_features_tend_to_the_arc_cosine_kernel():
    generator = np.random.default_rng(0)
    x = generator.standard_normal((4, 6))
    count = 200_000
    features = relu_features(x, directions(count, 6, 0))
    norms = np.linalg.norm(x, axis=1)
    cosine = np.clip(x @ x.T / np.outer(norms, norms), -1, 1)
    angle = np.arccos(cosine)
    kernel = np.outer(norms, norms) / 6 * (np.sin(angle) + (np.pi - angle) * cosine) / np.pi
    assert_allclose(features @ features.T / count, kernel, atol=0.02)
