"""Spelling: a Keras object as it is written on a line, such as ``RMSprop(1e-3)``.

Nothing of a line is ever run: what is allowed is a name that Keras knows, with numbers, strings and
the like.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

import keras

from nengo_nb.jupyter.words import unknown

NO_OPTIMIZERS = {"LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap"}
"""These need another optimizer, or are none by themselves."""

SHORT_LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
}


def optimizers() -> dict[str, Any]:
    """The optimizers of Keras, by name."""
    return {
        name: value
        for name, value in vars(keras.optimizers).items()
        if inspect.isclass(value) and name not in NO_OPTIMIZERS
    }


def losses() -> dict[str, Any]:
    """The losses of Keras, by name; classes take arguments, functions none."""
    found = {
        name: value
        for name, value in vars(keras.losses).items()
        if not name.startswith("_")
        and callable(value)
        and name not in ("Loss", "deserialize", "get", "serialize")
    }
    return {**{short: found[name] for short, name in SHORT_LOSSES.items()}, **found}


def spell(text: str, what: str, known: Mapping[str, Any]) -> Any:
    """Make the object that a text names.

    Args:
        text: A name, in any case of letters, perhaps with arguments in brackets.
        what: What it is to be, for the error.
        known: What there is, by name.

    Raises:
        ValueError: One sentence that says what is wrong and what exists.
    """
    name, positional, named = _parse(text, what)
    found = {key.lower(): value for key, value in known.items()} | dict(known)
    kind = found.get(name, found.get(name.lower()))
    if kind is None:
        raise ValueError(unknown(what, name, known))
    if not inspect.isclass(kind):
        if positional or named:
            raise ValueError(f"the {what} {name!r} takes no arguments; write it without brackets")
        return kind
    parameters = [word for word in inspect.signature(kind).parameters if word != "kwargs"]
    wrong = [word for word in named if word not in parameters]
    if wrong:
        raise ValueError(f"{name}: {unknown('argument', wrong[0], parameters)}")
    try:
        return kind(*positional, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{text!r} is no {what}: {' '.join(str(error).split())}") from error


def _parse(text: str, what: str) -> tuple[str, list[Any], dict[str, Any]]:
    """The name, and the arguments by place and by name."""
    example = (
        f"{text!r} is not the name of a Keras {what}, alone or with numbers or words as "
        "arguments: Name(1e-3)"
    )
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if isinstance(tree, ast.Name):
            return tree.id, [], {}
        if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)):
            raise ValueError(example)
        positional = [ast.literal_eval(argument) for argument in tree.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in tree.keywords}
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(example) from error
    if None in named:
        raise ValueError(example)
    return tree.func.id, positional, {str(word): value for word, value in named.items()}
