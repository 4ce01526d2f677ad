"""Training schedules of a minibatch, over a network as a function of named inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from nengo.builder import Signal

from nengo_nb.engine.assembly import Assembled
from nengo_nb.engine.forward import Forward, States
from nengo_nb.on_demand import tf
from nengo_nb.simulator.record.sampling import Samples

Tensor = Any
Arrays = dict[str, np.ndarray]
Tensors = Mapping[str, Tensor]


@dataclass(frozen=True)
class Schedule:
    """Training schedule of a minibatch: forward function, truncation, noise and states.

    Args:
        forward: The network as a function; its inputs and outputs have names.
        truncation: Number of steps after which weights are changed and gradients cut; None for all
            steps.
        noise: Outputs of Python, ``(batch, steps, size)``, from inputs and the number of their
            first step.
        begin: The states to begin a minibatch of some size from, and the number of its first step;
            None for the start.
        end: Called with the states at the end of a minibatch, and its number of steps.
    """

    forward: NamedForward
    truncation: int | None = None
    noise: Callable[[Tensors, int], dict[int, Tensor]] = lambda *_: {}
    begin: Callable[[int], tuple[States, int]] | None = None
    end: Callable[[States, int], None] = lambda *_: None


@dataclass(frozen=True)
class NamedForward:
    """A network as a function of named inputs, with named outputs.

    Args:
        forward: The function.
        inputs: The value of each input node, by name.
        outputs: The probes by name.
        shapes: The shape of each probe's signal, by name.
        samples: Which steps each probe records, by name.
    """

    forward: Forward
    inputs: Mapping[str, int]
    outputs: Mapping[str, Any]
    shapes: Mapping[str, tuple[int, ...]]
    samples: Mapping[str, Samples]

    def __call__(
        self,
        x: Tensors,
        trained: Mapping[Signal, Tensor] | Assembled,
        noise: Mapping[int, Tensor],
        states: States | None = None,
        first: Tensor | int = 1,
        steps: int | None = None,
    ) -> tuple[dict[str, Tensor], States]:
        """Return probe data, ``(batch, samples, *shape)``, and the states after it."""
        dtype = self.forward.dtype  # Keras hands on float32, whatever it was given
        feeds = {
            self.inputs[k]: tf.cast(tensor, dtype) for k, tensor in x.items() if k in self.inputs
        }
        probes = list(self.outputs.values())
        probe_data, after = self.forward({**feeds, **noise}, trained, probes, states, first, steps)
        recorded = {
            name: self.samples[name].of(probe_data[probe]) for name, probe in self.outputs.items()
        }
        shaped = {
            name: tf.reshape(tensor, (*tensor.shape[:2], *self.shapes[name]))
            for name, tensor in recorded.items()
        }
        return shaped, after
