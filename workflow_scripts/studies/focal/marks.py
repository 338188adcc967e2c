"""Words that several steps of the study write into its tables."""

VALUE, GRADIENT = "γ = 0: values", "γ = 0: gradients"
HUNDREDFOLD, HALF = "γ = 2 at p = 0.9: 100", "γ = 2 at p = 0.5: 4"
TRAINED, SCALED = "as trained", "scaled"
"""Scores of a reliability curve."""
START, MIDDLE, END = "start", "middle", "end"
"""Moments of training at which shares are measured."""
OBJECTS, BACKGROUND = "objects", "background"
