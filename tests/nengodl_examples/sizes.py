"""Sizes of the examples that show what they are to show in some seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SMALL: Mapping[str, Mapping[str, Any]] = {
    "mnist_autoencoder": {"n_train": 2000, "n_test": 500, "epochs": 5, "n_seeds": 2},
    "spiking_mnist": {
        "n_train": 4000,
        "n_test": 200,
        "filters": (8, 16, 32),
        "epochs": 4,
        "n_steps": 60,
        "batch": 50,
    },
    "keras_to_snn": {
        "n_train": 5000,
        "n_test": 300,
        "filters": (8, 16),
        "n_hidden": 32,
        "epochs": 4,
        "n_steps": 30,
    },
    "tensorflow_models": {"size": 32, "alpha": 0.25, "n_examples": 32},
    "lmu": {"n_train": 3000, "n_test": 500, "width": 7, "units": 32, "order": 24, "epochs": 6},
    "spa_retrieval": {"n_examples": 2000, "dims": 8, "neurons_per_d": 10, "epochs": 8},
    "spa_memory": {"n_examples": 2000, "n_pairs": 2, "dims": 8, "neurons_per_d": 10, "epochs": 8},
    "nef_init": {"n_examples": 1000, "epochs": 3},
    "from_nengo": {"seconds": 0.5, "n_examples": 2000, "epochs": 8},
}
"""Arguments of ``run`` by example."""
