"""Names that arguments of ``save_params`` and ``load_params`` have in older scripts."""

from __future__ import annotations

import warnings
from collections.abc import Mapping

from nengo.exceptions import ValidationError

from nengo_nb.simulator.run.nonfinite import user_level

OLD_NAMES = ("include_local", "include_non_trainable")
"""Names of ``include_state`` in NengoDL 2, and in the first releases of NengoDL 3."""


def with_old_names(include_state: bool, old: Mapping[str, bool | None]) -> bool:
    """Return ``include_state``, also under its deprecated names, with a warning.

    Args:
        include_state: The argument under its own name.
        old: Arguments under other names.

    Raises:
        ValidationError: A name is unknown, or the parameters would be left out.
    """
    for name, value in old.items():
        if name == "include_global":
            if not value:
                raise ValidationError(
                    "parameters cannot be left out of a file of parameters", attr=name
                )
            meaning = "parameters are always included."
        elif name in OLD_NAMES:
            include_state = include_state or bool(value)
            meaning = "use include_state."
        else:
            raise ValidationError("there is no argument of this name", attr=name)
        warnings.warn(
            f"{name} is deprecated: {meaning}", DeprecationWarning, stacklevel=user_level()
        )
    return include_state
