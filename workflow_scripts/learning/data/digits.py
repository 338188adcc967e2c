"""scikit-learn's handwritten digits with one fixed stratified split.

Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", UCI 1998 (its test
part, as distributed with scikit-learn): 1797 images of 8 × 8 pixels with values from 0 to 16.
"""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def split_digits(test: int, seed: int) -> dict[str, np.ndarray]:
    """Return {train,test}-inputs [n, 8, 8] uint8 and {train,test}-labels [n] int64.

    `test` images are held out, stratified by class; the same seed gives the same split.
    """
    images, labels = load_digits(return_X_y=True)
    train_rows, test_rows = train_test_split(
        np.arange(len(labels)), test_size=test, random_state=seed, stratify=labels
    )
    arrays: dict[str, np.ndarray] = {}
    for split, rows in (("train", train_rows), ("test", test_rows)):
        arrays[f"{split}-inputs"] = images[rows].reshape(-1, 8, 8).astype(np.uint8)
        arrays[f"{split}-labels"] = labels[rows].astype(np.int64)
    return arrays
