"""Names of a network's objects in datasets, files of parameters and the Keras model."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import nengo
from nengo.builder import Model
from nengo.exceptions import ValidationError

from .params.parameters import object_names


class NetworkNames:
    """Names of the objects of a network, unique and made of labels.

    Args:
        model: The built model.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def by_object(self) -> dict[Any, str]:
        """Names of all objects of the network."""
        return {} if self.model.toplevel is None else object_names(self.model.toplevel)

    @cached_property
    def probes(self) -> dict[str, nengo.Probe]:
        """Probes of the network by name, without those that are only watched."""
        names = self.by_object
        return {names[probe]: probe for probe in self.model.probes if probe in names}

    def get_name(self, obj: nengo.Node | nengo.Probe) -> str:
        """Return the name of an input node or probe in ``keras_model`` and datasets.

        Raises:
            ValidationError: It is not in the network.
        """
        if obj not in self.by_object:
            raise ValidationError(f"{obj} is not in this network", attr="obj")
        return self.by_object[obj]

    def find_probe(self, probe: Any) -> str:
        """Return the name of a probe, from the probe or its name.

        Raises:
            ValidationError: There is no such probe.
        """
        for name, candidate in self.probes.items():
            if probe is candidate or probe == name:
                return name
        listed = ", ".join(self.probes) or "none"
        raise ValidationError(f"there is no probe {probe!r}; there are {listed}", attr="probe")
