import torch

from workflow_scripts.learning.ensemble.gradients.clipped import clipped


def test_long_gradients_are_shortened_as_by_torch_and_short_ones_keep_their_bits():
    random = torch.Generator().manual_seed(0)
    gradients = {
        "a": torch.randn(3, 4, 5, generator=random),
        "b": torch.randn(3, 7, generator=random),
    }
    gradients = {
        n: t * torch.tensor([0.01, 1.0, 9.0]).view(3, *[1] * (t.dim() - 1))
        for n, t in gradients.items()
    }
    found = clipped(gradients, 1.0)
    for member in range(3):
        own = [torch.nn.Parameter(torch.zeros_like(t[member])) for t in gradients.values()]
        for parameter, gradient in zip(own, gradients.values(), strict=True):
            parameter.grad = gradient[member].clone()
        norm = torch.nn.utils.clip_grad_norm_(own, 1.0)
        for parameter, (name, tensor) in zip(own, found.items(), strict=True):
            torch.testing.assert_close(tensor[member], parameter.grad, atol=1e-5, rtol=1e-4)
            if norm < 1:
                assert torch.equal(tensor[member], gradients[name][member])
