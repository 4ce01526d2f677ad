"""Parser of Keras objects that are written as text, such as ``RMSprop(1e-3)``.

Nothing of the text is evaluated: it is a name that Keras or ``nengo_nb.losses`` has, with literals
as arguments.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from nengo_nb import losses as own_losses
from nengo_nb.jupyter.suggestions import unknown
from nengo_nb.on_demand import keras

NO_OPTIMIZERS = {"LossScaleOptimizer", "MultiOptimizer", "Optimizer", "OptimizerMap"}
"""Classes that need another optimizer, or are none by themselves."""

SHORT_LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
}


def optimizers() -> dict[str, Any]:
    """Return the optimizers of Keras, by name."""
    return {
        name: value
        for name, value in vars(keras.optimizers).items()
        if inspect.isclass(value) and name not in NO_OPTIMIZERS
    }


def losses() -> dict[str, Any]:
    """Return the losses of Keras and ours, by name; classes take arguments, functions none."""
    by_name = {
        name: value
        for name, value in vars(keras.losses).items()
        if not name.startswith("_")
        and callable(value)
        and name not in ("Loss", "deserialize", "get", "serialize")
    }
    short_names = {short: by_name[name] for short, name in SHORT_LOSSES.items()}
    ours = {name: declaration.loss for name, declaration in own_losses.LOSSES.items()}
    return {**short_names, **ours, **by_name}


def spell(text: str, what: str, known: Mapping[str, Any]) -> Any:
    """Make the object that a text names.

    Args:
        text: Name in upper or lower case, perhaps with arguments in brackets.
        what: Kind of object, for the error: ``optimizer`` or ``loss``.
        known: Classes and functions, by name.

    Raises:
        ValueError: One sentence with the mistake and the names that exist.
    """
    name, positional, named = _parse(text, what)
    # Exact names win over those that differ in case alone, such as Poisson and poisson.
    by_name = {key.lower(): value for key, value in known.items()} | dict(known)
    kind = by_name.get(name, by_name.get(name.lower()))
    if kind is None:
        raise ValueError(unknown(what, name, known))
    if not inspect.isclass(kind):
        if positional or named:
            raise ValueError(f"the {what} {name!r} takes no arguments; write it without brackets")
        return kind
    # Keras' constructors take **kwargs, which would let a misspelt argument pass or fail late.
    parameters = [word for word in inspect.signature(kind).parameters if word != "kwargs"]
    wrong = [word for word in named if word not in parameters]
    if wrong:
        raise ValueError(f"{name}: {unknown('argument', wrong[0], parameters)}")
    try:
        return kind(*positional, **named)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{text!r} is no {what}: {' '.join(str(error).split())}") from error


def _parse(text: str, what: str) -> tuple[str, list[Any], dict[str, Any]]:
    """Return the name, positional arguments and keyword arguments of a text."""
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
        # literal_eval builds literals and calls nothing.
        positional = [ast.literal_eval(argument) for argument in tree.args]
        named = {keyword.arg: ast.literal_eval(keyword.value) for keyword in tree.keywords}
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError(example) from error
    # A keyword without a name is ``**mapping``.
    if None in named:
        raise ValueError(example)
    return tree.func.id, positional, {str(word): value for word, value in named.items()}
