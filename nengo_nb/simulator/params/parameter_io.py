"""Parameters in files, and back in Nengo networks: what ``sim.save_params`` and its kin do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nengo.builder import Signal
from nengo.exceptions import SimulationError, ValidationError

from nengo_nb.objects.operator import node_weights
from nengo_nb.simulator.network_names import NetworkNames
from nengo_nb.simulator.run.simulation import Simulation

from . import archive
from .argument_names import with_old_names
from .freezing import freeze, nengo_parameters
from .parameter_values import ParameterValues

STEPS = "state/n_steps"


class ParameterIO:
    """Saves, loads and freezes the parameters of a simulation.

    Args:
        simulation: The simulation, whose states can be saved, too.
        names: Names of the network's objects.
        values: The parameters as they are now.
    """

    def __init__(
        self, simulation: Simulation, names: NetworkNames, values: ParameterValues
    ) -> None:
        self.simulation = simulation
        self.names = names
        self.values = values

    def save_params(
        self, /, path: str | Path, include_state: bool = False, **old: bool | None
    ) -> Path:
        """Write all parameters, those of TensorNodes included, to one ``.npz`` file, by name.

        Args:
            path: The file to write; ``.npz`` is added where it is missing.
            include_state: Whether voltages, filters and learned weights are kept too, as they are
                now.
            **old: ``include_local`` or ``include_non_trainable``, names of ``include_state`` in
                NengoDL, and ``include_global=True``.

        Returns:
            The file.

        Raises:
            ValidationError: An argument is unknown, or would leave out the parameters.
            OSError: It cannot be written; a file that was there before is unchanged.
        """
        include_state = with_old_names(include_state, old)
        arrays = {name: np.asarray(variable) for name, variable in self.variables()}
        return archive.save(path, arrays | (self._state() if include_state else {}))

    def load_params(
        self, /, path: str | Path, include_state: bool = False, **old: bool | None
    ) -> None:
        """Read parameters from a file of ``save_params``.

        A file of NengoDL's has no names. It is read, with a warning, if shapes tell whose its
        arrays are.

        Args:
            path: The file.
            include_state: Whether the simulation goes on from the state in the file.
            **old: As for ``save_params``.

        Raises:
            SimulatorClosed: The simulator is closed.
            ValidationError: An argument is unknown, or would leave out the parameters.
            FileNotFoundError: There is no such file.
            SimulationError: The file is damaged or of another network; then nothing was loaded.
        """
        self.simulation.check_open("load parameters")
        include_state = with_old_names(include_state, old)
        variables = dict(self.variables())
        # Copies to go back to: half of another file would be no state of any network.
        before = {name: np.array(variable) for name, variable in variables.items()}
        loaded = archive.load(path, before | (self._state() if include_state else {}))
        if include_state and loaded[STEPS] < 0:
            raise SimulationError(f"{path}: {STEPS} is {loaded[STEPS]}, before the start.")
        try:
            for name, variable in variables.items():
                variable.assign(loaded[name])
        except BaseException:  # an interrupt between two of them, above all
            for name, variable in variables.items():
                variable.assign(before[name])
            raise
        self.values.hand_over()
        if include_state:
            n_steps = int(loaded[STEPS]) - self.simulation.runner.state.n_steps
            self.simulation.runner.adopt(
                {s: loaded[name] for name, s in self._state_names().items()}, n_steps
            )
            self.simulation.signals.forget_written()

    def _state_names(self) -> dict[str, Signal]:
        """Number the signals that are states, in an order that depends on the network alone."""
        return {f"state/{i}": signal for i, signal in enumerate(self.simulation.runner.homes)}

    def _state(self) -> dict[str, np.ndarray]:
        """Return the states, ``(minibatch, size)``, and the number of steps taken."""
        self.simulation.signals.write_back()
        runner = self.simulation.runner
        values = {name: runner.current(signal) for name, signal in self._state_names().items()}
        states = {
            name: array.reshape(runner.batch, -1)
            for name, array in values.items()
            if array is not None
        }
        return states | {STEPS: np.array(runner.state.n_steps)}

    def variables(self) -> Iterator[tuple[str, Any]]:
        """Yield all variables of the network, each with a unique name."""
        for parameter, variable in self.values.variables.by_parameter.items():
            yield parameter.name, variable
        for node, weights in node_weights(self.simulation.model).items():
            seen: dict[str, int] = {}
            for weight in weights:
                # Weights of several layers in one TensorNode may share a name.
                count = seen[weight.name] = seen.get(weight.name, -1) + 1
                number = f"_{count}" if count else ""
                yield f"{self.names.by_object[node]}/{weight.name}{number}", weight

    def get_nengo_params(self, nengo_objs: Any, as_dict: bool = False) -> Any:
        """Return the arguments that build ensembles and connections with their present parameters.

        Args:
            nengo_objs: An ensemble or connection, or several.
            as_dict: Whether several come as a mapping from labels, which must differ.
        """
        model, values = self.simulation.model, self._values_now()
        if not isinstance(nengo_objs, list | tuple):
            return nengo_parameters(nengo_objs, model, values)
        parameters = [nengo_parameters(obj, model, values) for obj in nengo_objs]
        if not as_dict:
            return parameters
        labels = [obj.label for obj in nengo_objs]
        if None in labels or len(set(labels)) < len(labels):
            raise ValidationError(
                f"as_dict needs labels that differ (got {labels})", attr="nengo_objs"
            )
        return dict(zip(labels, parameters, strict=True))

    def freeze_params(self, nengo_objs: Any) -> None:
        """Write parameters back into Nengo objects, for any simulator to build.

        They are those that training has found, and those that learning rules have reached in the
        run.

        Args:
            nengo_objs: A network, ensemble or connection, or several.

        Raises:
            ValidationError: An object has no parameters, or the items of a minibatch have learned
                different ones; then nothing was written.
        """
        objs = nengo_objs if isinstance(nengo_objs, list | tuple) else [nengo_objs]
        freeze(objs, self.simulation.model, self._values_now())

    def _values_now(self) -> dict[tuple[Any, str], np.ndarray]:
        """Return trained and online-learned arrays, by object and attribute."""
        trained = {
            (parameter.obj, parameter.attribute): np.asarray(array, float)
            for parameter, array in self.values.variables.values().items()
        }
        # Learning rules win: their weights move on from what training left.
        return trained | self._learned_online()

    def _learned_online(self) -> dict[tuple[Any, str], np.ndarray]:
        """Return arrays that learning rules change: weights, and encoders (Voja).

        Raises:
            ValidationError: The items of a minibatch have learned different things.
        """
        network = self.simulation.model.toplevel
        signals = {
            (conn, "weights"): self.simulation.model.sig[conn].get("weights")
            for conn in network.all_connections
            if conn.learning_rule is not None
        }
        signals |= {
            (ens, "encoders"): self.simulation.model.sig[ens].get("encoders")
            for ens in network.all_ensembles
        }
        arrays = {}
        for (obj, attribute), signal in signals.items():
            items = None if signal is None else self.simulation.runner.current(signal)
            if items is None:
                continue
            if (items != items[0]).any():
                raise ValidationError(
                    f"the items of the minibatch have learned different {attribute}, of which a "
                    "network can hold only "
                    "one; run a simulator without minibatch_size",
                    attr=attribute,
                    obj=obj,
                )
            arrays[obj, attribute] = items[0].astype(float)
        return arrays
