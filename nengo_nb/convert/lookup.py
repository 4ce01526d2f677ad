"""Look up Nengo objects by the Keras tensor or layer that they stand for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nengo_nb.on_demand import keras

from .graph import Graph, Value


class KerasTensorDict(Mapping[Any, Any]):
    """Nengo objects by Keras tensor, by layer or operation, or by nested model.

    Args:
        graph: The calls of the model.
        objects: The objects, by value.
        models: The model itself, and its functional form: they stand for its only output (or
            input).
        own: The values that ``models`` stand for.
    """

    def __init__(
        self, graph: Graph, objects: Mapping[Value, Any], models: tuple[Any, ...], own: list[Value]
    ) -> None:
        self._graph = graph
        self._objects = objects
        self._models = models
        self._own = own

    def __getitem__(self, key: Any) -> Any:
        """Return the object that stands for a tensor, or for the output of a layer.

        Raises:
            KeyError: There is none, or there are several.
        """
        name = getattr(key, "name", key)
        values = self._values(key)
        found = list(dict.fromkeys(v for v in values if v in self._objects))
        if not found:
            hint = " (the normalization behind it became a part of its weights)" if values else ""
            raise KeyError(f"{name!r} stands for no object here{hint}")
        if len(found) > 1:
            raise KeyError(
                f"{name!r} is ambiguous: it has {len(found)} outputs or calls here; use the Keras "
                "tensor of one of them"
            )
        return self._objects[found[0]]

    def _values(self, key: Any) -> list[Value]:
        if isinstance(key, keras.KerasTensor):
            return self._graph.tensors.get(id(key), [])
        if any(key is model for model in self._models):
            return self._own
        values: list[Value] = []
        for call in self._graph.calls_of(key):
            values += [Value(call, i) for i in range(len(call.output_shapes))]
        # A nested model stands for what it returns.
        return values or self._graph.nested.get(id(key), [])

    def __iter__(self) -> Iterator[Any]:
        for tensor in self._graph.kept:
            values = set(self._graph.tensors[id(tensor)])
            if len(values) == 1 and values <= self._objects.keys():
                yield tensor

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"KerasTensorDict({ {t.name: self[t] for t in self} })"
