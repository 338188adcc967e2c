"""How tables name kinds of functions and activations, and which kinds one job builds for."""

SMOOTH, KINKED, ROUGH = "smooth", "kinked", "rough"
KINDS = (SMOOTH, KINKED, ROUGH)
OTHERS = "others"
FUNCTIONS = {SMOOTH: (SMOOTH,), OTHERS: (KINKED, ROUGH)}
"""The kinds of functions that one job builds networks for: smooth ones, or all others."""
RELU, POLYNOMIAL = "ReLU", "polynomial"
