"""A notebook environment for Nengo with its own TensorFlow simulator.

``%load_ext nengo_nb`` in a notebook, or ``nengo_nb.Simulator`` in a script. Names load on first
use, so importing the package is quick, and TensorFlow is imported when a simulator compiles.
The public names stand in ``__init__.pyi`` alone, where type checkers look for them.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

__version__ = "0.1.0"

_IMPORTS = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8").splitlines()
_HOMES = {words[3]: words[1] for words in map(str.split, _IMPORTS) if words and words[0] == "from"}
"""For each public name the module that it is imported from, as in
``from nengo_nb.simulator import Simulator``.
"""

__all__ = [*_HOMES]  # noqa: PLE0604 - every key is a text


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    # A name without a member of its own is a module, such as nengo_nb.obj.
    members = vars(import_module(home))
    value = members[name] if name in members else import_module(f"{home}.{name}")
    # From now on the name is found without a call of this function.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
