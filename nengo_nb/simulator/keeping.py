"""Keeping what was learned: in files, and back in networks that any simulator runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nengo.exceptions import ValidationError

from nengo_nb.objects.operator import node_weights

from . import saving
from .learner import Learner


class Keeping(Learner):
    """What ``Learning`` offers for keeping parameters."""

    def save_params(self, path: str | Path) -> Path:
        """Write all parameters, those of TensorNodes included, to one ``.npz`` file, by name; returns the file."""
        return saving.save(path, {name: np.asarray(variable) for name, variable in self._variables()})

    def load_params(self, path: str | Path) -> None:
        """Read parameters from a file of ``save_params``.

        Raises:
            SimulationError: The file is damaged or of another network; then nothing was loaded.
        """
        variables = dict(self._variables())
        found = saving.load(path, {name: np.asarray(variable) for name, variable in variables.items()})
        for name, array in found.items():
            variables[name].assign(array)
        self._use_trained()

    def _variables(self) -> Iterator[tuple[str, Any]]:
        """All variables of the network, each with a name of its own."""
        for parameter, variable in self.keras_model.variables_by_parameter.items():
            yield parameter.name, variable
        for node, weights in node_weights(self.model).items():
            seen: dict[str, int] = {}
            for weight in weights:
                count = seen[weight.name] = seen.get(weight.name, -1) + 1
                yield f"{self._names[node]}/{weight.name}{f'_{count}' if count else ''}", weight

    def get_nengo_params(self, nengo_objs: Any, as_dict: bool = False) -> Any:
        """The arguments that build ensembles and connections with the parameters they have now.

        Args:
            nengo_objs: An ensemble or connection, or several.
            as_dict: Whether several come as a mapping from labels, which must differ.
        """
        values = self.keras_model.values()
        if not isinstance(nengo_objs, list | tuple):
            return saving.nengo_parameters(nengo_objs, self.model, values)
        found = [saving.nengo_parameters(obj, self.model, values) for obj in nengo_objs]
        if not as_dict:
            return found
        labels = [obj.label for obj in nengo_objs]
        if None in labels or len(set(labels)) < len(labels):
            raise ValidationError(f"as_dict needs labels that differ (got {labels})", attr="nengo_objs")
        return dict(zip(labels, found, strict=True))

    def freeze_params(self, nengo_objs: Any) -> None:
        """Write the parameters back into networks, ensembles and connections, for any simulator to build."""
        objs = nengo_objs if isinstance(nengo_objs, list | tuple) else [nengo_objs]
        saving.freeze(objs, self.model, self.keras_model.values())

    def _forget_training(self) -> None:
        """Let all parameters be what they were built with."""
        if "keras_model" in self.__dict__:
            self.keras_model.assign({parameter: parameter.initial for parameter in self.keras_model.values()})
            self._use_trained()
