"""A notebook environment for Nengo with its own TensorFlow simulator.

``%load_ext nengo_nb`` in a notebook, or ``nengo_nb.Simulator`` in a script. Names load on first use, so importing
the package is quick and TensorFlow is imported only when a simulator is built.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from nengo_nb import surrogates
    from nengo_nb.compiler import prepare_compiler
    from nengo_nb.jupyter.api import compare, live, plot, run, show, train
    from nengo_nb.jupyter.extension import load_ipython_extension, unload_ipython_extension
    from nengo_nb.jupyter.live.specs import LivePlot, LiveSlider
    from nengo_nb.objects import dists, losses, obj
    from nengo_nb.objects.layer import Layer, tensor_layer
    from nengo_nb.objects.neurons import LeakyReLU, SoftLIFRate, SpikingLeakyReLU
    from nengo_nb.objects.printing import print_op
    from nengo_nb.objects.tensor_node import TensorNode
    from nengo_nb.settings import configure_settings
    from nengo_nb.simulator import Simulator, callbacks

__all__ = [
    "Layer",
    "LeakyReLU",
    "LivePlot",
    "LiveSlider",
    "Simulator",
    "SoftLIFRate",
    "SpikingLeakyReLU",
    "TensorNode",
    "callbacks",
    "compare",
    "configure_settings",
    "dists",
    "live",
    "load_ipython_extension",
    "losses",
    "obj",
    "plot",
    "prepare_compiler",
    "print_op",
    "run",
    "show",
    "surrogates",
    "tensor_layer",
    "train",
    "unload_ipython_extension",
]

_HOMES = {
    "Layer": "nengo_nb.objects.layer",
    "LeakyReLU": "nengo_nb.objects.neurons",
    "LivePlot": "nengo_nb.jupyter.live.specs",
    "LiveSlider": "nengo_nb.jupyter.live.specs",
    "Simulator": "nengo_nb.simulator",
    "SoftLIFRate": "nengo_nb.objects.neurons",
    "SpikingLeakyReLU": "nengo_nb.objects.neurons",
    "TensorNode": "nengo_nb.objects.tensor_node",
    "callbacks": "nengo_nb.simulator",
    "compare": "nengo_nb.jupyter.api",
    "configure_settings": "nengo_nb.settings",
    "dists": "nengo_nb.objects",
    "live": "nengo_nb.jupyter.api",
    "load_ipython_extension": "nengo_nb.jupyter.extension",
    "losses": "nengo_nb.objects",
    "obj": "nengo_nb.objects",
    "plot": "nengo_nb.jupyter.api",
    "prepare_compiler": "nengo_nb.compiler",
    "print_op": "nengo_nb.objects.printing",
    "run": "nengo_nb.jupyter.api",
    "show": "nengo_nb.jupyter.api",
    "surrogates": "nengo_nb.surrogates",
    "tensor_layer": "nengo_nb.objects.layer",
    "train": "nengo_nb.jupyter.api",
    "unload_ipython_extension": "nengo_nb.jupyter.extension",
}

_WITH_TENSORFLOW = {
    "Layer",
    "Simulator",
    "TensorNode",
    "callbacks",
    "losses",
    "obj",
    "print_op",
    "tensor_layer",
    "train",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _WITH_TENSORFLOW:
        import_module("nengo_nb.quiet")
    home = import_module(_HOMES[name])
    if hasattr(home, name):
        value = getattr(home, name)
    else:
        value = home if home.__name__.endswith(f".{name}") else import_module(f"{home.__name__}.{name}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
