"""Command ``%nengo tune``: the converter of a variable becomes the one that a tuning chose."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from nengo.exceptions import ValidationError

from nengo_nb.jupyter.suggestions import unknown

if TYPE_CHECKING:
    from nengo_nb.convert.tuning import Tuning


def tune_converter(names: dict[str, Any], values: argparse.Namespace) -> Tuning:
    """Tune the converter that a variable holds, and replace it by the chosen one.

    Args:
        names: Variables of the notebook.
        values: Parsed line.

    Raises:
        UsageError: A variable does not exist, or the converter cannot be tuned.
    """
    from nengo_nb import Converter

    converter = names.get(values.name)
    if not isinstance(converter, Converter):
        known = [name for name, thing in names.items() if isinstance(thing, Converter)]
        raise UsageError(unknown("converter", values.name, known))
    try:
        tuning = converter.tune(
            _variable(names, values.x, "--x"),
            _variable(names, values.y, "--y"),
            n_steps=values.steps,
        )
        chosen = tuning.choose(loss=values.loss)
    except ValidationError as error:
        raise UsageError(" ".join(str(error).split())) from error
    names[values.name] = chosen.converter
    return chosen


def _variable(names: Mapping[str, Any], name: str, option: str) -> Any:
    if name not in names:
        raise UsageError(f"%nengo tune: there is no variable {name!r} for {option}")
    return names[name]
