import pytest
import torch
from paths_example import NET, ends

from workflow_scripts.learning.curvature.vectors import flat
from workflow_scripts.learning.paths.measure import between
from workflow_scripts.learning.paths.plane import Plane


def one(networks):
    return {name: tensor[:1] for name, tensor in networks.items()}


def three():
    first, second = (one(end) for end in ends())
    third = {n: t[:1] for n, t in NET.initialise([42]).items()}
    return first, second, third


def test_the_three_networks_lie_where_the_plane_says():
    networks = three()
    plane = Plane.through(*networks)
    places = [plane.coordinates(each) for each in networks]
    first, second, third = (flat(each).double() for each in networks)
    assert places[0] == pytest.approx((0, 0), abs=1e-5)
    assert places[1] == pytest.approx((float((second - first).norm()), 0), abs=1e-4)
    assert places[2][1] > 0
    # Distances in the plane are those in weight space.
    apart = torch.tensor(places[2]).double() - torch.tensor(places[1]).double()
    assert float(apart.norm()) == pytest.approx(float((third - second).norm()), rel=1e-5)
    for network, (across, up) in zip(networks, places, strict=True):
        for name, start in plane.origin.items():
            there = start + across * plane.across[name] + up * plane.up[name]
            torch.testing.assert_close(there, network[name], rtol=1e-5, atol=1e-5)


def test_directions_are_orthonormal():
    plane = Plane.through(*three())
    across, up = (flat(side).double()[0] for side in (plane.across, plane.up))
    assert float(across.norm()) == pytest.approx(1, rel=1e-6)
    assert float(up.norm()) == pytest.approx(1, rel=1e-6)
    assert float(across @ up) == pytest.approx(0, abs=1e-6)


def test_three_networks_on_a_line_span_no_plane():
    first, second, _ = three()
    with pytest.raises(ValueError, match="no plane"):
        Plane.through(first, second, between(first, second, 0.3))
