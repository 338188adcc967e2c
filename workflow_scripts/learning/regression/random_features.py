"""Random ReLU features: a two-layer network in which only the last layer is fitted."""

import numpy as np


def directions(features: int, inputs: int, seed: int) -> np.ndarray:
    """Directions [features, inputs], standard normal; fewer features are the first of more."""
    generator = np.random.Generator(np.random.PCG64(seed))
    return generator.standard_normal((features, inputs))


def relu_features(examples: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Features √2 relu(W x / √inputs) [examples, features] in float64.

    Divided by √features their inner product tends to the arc-cosine kernel of order one
    (Cho & Saul 2009), so that models of all widths have the same scale.
    """
    products = np.asarray(examples, dtype=np.float64) @ directions.T
    products *= np.sqrt(2 / directions.shape[1])
    return np.maximum(products, 0, out=products)
