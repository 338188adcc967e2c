"""What tables name, which functions one job builds for, and when losses are measured."""

SMOOTH, KINKED, ROUGH = "smooth", "kinked", "rough"
KINDS = (SMOOTH, KINKED, ROUGH)
OTHERS = "others"
FUNCTIONS = {SMOOTH: (SMOOTH,), OTHERS: (KINKED, ROUGH)}
"""The kinds of functions that one job builds networks for: smooth ones, or all others."""
RELU, POLYNOMIAL = "ReLU", "polynomial"
LATE = 0.9
"""Share of the steps after which the loss is measured, beside the end."""
