"""Handwritten digits: all of MNIST, or the part that is in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.mnist import mnist_file

PART = Path(__file__).parents[2] / "notebooks" / "mnist" / "part.npz"


@dataclass(frozen=True)
class Digits:
    """Images ``(examples, 784)`` between 0 and 1, and labels ``(examples,)``."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load_digits(n_train: int | None = None, n_test: int | None = None) -> Digits:
    """Load the first digits; all of MNIST without numbers.

    Args:
        n_train: Number of examples to learn from, of which 5000 are in the repository.
        n_test: Number of examples to test with, of which 1000 are in the repository.
    """
    is_part = n_train is not None and n_test is not None and n_train <= 5000 and n_test <= 1000
    with np.load(PART if is_part else mnist_file()) as arrays:
        images = {
            name: arrays[name][:count].reshape(-1, 784).astype("float32") / 255
            for name, count in (("x_train", n_train), ("x_test", n_test))
        }
        labels = arrays["y_train"][:n_train], arrays["y_test"][:n_test]
    return Digits(images["x_train"], labels[0], images["x_test"], labels[1])


def steps(array: np.ndarray, n_steps: int = 1) -> np.ndarray:
    """Present each example for a number of time steps: ``(examples, n_steps, size)``."""
    return np.tile(array.reshape(len(array), 1, -1), (1, n_steps, 1))
