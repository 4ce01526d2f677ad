"""``EquivalentBuilder``: finds build functions as Nengo's builder does, and calls equivalents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from nengo.builder import Builder, Model
from nengo.builder import connection as nengo_connection
from nengo.builder import ensemble as nengo_ensemble
from nengo.builder import neurons as nengo_neurons
from nengo.builder import processes as nengo_processes
from nengo.builder import transforms as nengo_transforms

from .connections import build_connection
from .decoders import build_solver
from .ensembles import build_ensemble
from .neurons import build_neurons
from .processes import build_process
from .transforms import build_dense, build_no_transform
from .workspace import Workspace

BuildFunction = Callable[..., Any]

EQUIVALENTS: Mapping[BuildFunction, BuildFunction] = {
    nengo_ensemble.build_ensemble: build_ensemble,
    nengo_connection.build_connection: build_connection,
}
"""For each build function of Nengo's for an object of a network, ours: built once in a model."""

EQUIVALENTS_OF_VALUES: Mapping[BuildFunction, BuildFunction] = {
    nengo_connection.build_solver: build_solver,
    nengo_neurons.build_neurons: build_neurons,
    nengo_processes.build_process: build_process,
    nengo_transforms.build_dense: build_dense,
    nengo_transforms.build_no_transform: build_no_transform,
}
"""The same for types of neurons, solvers and so on, that may be built any number of times."""


class EquivalentBuilder(Builder):
    """Builder of the values that Nengo's builder gives, in less time.

    What is registered counts at the moment of building: where somebody registered another function
    for a class of Nengo's, or for a class of their own, that function is called. One instance
    serves one model at a time.
    """

    def __init__(self) -> None:
        self._workspace: Workspace | None = None

    def build(self, model: Model, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Build an object into a model, as ``nengo.builder.Builder`` does."""
        outer = self._workspace
        if outer is not None and outer.model is model:
            return self._build(outer, model, obj, *args, **kwargs)
        self._workspace = Workspace(model, self.find)
        try:
            return self._build(self._workspace, model, obj, *args, **kwargs)
        finally:
            # What it holds is large, and is not to be pickled with the model.
            self._workspace = outer

    def _build(
        self, workspace: Workspace, model: Model, obj: Any, *args: Any, **kwargs: Any
    ) -> Any:
        function = self.find(type(obj))
        if not isinstance(function, FunctionType):  # another callable, which need not be hashable
            return super().build(model, obj, *args, **kwargs)
        equivalent = EQUIVALENTS_OF_VALUES.get(function)
        # Not asked of values: ``has_built`` would hash all their parameters, and Nengo's functions
        # for them never enter them among what is built.
        if equivalent is None and not model.has_built(obj):
            equivalent = EQUIVALENTS.get(function)
        if equivalent is None:
            return super().build(model, obj, *args, **kwargs)
        return equivalent(workspace, model, obj, *args, **kwargs)

    def find(self, kind: type) -> BuildFunction | None:
        """Return the function that is registered for a class or the nearest of its bases."""
        for base in kind.__mro__:
            if base in self.builders:
                return self.builders[base]
        return None
