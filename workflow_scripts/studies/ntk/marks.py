"""Names of arms in the tables of the study. Imports no torch."""

SPARSE, DENSE, RANDOM = "sparse parity", "dense quadratic form", "random labels"
TARGETS = (SPARSE, DENSE, RANDOM)
"""What the networks of the sweep over output scales learn."""
NETWORK, KERNEL, LINEARISED = "network", "kernel", "linearised"
"""Who learns: a network, regression with its kernel before training, the linearised network."""
ANALYTIC = "analytic kernel"
"""Regression with the kernel of the network of infinite width."""
JACOBIAN = "kernel in closed form − product of Jacobians"
TANGENT = "linearised network − kernel gradient descent"
