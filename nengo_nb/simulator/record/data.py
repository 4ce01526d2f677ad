"""``sim.data``: the samples of probes, and the parameters of built objects as they are now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import nengo
import numpy as np
from nengo.builder import Model, Signal
from nengo.builder.connection import BuiltConnection
from nengo.builder.ensemble import BuiltEnsemble
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from .recording import Recording

Trained = Callable[[], "Mapping[tuple[Any, str], np.ndarray]"]
"""Look-up of the present trainable arrays, by object and attribute; empty before training."""

Current = Callable[[Signal], "np.ndarray | None"]
"""Look-up of the present value of a signal, ``(batch, *shape)``; None for signals that no
step changes.
"""


class SimulationData(Mapping):
    """Mapping from Nengo objects to their data in a simulation.

    A probe maps to its samples, a read-only array ``(samples, *shape)``, with the minibatch axis in
    front if the simulator has a ``minibatch_size``. An ensemble maps to its ``BuiltEnsemble`` and a
    connection to its ``BuiltConnection``; arrays that training or a learning rule changes are shown
    as they are now.

    Args:
        model: The built model.
        recordings: The samples of each probe.
        current: Looks up the present value of a signal.
        trained: Looks up the arrays that training changed.
        minibatch_size: Number of minibatch items, or None.
    """

    def __init__(
        self,
        model: Model,
        recordings: Mapping[nengo.Probe, Recording],
        current: Current,
        trained: Trained,
        minibatch_size: int | None,
    ) -> None:
        self._model = model
        self._recordings = recordings
        self._current = current
        self._trained = trained
        self._minibatch_size = minibatch_size
        self._shown: dict[nengo.Probe, tuple[tuple[object, int], np.ndarray]] = {}

    def __getitem__(self, key: Any) -> Any:
        if key in self._recordings:
            return self._samples(key)
        built = self._model.params[key]
        if isinstance(built, BuiltEnsemble):
            return self._ensemble(key, built)
        if isinstance(built, BuiltConnection):
            return self._connection(key, built)
        return built

    def get_params(self, *obj_attrs: tuple[Any, str]) -> list[Any]:
        """Return present values of attributes of built objects, such as ``(ensemble, "bias")``.

        Args:
            *obj_attrs: Pairs of an object and the name of an attribute of what ``data`` has for it:
                ``encoders``, ``scaled_encoders``, ``gain``, ``bias``, ``max_rates`` or
                ``intercepts`` of an ensemble, or of its neurons, and ``weights`` of a connection.

        Raises:
            ValidationError: The object is not in the network, or has no such attribute.
        """
        return [self._attribute(obj, name) for obj, name in obj_attrs]

    def _attribute(self, obj: Any, name: str) -> Any:
        owner = obj.ensemble if isinstance(obj, Neurons) else obj
        if owner not in self._model.params:
            raise ValidationError(f"{obj} is not in this network", attr="obj_attrs")
        built = self[owner]
        fields = getattr(built, "_fields", ())
        if name not in fields:
            raise ValidationError(
                f"{obj} has no built attribute {name!r}; it has {', '.join(fields) or 'none'}",
                attr="obj_attrs",
            )
        return getattr(built, name)

    def _samples(self, probe: nengo.Probe) -> np.ndarray:
        """Return the samples of a probe: as in Nengo, the same array until more is recorded."""
        recording = self._recordings[probe]
        # Nengo's ``np.array([])``, whatever the shape of the probe.
        if not len(recording) and self._minibatch_size is None:
            return np.zeros(0)
        version = recording.version
        shown = self._shown.get(probe)
        if shown is None or shown[0] != version:
            shown = self._shown[probe] = version, recording.array(self._minibatch_size)
        return shown[1]

    @property
    def raw(self) -> Mapping[Any, Any]:
        """Lists of samples by probe, built parameters by object, as in Nengo; read-only."""
        return RawData(self._model, self)

    def reset(self) -> None:
        """Discard the cached arrays, as in Nengo; recorded samples stay."""
        self._shown.clear()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._model.params)

    def __len__(self) -> int:
        return len(self._model.params)

    def __repr__(self) -> str:
        return (
            f"<SimulationData of {len(self._recordings)} probes and "
            f"{len(self) - len(self._recordings)} objects>"
        )

    def _now(self, signal: Signal | None) -> np.ndarray | None:
        """Return the present value of a signal, batched if ``sim.data`` is; None if constant."""
        value = None if signal is None else self._current(signal)
        if value is None:
            return None
        return value[0] if self._minibatch_size is None else value

    def _ensemble(self, ens: nengo.Ensemble, built: BuiltEnsemble) -> BuiltEnsemble:
        # Direct ensembles have no gains, and nothing below asks for the scale of one.
        scale = None if built.gain is None else (built.gain / ens.radius)[:, np.newaxis]
        learned = self._now(self._model.sig[ens]["encoders"])
        # A learning rule (Voja) changes scaled encoders while the network runs; gains and biases
        # stay.
        if learned is not None:
            return built._replace(scaled_encoders=learned, encoders=learned / scale)
        trained = self._trained()
        if not any((ens, name) in trained for name in ("encoders", "bias", "gain")):
            return built
        # The trained array has the factor of the built gain; a trained gain takes its place below.
        encoders = trained.get((ens, "encoders"), built.scaled_encoders) / scale
        gain, bias = trained.get((ens, "gain"), built.gain), trained.get((ens, "bias"), built.bias)
        max_rates, intercepts = ens.neuron_type.max_rates_intercepts(gain, bias)
        return built._replace(
            encoders=encoders,
            scaled_encoders=encoders * (gain / ens.radius)[:, np.newaxis],
            gain=gain,
            bias=bias,
            max_rates=max_rates,
            intercepts=intercepts,
        )

    def _connection(self, conn: nengo.Connection, built: BuiltConnection) -> BuiltConnection:
        learned = self._now(self._model.sig[conn].get("weights"))
        weights = self._trained().get((conn, "weights")) if learned is None else learned
        return built if weights is None else built._replace(weights=weights)


class RawData(Mapping):
    """``sim.data.raw``: a list of samples for each probe, and built objects.

    Args:
        model: The built model.
        data: The samples of probes.
    """

    def __init__(self, model: Model, data: SimulationData) -> None:
        self._model = model
        self._data = data

    def __getitem__(self, key: Any) -> Any:
        return list(self._data[key]) if isinstance(key, nengo.Probe) else self._model.params[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._model.params)

    def __len__(self) -> int:
        return len(self._model.params)
