import pytest
import torch
from curvature_example import NETWORKS, SEEDS, example, whole_hessians

from workflow_scripts.learning.curvature.lanczos import top_eigenvalues
from workflow_scripts.learning.curvature.products import Hessian
from workflow_scripts.learning.curvature.trace import trace
from workflow_scripts.learning.networks.network import member_slice


class Matrices(Hessian):
    """Given symmetric matrices `[M, P, P]`."""

    def __init__(self, matrices):
        self.matrices, self.like, self.products = matrices, matrices[:, 0], 0

    def __matmul__(self, vectors):
        self.products += 1
        return torch.einsum("mij,mj->mi", self.matrices, vectors)


def rotated(eigenvalues):
    """Symmetric matrices `[M, P, P]` of given eigenvalues `[M, P]`."""
    generator = torch.Generator().manual_seed(1)
    members, size = eigenvalues.shape
    bases = torch.linalg.qr(
        torch.randn(members, size, size, dtype=torch.float64, generator=generator)
    ).Q
    return Matrices(bases @ torch.diag_embed(eigenvalues) @ bases.transpose(1, 2))


@pytest.mark.parametrize("name", NETWORKS)
def test_largest_eigenvalue_and_vector_are_those_of_the_whole_hessian(name):
    objective, parameters = example(name)
    values, vectors = torch.linalg.eigh(whole_hessians(name))
    top = top_eigenvalues(objective.hessian(parameters), SEEDS, tolerance=1e-10)
    torch.testing.assert_close(top.values, values[:, -1], rtol=1e-9, atol=0)
    cosines = (top.vectors * vectors[:, :, -1]).sum(1).abs()
    torch.testing.assert_close(cosines, torch.ones_like(cosines))
    assert (top.iterations <= objective.weights(parameters).shape[1]).all()


def test_the_largest_on_the_line_not_in_magnitude():
    eigenvalues = torch.tensor([[-9.0, 0.5, 1.0, 2.0], [-4.0, -3.0, -2.0, -1.0]]).double()
    top = top_eigenvalues(rotated(eigenvalues), [0, 1], tolerance=1e-10)
    torch.testing.assert_close(top.values, eigenvalues[:, -1])


@pytest.mark.parametrize("tolerance", [1e-1, 1e-2, 1e-4])
def test_the_residual_keeps_what_the_tolerance_promises(tolerance):
    eigenvalues = torch.linspace(0, 1, 200, dtype=torch.float64).repeat(3, 1) ** torch.tensor(
        [[1.0], [3.0], [9.0]]
    )
    matrices = rotated(eigenvalues)
    top = top_eigenvalues(matrices, SEEDS, tolerance)
    moved = matrices @ top.vectors - top.values.unsqueeze(1) * top.vectors
    lengths = torch.linalg.vector_norm(moved, dim=1)
    torch.testing.assert_close(lengths, top.residuals, rtol=1e-6, atol=1e-12)
    assert (top.residuals <= tolerance * top.values).all()
    assert (top.values <= eigenvalues[:, -1] * (1 + 1e-12)).all()
    assert (top.values >= eigenvalues[:, -1] - top.residuals).all()


def test_it_stops_when_the_slowest_member_is_done_and_says_what_each_took():
    easy = torch.cat([torch.zeros(199), torch.ones(1)])
    matrices = rotated(torch.stack([easy, torch.linspace(0, 1, 200)]).double())
    top = top_eigenvalues(matrices, [0, 1], 1e-3)
    assert top.iterations[0] <= 3 < top.iterations[1] == matrices.products
    few = top_eigenvalues(matrices, [0, 1], 1e-12, most=5)
    assert few.iterations.tolist()[1] == 5
    assert few.residuals[1] > 1e-12


def test_a_hessian_of_zero_and_one_of_low_rank():
    eigenvalues = torch.zeros(2, 10, dtype=torch.float64)
    eigenvalues[1, :2] = torch.tensor([2.0, 3.0])
    top = top_eigenvalues(rotated(eigenvalues), [0, 1], tolerance=1e-9)
    torch.testing.assert_close(top.values, torch.tensor([0.0, 3.0]).double())
    assert torch.isfinite(top.vectors).all()


@pytest.mark.parametrize("name", ["mlp", "one layer"])
def test_a_member_is_the_same_alone_and_in_an_ensemble(name):
    objective, parameters = example(name, dtype=torch.float32)
    hessian = objective.hessian(parameters)
    top, sizes = top_eigenvalues(hessian, SEEDS), trace(hessian, SEEDS, 6)
    for member, seed in enumerate(SEEDS):
        one = slice(member, member + 1)
        alone = objective.hessian(member_slice(parameters, member, member + 1))
        found = top_eigenvalues(alone, [seed])
        assert torch.equal(found.values, top.values[one])
        assert torch.equal(found.vectors, top.vectors[one])
        assert torch.equal(trace(alone, [seed], 6).values, sizes.values[one])


@pytest.mark.parametrize("name", NETWORKS)
def test_trace_is_exact_when_the_sketch_spans_everything(name):
    objective, parameters = example(name)
    size = objective.weights(parameters).shape[1]
    found = trace(objective.hessian(parameters), SEEDS, 3 * size)
    expected = whole_hessians(name).diagonal(dim1=1, dim2=2).sum(1)
    torch.testing.assert_close(found.values, expected)
    assert (found.errors < 1e-8).all()


def test_trace_of_low_rank_is_exact_with_few_vectors():
    eigenvalues = torch.zeros(2, 60, dtype=torch.float64)
    eigenvalues[:, :4] = torch.tensor([5.0, -3.0, 2.0, 1.0])
    found = trace(rotated(eigenvalues), [0, 1], 15)
    torch.testing.assert_close(found.values, torch.full((2,), 5.0).double())


def test_trace_is_unbiased_and_its_error_is_honest():
    """Over many seeds: the mean within four of its standard errors, the spread as stated."""
    repeats = 300
    eigenvalues = (torch.arange(1, 61).double() ** -2.0).repeat(repeats, 1)
    one = rotated(eigenvalues[:1]).matrices
    found = trace(Matrices(one.expand(repeats, 60, 60)), list(range(repeats)), 18)
    expected = eigenvalues[0].sum()
    spread = found.values.std()
    assert (found.values.mean() - expected).abs() < 4 * spread / repeats**0.5
    assert 0.8 < (found.errors**2).mean().sqrt() / spread < 1.25
    # Hutchinson's estimator with as many products: variance 2 (‖A‖² − Σ aᵢᵢ²) / m.
    off = (one[0] ** 2).sum() - (one[0].diagonal() ** 2).sum()
    assert spread < 0.5 * (2 * off / 18).sqrt()


@pytest.mark.parametrize("vectors", [0, 3, 7])
def test_a_number_of_vectors_that_cannot_be_shared_out(vectors):
    objective, parameters = example()
    with pytest.raises(ValueError, match="multiple of three"):
        trace(objective.hessian(parameters), SEEDS, vectors)
