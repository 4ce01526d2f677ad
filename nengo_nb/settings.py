"""Settings of a simulation, stored in the network's own ``config``.

They travel with the network: copies and pickles keep them, and there is no global state. ``dtype``
and ``stateful`` hold for a whole simulation and are kept by the outermost network. ``keep_history``
holds for the probes of the network it is set in, and can be overruled for one probe::

    with nengo.Network() as net:
        nengo_nb.configure_settings(dtype="float64", keep_history=False)
        probe = nengo.Probe(nengo.Node(1.0))
    net.config[probe].keep_history = True
"""

from __future__ import annotations

import difflib
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import nengo
import numpy as np
from nengo.base import NengoObject
from nengo.ensemble import Neurons
from nengo.exceptions import NengoWarning, NetworkContextError
from nengo.params import BoolParam, Parameter

from nengo_nb.errors import SettingError
from nengo_nb.surrogates import SURROGATES

DTYPES = ("float32", "float64")

NON_FINITE = ("warn", "error")


class Settings:
    """Settings of a whole simulation; ``network.config[Settings]`` keeps the values."""

    dtype = Parameter("dtype", default="float32")
    stateful = BoolParam("stateful", default=True)
    lif_smoothing = Parameter("lif_smoothing", default=None, optional=True)
    non_finite = Parameter("non_finite", default="warn")
    functions_on_any_thread = BoolParam("functions_on_any_thread", default=False)
    surrogate = Parameter("surrogate", default=None, optional=True)


def configure_settings(**settings: Any) -> None:
    """Set how the network being built is simulated; call it inside ``with nengo.Network():``.

    Args:
        **settings: ``dtype`` is the precision of the simulation, ``"float32"`` (default) or
            ``"float64"``. ``stateful`` says whether a run goes on from where the last one ended
            (default), or starts afresh. ``keep_history`` says whether probes keep all their data
            (default), or the last time step alone. ``trainable`` says whether training may change
            the objects of this network (default); it makes
            ``net.config[nengo.Ensemble].trainable``, ``net.config[connection].trainable`` and so on
            settable, for ensembles (encoders and biases), their neurons (biases) and connections;
            None does just that. ``train_gains`` lets training change the gains of ensembles too,
            and ``train_synapses`` the time constants of the ``Lowpass`` and ``Alpha`` synapses of
            connections; both can be set for single objects. ``lif_smoothing`` smooths the rates of
            LIF neurons at their threshold while training; 0.1 is a usual value. ``surrogate``
            trains with spikes in the forward pass, instead of by rates: it is the surrogate
            derivative of a spike, see ``nengo_nb.surrogates``. ``non_finite`` says what happens
            where a number becomes NaN or infinite, as what is above 3.4e38 does in
            float32: ``"warn"`` (default) names the object and the time once, ``"error"`` ends the
            run there. ``functions_on_any_thread`` lets compiled programs call Python functions in a
            loop with the network on whichever thread they run on, instead of the one that called
            ``run`` (default), which takes 20 us more for each call; functions that use windows or
            databases often have to stay on the thread that opened these.
            ``planner``, ``sorter``, ``simplifications``, ``inference_only``, ``learning_phase``,
            ``use_loop`` and ``session_config`` are accepted from scripts written for NengoDL, and
            have no effect here.

    Raises:
        NetworkContextError: Not called inside a ``with`` block of a network.
        SettingError: A setting is unknown or its value cannot be used. Then none of them has been
            set.
    """
    if not nengo.Network.context:
        raise NetworkContextError(
            "configure_settings must be called inside `with nengo.Network() as net:`."
        )
    unknown = [name for name in settings if name not in _CHECKS and name not in _WITHOUT_EFFECT]
    if unknown:
        raise SettingError(_unknown(unknown[0]))
    # All values are checked before one is set: an error must leave the network as it was.
    checked = {
        name: _CHECKS[name](name, value) for name, value in settings.items() if name in _CHECKS
    }
    for name in settings.keys() & _WITHOUT_EFFECT.keys():
        warnings.warn(
            f"The setting {name!r} has no effect here: {_WITHOUT_EFFECT[name]}",
            NengoWarning,
            stacklevel=2,
        )
    for name, value in checked.items():
        # A whole simulation is configured by the outermost network, objects by the one around them.
        if name in _PER_OBJECT:
            _configure_objects(nengo.Network.context[-1].config, name, value)
        else:
            _configure_simulation(nengo.Network.context[0].config, name, value)


def get_setting(network: nengo.Network, name: str, obj: NengoObject | None = None) -> Any:
    """Return the value of a setting for a simulation of ``network``.

    Args:
        network: The outermost network of the simulation.
        name: One of the settings that ``configure_settings`` lists.
        obj: The object that is asked about: a probe for ``keep_history``; an ensemble, its neurons
            or a connection for ``trainable``; an ensemble for ``train_gains``, and a connection for
            ``train_synapses``. A network further in overrules those around it, and in one network a
            value set for the object overrules one set for all of its class.

    Raises:
        SettingError: There is no setting of that name.
    """
    return NetworkSettings(network).get(name, obj)


class NetworkSettings:
    """Settings of one network, which is walked once for all look-ups.

    Args:
        network: The outermost network of the simulation.
    """

    def __init__(self, network: nengo.Network) -> None:
        self.network = network

    @cached_property
    def _around(self) -> dict[NengoObject, tuple[nengo.Network, ...]]:
        """The networks that hold each object, innermost first."""
        return dict(_holders(self.network, ()))

    def get(self, name: str, obj: NengoObject | None = None) -> Any:
        """Return the value of a setting, as :func:`get_setting` does.

        Raises:
            SettingError: There is no setting of that name.
        """
        if name not in _CHECKS:
            raise SettingError(_unknown(name))
        if name not in _PER_OBJECT:
            params = self.network.config.params.get(Settings)
            return getattr(Settings, name).default if params is None else getattr(params, name)
        setting = _PER_OBJECT[name]
        classes = (
            setting.classes
            if obj is None
            else [cls for cls in setting.classes if isinstance(obj, cls)]
        )
        for inner in self._networks_around(obj):
            for cls in classes:
                params = inner.config.params.get(cls)
                if params is None or name not in params.extra_params:
                    continue
                # In Nengo's config "in" means that a value was
                # set: a default further in must not hide it.
                own = inner.config.params.get(obj, ())
                if name in own or name in params:
                    return getattr(own if name in own else params, name)
        # Neurons without a setting of their own have that of their ensemble.
        if isinstance(obj, Neurons):
            return self.get(name, obj.ensemble)
        return setting.default

    def _networks_around(self, obj: NengoObject | None) -> tuple[nengo.Network, ...]:
        """Return the networks that hold an object, innermost first; without one, the
        outermost alone.
        """
        if obj is None:
            return (self.network,)
        return self._around.get(obj.ensemble if isinstance(obj, Neurons) else obj, ())


def _configure_simulation(config: nengo.Config, name: str, value: Any) -> None:
    if Settings not in config.params:
        config.configures(Settings)
    setattr(config[Settings], name, value)


def _configure_objects(config: nengo.Config, name: str, value: bool | None) -> None:
    """Declare a setting for objects of its classes, and set it for all of them unless the
    value is None.
    """
    setting = _PER_OBJECT[name]
    for cls in setting.classes:
        if cls not in config.params:
            config.configures(cls)
        # Values are kept by the parameter, so a second one would forget those that were set.
        if name not in config[cls].extra_params:
            config[cls].set_param(name, BoolParam(name, default=setting.default))
        if value is not None:
            setattr(config[cls], name, value)


def _holders(
    network: nengo.Network, around: tuple[nengo.Network, ...]
) -> Iterator[tuple[NengoObject, tuple[nengo.Network, ...]]]:
    """Yield each object of a network, with the networks that hold it, innermost first."""
    path = (network, *around)
    for obj in (*network.probes, *network.ensembles, *network.connections):
        yield obj, path
    for inner in network.networks:
        yield from _holders(inner, path)


def _unknown(name: str) -> str:
    known = sorted(_CHECKS)
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"There is no setting {name!r}.{hint} Settings are: {', '.join(known)}."


def _check_dtype(name: str, value: Any) -> str:
    try:
        # np.dtype(None) is float64. TensorFlow's types have NumPy's names.
        dtype_name = np.dtype(getattr(value, "name", value)).name if value is not None else None
    except TypeError:
        dtype_name = None
    if dtype_name not in DTYPES:
        raise SettingError(f"{name} must be one of {', '.join(map(repr, DTYPES))}, not {value!r}.")
    return dtype_name


def _check_non_finite(name: str, value: Any) -> str:
    if value in NON_FINITE:
        return value
    raise SettingError(f"{name} must be one of {', '.join(map(repr, NON_FINITE))}, not {value!r}.")


def _check_flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, not {value!r}.")
    return value


def _check_flag_or_none(name: str, value: Any) -> bool | None:
    return None if value is None else _check_flag(name, value)


def _check_smoothing(name: str, value: Any) -> float | None:
    if value is None or (
        isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < math.inf
    ):
        return None if value is None else float(value)
    raise SettingError(f"{name} must be a positive number or None, not {value!r}.")


def _check_surrogate(name: str, value: Any) -> Any:
    if value is None or callable(value):
        return value
    if isinstance(value, str) and value in SURROGATES:
        return SURROGATES[value]
    raise SettingError(
        f"{name} must be one of {', '.join(map(repr, SURROGATES))}, a function of the distance to "
        "the threshold, or "
        f"None, not {value!r}."
    )


@dataclass(frozen=True)
class _ObjectSetting:
    """Setting of single objects: the classes it is for, and its default."""

    classes: tuple[type, ...]
    default: bool


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "dtype": _check_dtype,
    "functions_on_any_thread": _check_flag,
    "keep_history": _check_flag,
    "lif_smoothing": _check_smoothing,
    "non_finite": _check_non_finite,
    "stateful": _check_flag,
    "surrogate": _check_surrogate,
    "train_gains": _check_flag,
    "train_synapses": _check_flag,
    "trainable": _check_flag_or_none,
}

_PER_OBJECT = {
    "keep_history": _ObjectSetting((nengo.Probe,), default=True),
    "train_gains": _ObjectSetting((nengo.Ensemble,), default=False),
    "train_synapses": _ObjectSetting((nengo.Connection,), default=False),
    "trainable": _ObjectSetting((nengo.Ensemble, nengo.Connection, Neurons), default=True),
}

_WITHOUT_EFFECT = {
    "planner": "operators are merged by the plan itself, see sim.explain().",
    "sorter": "signals are values of a dataflow graph and are not laid out in arrays.",
    "simplifications": "the graph is always simplified, by passes that leave every probe "
    "unchanged.",
    "inference_only": "a network that is only run holds nothing that is there for training.",
    "learning_phase": "fit trains neurons by their rates (or, with surrogate=..., by spikes), and "
    "all else runs them as they are; for rates there, use types without spikes, such as "
    "nengo.LIFRate.",
    "use_loop": "a loop over time is compiled only where the network needs one.",
    "session_config": "TensorFlow has no sessions any more; use tf.config, for instance "
    "tf.config.threading.set_intra_op_parallelism_threads.",
}
