"""Arguments of a training, read from the line and the body of a ``%%nengo_train`` cell."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any

from IPython.core.error import UsageError

from .runner import read_loss, read_optimizer


def read_objective(values: argparse.Namespace) -> tuple[Any, Any]:
    """Return optimizer and loss of the line, before the body runs: a typo costs no time.

    Raises:
        UsageError: Keras has no optimizer or loss of that name.
    """
    return _read(read_optimizer, values.optimizer), _read(read_loss, values.loss or "mse")


def read_train_cell(
    values: argparse.Namespace, left: Mapping[str, Any], optimizer: Any, loss: Any
) -> dict[str, Any]:
    """Return the arguments of ``fit_with_display``.

    Args:
        values: Values of the line.
        left: Variables that the body assigned, by name.
        optimizer: Optimizer of the line.
        loss: Loss of the line.

    Raises:
        UsageError: The body assigns no examples, or Keras has no loss of its name.
    """
    missing = [name for name in ("x", "y") if name not in left]
    if missing:
        raise UsageError(
            f"the cell does not assign {' or '.join(missing)}: it must leave x, {{node: array}}, "
            "and y, "
            "{probe: array}, each array (examples, steps, size)"
        )
    if values.loss and "loss" in left:
        raise UsageError("both --loss and the cell say what the loss is: leave one of them out")
    callbacks = left.get("callbacks") or ()
    return {
        "x": left["x"],
        "y": left["y"],
        "optimizer": optimizer,
        "loss": _read(read_loss, left["loss"]) if "loss" in left else loss,
        "metrics": left.get("metrics"),
        "loss_weights": left.get("loss_weights"),
        "epochs": values.epochs,
        "validation_split": values.validation_split,
        "callbacks": callbacks if isinstance(callbacks, list | tuple) else (callbacks,),
    }


def _read(reader: Callable[[Any], Any], written: Any) -> Any:
    """Return the Keras object that a line or a cell names."""
    try:
        return reader(written)
    except ValueError as error:
        raise UsageError(f"%%nengo_train: {error}") from error
