"""Words that several steps of the study write into its tables."""

INITIALISED, TRAINED = "initialised", "trained"
"""Whose gradients a row tells: those of `gradients.networks`, or those of a condition."""
