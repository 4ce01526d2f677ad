"""``LMU``: the Legendre Memory Unit as a network of Nengo objects."""

from __future__ import annotations

from typing import Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError
from nengo.neurons import NeuronType

from nengo_nb.objects.dists import Glorot, VarianceScaling
from nengo_nb.settings import configure_settings

from .discretized import Discretized
from .legendre import delay_decoders, state_space

NEXT_STEP = 0
"""Synapse of what arrives a time step later."""


class LMU(nengo.Network):
    """Legendre Memory Unit: a recurrent layer with a linear memory of the last ``theta`` seconds.

    In each time step, ``u = E_x x + E_h h' + E_m m'`` is written to the memory,
    ``m = exp(A dt) m' + A^-1 (exp(A dt) - I) B u``, and the neurons have the output
    ``h = f(W_x x + W_m m + W_h h' + b)``; primes mark values of the step before. ``A`` and ``B``
    follow from ``order`` and ``theta`` and are not trained; ``E`` with ``feedback`` or
    ``memory_size``, ``W`` and ``b`` are. The window is as long whatever the simulator's ``dt``
    is. There are nothing but nodes, neurons and connections: it runs in every simulator of Nengo
    networks::

        with nengo.Network() as net:
            x = nengo.Node(np.zeros(1))
            lmu = nengo_nb.networks.LMU(units=100, order=64, theta=0.784)
            nengo.Connection(x, lmu.input, synapse=None)
            digit = nengo.Node(size_in=10)
            nengo.Connection(lmu.output, digit, transform=nengo_nb.dists.Glorot(), synapse=None)

    Args:
        units: Number of neurons; None for the memory alone.
        order: Number of Legendre polynomials that represent the window of each signal.
        theta: Length of the window, in seconds.
        size_in: Number of inputs.
        memory_size: Number of signals that the memory holds, trained combinations of the inputs;
            by default the inputs themselves.
        neuron_type: Neurons ``h``, whose gains are one; hyperbolic tangents by default.
        input_to_hidden: Whether the inputs reach the neurons directly, by ``W_x``.
        feedback: Whether ``E_h`` and ``E_m`` are there.
        **network: ``label``, ``seed`` and ``add_to_container`` of ``nengo.Network``.

    Attributes:
        input: Node of the inputs ``x``.
        memory_input: Node of the signals ``u``.
        memory: Node of the memory ``m``, ``order`` values for each signal, one signal after
            another.
        hidden: Ensemble of the neurons ``h``; None without ``units``.
        output: The neurons, or the memory without ``units``.

    Raises:
        ValidationError: A size is no positive integer, ``theta`` is not positive, or there is
            feedback without neurons.

    References:
        Voelker, Kajić & Eliasmith (2019), Legendre memory units: continuous-time representation in
        recurrent neural networks. NeurIPS 32.
    """

    def __init__(
        self,
        units: int | None,
        order: int,
        theta: float,
        size_in: int = 1,
        memory_size: int | None = None,
        neuron_type: NeuronType | None = None,
        input_to_hidden: bool = True,
        feedback: bool = False,
        **network: Any,
    ) -> None:
        super().__init__(**network)
        sizes = {"units": units, "order": order, "size_in": size_in, "memory_size": memory_size}
        for name, size in sizes.items():
            optional = size is None and name in {"units", "memory_size"}
            if not optional and not (isinstance(size, int | np.integer) and size > 0):
                raise ValidationError(f"must be a positive integer (got {size!r})", name, self)
        if not theta > 0:
            raise ValidationError(f"must be a time in seconds (got {theta!r})", "theta", self)
        if feedback and units is None:
            raise ValidationError("comes from neurons, of which units=None has none", "feedback")
        self.order = int(order)
        self.theta = float(theta)
        with self:
            self.input = nengo.Node(size_in=int(size_in), label="input")
            self.memory_input = self._make_memory_input(memory_size)
            self.memory = self._make_memory()
            self.hidden = None if units is None else self._make_hidden(int(units), neuron_type)
            if self.hidden is not None:
                self._connect_hidden(self.hidden.neurons, input_to_hidden, feedback)
        self.output = self.memory if self.hidden is None else self.hidden.neurons

    def _make_memory_input(self, memory_size: int | None) -> nengo.Node:
        """Make the node of ``u``, with ``E_x`` where the memory has a size of its own."""
        node = nengo.Node(
            size_in=self.input.size_out if memory_size is None else int(memory_size),
            label="memory_input",
        )
        encoders = {} if memory_size is None else {"transform": _lecun()}
        connection = nengo.Connection(self.input, node, synapse=None, **encoders)
        if memory_size is None:
            self._keep(connection)
        return node

    def _make_memory(self) -> nengo.Node:
        """Make the memory: ``order`` values for each signal, which do not mix."""
        A, B = state_space(self.order, self.theta)
        memory = nengo.Node(size_in=self.order * self.memory_input.size_out, label="memory")
        for k in range(self.memory_input.size_out):
            window = memory[k * self.order : (k + 1) * self.order]
            self._keep(
                nengo.Connection(self.memory_input[k], window, transform=Discretized(A, B),
                                 synapse=None)
            )  # fmt: skip
            self._keep(
                nengo.Connection(window, window, transform=Discretized(A), synapse=NEXT_STEP)
            )
        return memory

    def _make_hidden(self, units: int, neuron_type: NeuronType | None) -> nengo.Ensemble:
        """Make the neurons, whose inputs are their currents."""
        return nengo.Ensemble(
            units,
            1,
            neuron_type=nengo.Tanh(tau_ref=1) if neuron_type is None else neuron_type,
            gain=np.ones(units),
            bias=np.zeros(units),
            label="hidden",
        )

    def _connect_hidden(self, neurons: Any, input_to_hidden: bool, feedback: bool) -> None:
        """Connect the neurons by ``W``, and to the memory by ``E``."""
        if input_to_hidden:
            nengo.Connection(self.input, neurons, transform=_xavier(), synapse=None)
        nengo.Connection(self.memory, neurons, transform=_xavier(), synapse=None)
        nengo.Connection(neurons, neurons, transform=_xavier(), synapse=NEXT_STEP)
        if feedback:
            target = self.memory_input
            nengo.Connection(neurons, target, transform=_lecun(), synapse=NEXT_STEP)
            # From zero, as in the paper: at first the memory is a delay.
            nothing = np.zeros((target.size_in, self.memory.size_out))
            nengo.Connection(self.memory, target, transform=nothing, synapse=NEXT_STEP)

    def _keep(self, connection: nengo.Connection) -> None:
        """Keep training from changing a connection."""
        configure_settings(trainable=None)  # makes the next line possible, and changes nothing else
        self.config[connection].trainable = False

    def delay_decoders(self, delays: Any) -> np.ndarray:
        """Return the transform that reads delayed signals out of the memory.

        Args:
            delays: One delay or several, in seconds, up to ``theta``.

        Returns:
            Matrix of shape ``(signals * delays, signals * order)`` for a connection from
            ``memory``: all delays of the first signal, then those of the next.

        Raises:
            ValidationError: A delay is outside of the window.
        """
        fractions = np.atleast_1d(np.asarray(delays, float)) / self.theta
        if not ((fractions >= 0) & (fractions <= 1)).all():
            raise ValidationError(
                f"must be between 0 and theta={self.theta:g} s (got {delays})", "delays", self
            )
        decoders = delay_decoders(self.order, fractions)
        return np.kron(np.eye(self.memory_input.size_out), decoders)


def _xavier() -> Glorot:
    """Return the distribution of ``W`` at first."""
    return Glorot(distribution="normal")


def _lecun() -> VarianceScaling:
    """Return the distribution of ``E`` at first."""
    return VarianceScaling(mode="fan_in", distribution="uniform")
