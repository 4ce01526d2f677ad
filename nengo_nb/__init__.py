"""A notebook environment for Nengo with its own TensorFlow simulator.

``%load_ext nengo_nb`` in a notebook, or ``nengo_nb.Simulator`` in a script. Names load on first use, so importing
the package is quick and TensorFlow is imported only when a simulator is built.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nengo_nb.jupyter.api import plot, run, show
    from nengo_nb.jupyter.extension import load_ipython_extension, unload_ipython_extension
    from nengo_nb.settings import configure_settings
    from nengo_nb.simulator import Simulator

__all__ = [
    "Simulator",
    "configure_settings",
    "load_ipython_extension",
    "plot",
    "run",
    "show",
    "unload_ipython_extension",
]

_HOMES = {
    "Simulator": "nengo_nb.simulator",
    "configure_settings": "nengo_nb.settings",
    "load_ipython_extension": "nengo_nb.jupyter.extension",
    "plot": "nengo_nb.jupyter.api",
    "run": "nengo_nb.jupyter.api",
    "show": "nengo_nb.jupyter.api",
    "unload_ipython_extension": "nengo_nb.jupyter.extension",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
