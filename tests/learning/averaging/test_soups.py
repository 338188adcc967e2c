import torch
from hypothesis import given
from hypothesis import strategies as st

from workflow_scripts.learning.averaging.soups import greedy, mean_of, uniform

ANCESTORS, COPIES = 3, 4


def copies(seed=0):
    generator = torch.Generator().manual_seed(seed)
    shape = (ANCESTORS * COPIES,)
    return {
        "weight0": torch.randn(*shape, 2, 3, generator=generator),
        "bias0": torch.randn(*shape, 3, generator=generator),
    }


def by_hand(networks, scores, score):
    """The greedy recipe for one ancestor after the other, copy by copy."""
    chosen = []
    for ancestor in range(ANCESTORS):
        order = sorted(range(COPIES), key=lambda c: (-float(scores[ancestor, c]), c))
        members, best = [order[0]], float(scores[ancestor, order[0]])
        for copy in order[1:]:
            tried = [*members, copy]
            rows = [ancestor * COPIES + each for each in tried]
            mean = {n: t[rows].double().mean(0, keepdim=True).float() for n, t in networks.items()}
            found = float(score(mean)[0])
            if found >= best:
                members, best = tried, found
        chosen.append(sorted(members))
    return chosen


def norm(networks):
    """A score that can fall and rise: how near the weights are to a place."""
    return -((networks["weight0"].double() - 0.3) ** 2).sum((1, 2))


@given(st.integers(0, 500))
def test_the_greedy_soup_is_that_of_the_recipe_for_each_ancestor(seed):
    networks = copies(seed)
    scores = norm(networks).view(ANCESTORS, COPIES)
    soup, chosen = greedy(networks, scores, norm)
    assert [row.nonzero().flatten().tolist() for row in chosen] == by_hand(networks, scores, norm)
    assert (norm(soup) >= scores.max(1).values - 1e-6).all()


def test_where_averaging_only_hurts_the_soup_is_the_best_copy_to_the_bit():
    networks = copies()
    scores = torch.rand(ANCESTORS, COPIES, generator=torch.Generator().manual_seed(1))
    soup, chosen = greedy(networks, scores, lambda networks: torch.full((ANCESTORS,), -1.0))
    assert (chosen.sum(1) == 1).all()
    best = scores.argmax(1) + COPIES * torch.arange(ANCESTORS)
    assert all(torch.equal(soup[name], networks[name][best]) for name in networks)


def test_where_averaging_never_hurts_the_soup_is_uniform():
    networks = copies()
    scores = torch.rand(ANCESTORS, COPIES, generator=torch.Generator().manual_seed(1))
    soup, chosen = greedy(networks, scores, lambda networks: torch.full((ANCESTORS,), 2.0))
    assert chosen.all()
    assert all(torch.equal(soup[n], uniform(networks, COPIES)[n]) for n in networks)


def test_a_uniform_soup_is_the_mean_of_an_ancestors_copies():
    networks = copies()
    soup = uniform(networks, COPIES)
    for name, tensor in networks.items():
        for ancestor in range(ANCESTORS):
            rows = tensor[ancestor * COPIES : (ancestor + 1) * COPIES].double()
            torch.testing.assert_close(soup[name][ancestor], rows.mean(0).float())


def test_the_mean_of_a_single_copy_is_that_copy_to_the_bit():
    networks = copies()
    chosen = torch.zeros(ANCESTORS, COPIES, dtype=torch.bool)
    chosen[:, 2] = True
    for name, tensor in mean_of(networks, chosen).items():
        assert torch.equal(tensor, networks[name][2::COPIES])
