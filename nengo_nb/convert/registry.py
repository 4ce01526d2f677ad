"""Registry of converters: which class converts which kind of layer."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from .layer_converter import LayerConverter

AnyConverter = TypeVar("AnyConverter", bound="type[LayerConverter]")

FAMILIES = (
    "core",
    "convolution",
    "pooling",
    "reshaping",
    "merging",
    "normalization",
    "time",
)
"""Files of this room that register converters for Keras' own layers."""

_CONVERTERS: dict[type, type[LayerConverter]] = {}
_NAMES: dict[tuple[str, str], type[LayerConverter]] = {}


def register(layer_type: type) -> Callable[[AnyConverter], AnyConverter]:
    """Return a decorator that makes a class the converter of a kind of layer."""

    def add(converter: AnyConverter) -> AnyConverter:
        _CONVERTERS[layer_type] = converter
        return converter

    return add


def for_layers(names: str, module: str = "layers") -> Callable[[AnyConverter], AnyConverter]:
    """Return a decorator that makes a class the converter of Keras' own layers of some names.

    By name, so that nothing imports Keras before a model is converted, and versions of Keras that
    lack one of them do not mind.

    Args:
        names: Names of classes, separated by spaces.
        module: ``"layers"``, or ``"ops"`` for what functions of ``keras.ops`` leave in a model.
    """

    def add(converter: AnyConverter) -> AnyConverter:
        _NAMES.update({(module, name): converter for name in names.split()})
        return converter

    return add


def find_converter(layer: object) -> type[LayerConverter] | None:
    """Return the converter for exactly the class of a layer; None if there is none.

    A subclass may compute something else, so the converter of its parent is not taken for it.
    """
    for family in FAMILIES:
        import_module(f"{__package__}.{family}")
    kind = type(layer)
    if kind in _CONVERTERS:
        return _CONVERTERS[kind]
    package = kind.__module__.split(".")
    # Keras' own classes alone: keras.src.layers.core.dense, keras.src.ops.numpy.
    if package[:2] == ["keras", "src"] and len(package) > 2:
        return _NAMES.get((package[2], kind.__name__))
    return None
