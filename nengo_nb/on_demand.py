"""TensorFlow and Keras, imported when an attribute of them is first asked for.

A short run takes its steps in NumPy (``simulator/run/nengo_steps.py``) and needs neither, and
importing them takes longer than such a run. So what runs and plans a network imports them from
here; where a class is derived from one of theirs, its module imports them itself, and is imported
where it is used. The types are in ``on_demand.pyi``.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class OnDemand(ModuleType):
    """A module that is imported when an attribute of it is first asked for."""

    def __getattr__(self, name: str) -> Any:
        import_module("nengo_nb.quiet")  # TensorFlow, which Keras imports as well, without its log
        value = getattr(import_module(self.__name__), name)
        # From now on the attribute is found without a call of this function.
        setattr(self, name, value)
        return value


tf = OnDemand("tensorflow")
keras = OnDemand("keras")
