"""Trusted code that keeps no state, and immutable values, for the walk of ``effects.py``."""

from __future__ import annotations

import re
import sys
import sysconfig
import types
from typing import Any

import numpy as np

ATOMS = frozenset(
    {
        bool,
        int,
        float,
        complex,
        str,
        bytes,
        range,
        slice,
        np.dtype,
        np.ufunc,
        re.Pattern,
        types.CodeType,
    }
    | {type(None), type(Ellipsis), type(NotImplemented), types.GenericAlias}
    | {kind for kind in np.sctypeDict.values() if kind not in (np.void, np.object_)}
    | {types.GetSetDescriptorType, types.MemberDescriptorType, types.MethodDescriptorType}
    | {types.WrapperDescriptorType, types.ClassMethodDescriptorType}
)
PURE_PACKAGES = frozenset(
    "numpy scipy nengo builtins math cmath operator _operator itertools functools _functools "
    "collections _collections "
    "statistics enum dataclasses typing abc _abc numbers fractions copy re string types time "
    "datetime heapq bisect"
    "".split()
)
LIBRARIES = tuple(
    sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")
)


def package(module: str) -> str:
    """Return the package by which a module is trusted; a module of tests stands for itself."""
    return module if ".tests." in module else module.partition(".")[0]


def is_stdlib(module: str) -> bool:
    """Whether a module came with Python, or from a package that keeps no state."""
    return package(module) in sys.stdlib_module_names or package(module) in PURE_PACKAGES


def is_library(module: str, file: object) -> bool:
    """Whether code is Python's own or was installed, so that its globals need not be walked."""
    installed = isinstance(file, str) and file.startswith(LIBRARIES) and ".tests." not in module
    return is_stdlib(module) or installed


def is_behaviour(name: str, value: object) -> bool:
    """Whether a class attribute is the user's code or data, and not Python's bookkeeping."""
    if name in ("__repr__", "_abc_impl"):
        return False
    bookkeeping = name.startswith("__") and name.endswith("__")
    return not bookkeeping or isinstance(
        value, types.FunctionType | classmethod | staticmethod | property
    )


def is_atom(item: object) -> bool:
    """Whether a value neither can change nor holds anything that can."""
    return type(item) in ATOMS or (type(item) is tuple and ATOMS.issuperset(map(type, item)))


def is_compiled_function(item: Any) -> bool:
    """Whether a callable is a function of an extension module, which Python knows by many types."""
    if not callable(item) or isinstance(type(item).__call__, types.FunctionType):
        return False
    module = getattr(item, "__module__", None)
    return hasattr(item, "__name__") and isinstance(module, str) and is_library(module, None)


def is_frozen(item: object) -> bool:
    """Whether an instance is a frozen dataclass, or a marker that stands for a default in one."""
    if (
        type(item).__bases__ == (object,)
        and type(item).__module__ == "dataclasses"
        and not vars(item)
    ):
        return True
    parameters = getattr(type(item), "__dataclass_params__", None)
    return parameters is not None and parameters.frozen


def contents(cell: types.CellType) -> object:
    """Return the object in a cell of a closure, or None if it is not bound yet."""
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return None


def builtins(variables: dict[str, Any]) -> dict[str, Any]:
    """Return the builtins of a module, by name."""
    # CPython puts the module there in ``__main__``, and its dictionary in all others.
    namespace = variables.get("__builtins__", {})
    return vars(namespace) if isinstance(namespace, types.ModuleType) else namespace


def numpy_generator() -> object:
    """Return the generator behind NumPy's functions of random numbers, which are its methods."""
    method: Any = np.random.random_sample
    return method.__self__
