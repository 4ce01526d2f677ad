"""``nengo_nb.Simulator``: the public interface to a running network.

The work is done by the parts that ``parts.py`` composes. A line ``name = delegate(part, method)``
makes a method of a part public, with the documentation that it has there.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

import nengo
import numpy as np
from nengo.builder import Model, Operator
from nengo.exceptions import ReadonlyError, SimulatorClosed
from nengo.utils.progress import ProgressBar
from nengo.utils.simulator import operator_dependency_graph

from nengo_nb.engine.devices import check_device
from nengo_nb.plan.program import Plan

from . import argument_checks as check
from .compat import nengo_dl_2
from .network_names import NetworkNames
from .params.parameter_io import ParameterIO
from .parts import compose, delegate
from .record.sampling import sample_times
from .run import locking, pickling
from .run.advance import advance, advance_by_steps
from .run.arguments import RunArguments
from .run.building import build
from .run.dynamic_probes import DynamicProbes, make_probe
from .run.explain import explain
from .run.function_access import FunctionAccess
from .run.interrupt import one_sentence
from .run.locking import in_turn
from .run.profile import profile
from .run.simulation import Simulation
from .train.gradient_check import GradientCheck
from .train.predictor import Predictor
from .train.trainer import Trainer

if TYPE_CHECKING:
    from .train.keras_model import NetworkModel


class Simulator:
    """Runs a Nengo network with TensorFlow, compiled by XLA.

    Steps are computed in chunks. Python functions are called once for each step, in the order in
    which Nengo calls them where they may share state. One that nothing in the network leads to is
    called for a chunk before others are; an error or an interrupt ends the run between two steps,
    and calls that were made for later steps are used when it goes on.

    Args:
        network: The network to run; None if ``model`` holds one already.
        dt: Length of a time step, in seconds.
        seed: Seed of everything random while the network runs; by default ``network.seed + 1`` or
            random.
        model: A model to build into, or a built one.
        device: TensorFlow device, such as ``"/cpu:0"`` or ``"/gpu:0"``; TensorFlow's choice by
            default.
        minibatch_size: Number of copies to run side by side; arrays then have a batch axis in
            front.
        unroll_simulation: Accepted for NengoDL's sake, without effect: XLA loops gain nothing.
        progress_bar: Whether progress is shown, or a ``nengo.utils.progress.ProgressBar`` for it.
        optimize: Accepted for Nengo's sake; plans are always optimized. The order in which Python
            functions that no connection orders are called, and in which processes without a seed
            (``noise=WhiteNoise()``, say) get theirs, is Nengo's with ``optimize=False``. Its order
            with True differs from one run of a script to the next; with ``seed=``, noise does not.

    Raises:
        BuildError: Nengo cannot build the network.
        ValidationError: An argument is out of range.
    """

    def __init__(
        self,
        network: nengo.Network | None,
        dt: float = 0.001,
        seed: int | None = None,
        model: Model | None = None,
        device: str | None = None,
        minibatch_size: int | None = None,
        unroll_simulation: int = 1,
        progress_bar: bool | ProgressBar = True,
        optimize: bool = True,
    ) -> None:
        self.progress_bar = progress_bar
        self.optimize = optimize
        minibatch_size = check.checked_size("minibatch_size", minibatch_size)
        device = check_device(device)
        check.checked_size("unroll_simulation", unroll_simulation)
        check.warn_without_effect(unroll_simulation, network, dt, model)
        self._start(build(network, dt, seed, model, device, minibatch_size, progress_bar))

    def _start(self, simulation: Simulation) -> None:
        self.model = simulation.model
        self.minibatch_size = simulation.minibatch_size
        self.device = simulation.device
        self.dtype = simulation.dtype
        self.signals = simulation.signals
        self._in_step = False
        # From here on ``__del__`` warns of an open simulator; there is none after a failed build.
        self._parts = compose(simulation)
        self.data = self._parts.data

    # -- what a simulator is

    @property
    def dt(self) -> float:
        """Length of a time step, in seconds."""
        return self.model.dt

    @dt.setter
    def dt(self, value: float) -> None:
        raise ReadonlyError(attr="dt", obj=self)

    @property
    def n_steps(self) -> int:
        """Number of steps taken so far."""
        runner = self._parts.simulation.runner
        runner.refuse_inside("the number of steps or the time")
        return runner.state.n_steps

    @property
    def time(self) -> float:
        """Simulated time so far, in seconds."""
        return self.n_steps * self.dt

    @property
    def plan(self) -> Plan:
        """Stages of a step, and the operations of each."""
        return self._parts.simulation.runner.plan

    @property
    def step_order(self) -> list[Operator]:
        """Nengo's operators, in the order of a step."""
        return list(self._parts.simulation.runner.order)

    @property
    def steps_per_second(self) -> float | None:
        """Speed of the last chunk, in steps per second of wall time; None before the first run."""
        return self._parts.simulation.runner.steps_per_second

    @property
    def parameter_count(self) -> int:
        """Number of constants (weights, biases, encoders, ...) the program holds."""
        return self._parts.simulation.runner.parameter_count()

    @property
    def seed(self) -> int:
        """Seed of everything random while the network runs."""
        return self._parts.simulation.seed

    @seed.setter
    def seed(self, value: int) -> None:
        self._parts.simulation.seed = value

    @property
    def rng(self) -> np.random.RandomState:
        """Generator that seeded the processes, in the state that Nengo's simulator leaves."""
        return self._parts.simulation.rng

    @property
    def dg(self) -> dict[Operator, set[Operator]]:
        """Nengo's dependency graph: for each operator, those that depend on it."""
        return operator_dependency_graph(self.model.operators)

    @property
    def closed(self) -> bool:
        """Whether the simulator has been closed."""
        return self._parts.simulation.closed

    get_name = delegate(lambda parts: parts.names, NetworkNames.get_name)

    def explain(self) -> str:
        """Return the stages of a step (compiled, looped, Python) and compile time, as a table."""
        return explain(self._parts.simulation)

    def profile(self, n_steps: int = 1000) -> str:
        """Return measured microseconds per step of stages and groups; the state stays as it is."""
        return profile(self._parts.simulation, n_steps)

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"at {self.time:g} s"
        return f"<nengo_nb.Simulator of {self.model.toplevel}, {state}>"

    # -- running

    def run(self, time_in_seconds: float, **arguments: Unpack[RunArguments]) -> None:
        """Simulate for a length of time.

        Args:
            time_in_seconds: Simulated time, rounded to whole steps.
            **arguments: As in ``run_steps``.

        Raises:
            SimulatorClosed: The simulator is closed.
            ValidationError: The time is negative or not a number.
        """
        self._parts.simulation.check_open("run")
        n_steps = check.count_steps(time_in_seconds, self)
        if n_steps:
            self.run_steps(n_steps, **arguments)

    def step(self, **arguments: Unpack[RunArguments]) -> None:
        """Simulate one time step; arguments as in ``run_steps``."""
        outer, self._in_step = self._in_step, True
        try:
            arguments.setdefault("progress_bar", False)
            self.run_steps(1, **arguments)
        finally:
            self._in_step = outer

    @in_turn
    def run_steps(
        self,
        n_steps: int,
        data: Mapping[Any, Any] | None = None,
        progress_bar: bool | ProgressBar | None = None,
        stateful: bool = True,
    ) -> None:
        """Simulate a number of time steps.

        Args:
            n_steps: Number of steps.
            data: ``(batch, n_steps, size)`` by input node (or label), masked where it feeds itself.
            progress_bar: Overrides the simulator's own.
            stateful: Whether state and time stay where the run ends; otherwise they go back to
                where it began.

        Raises:
            SimulatorClosed: The simulator is closed.
            ValidationError: ``n_steps`` is not a positive integer.
            FeedError: ``data`` does not fit.
            NodeError: A node's function returned something unusable.
            KeyboardInterrupt: The run was interrupted; it is kept, and running on continues it.
        """
        simulation = self._parts.simulation
        simulation.check_open("run")
        n_steps = check.checked_steps(n_steps)
        goes_on = stateful and simulation.keeps_state
        bar = self.progress_bar if progress_bar is None else progress_bar
        # A subclass may pace or log steps in a ``step`` of its own, which calls this method.
        if not self._in_step and getattr(self.step, "__func__", None) is not Simulator.step:
            advance_by_steps(simulation, self.step, n_steps, data, bar, goes_on)
            return
        advance(self._parts.access, n_steps, data, bar, goes_on, seen=(self, self.data))

    def trange(self, dt: float | None = None, sample_every: float | None = None) -> np.ndarray:
        """The times of the recorded samples, in seconds; the first is ``dt``.

        Args:
            dt: Deprecated name of ``sample_every``.
            sample_every: The sampling period, in seconds; by default every step.
        """
        return sample_times(self.n_steps, self.dt, check.period_of(sample_every, dt, self))

    # -- recording more, and going back

    def watch(self, target: Any, attr: str | None = None, label: str | None = None) -> nengo.Probe:
        """Record something that has no probe, from now on; ``dynamic_probes.py`` says the cost.

        Args:
            target: An ensemble, its neurons, a node or a connection, or a slice of one.
            attr: Attribute to record; by default that of ``nengo.Probe``.
            label: Label of the probe.

        Returns:
            The key of ``data``; the network does not hold it.
        """
        self._parts.simulation.check_open("watch")
        probe = make_probe(target, attr, label)
        self.adopt(self.prepare([probe]))
        return probe

    waits_to_compile = delegate(lambda parts: parts.access, FunctionAccess.waits_to_compile)
    prepare = delegate(lambda parts: parts.probes, DynamicProbes.prepare)
    adopt = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.adopt))

    @property
    def outputs(self) -> dict[nengo.Node, np.ndarray]:
        """Outputs of the input nodes at the last step, ``(batch, size)``; empty at first."""
        return self._parts.probes.outputs

    @property
    def recorded(self) -> dict[nengo.Probe, int]:
        """Number of samples that each probe has recorded."""
        return self._parts.probes.recorded

    limit_recorded = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.limit_recorded))
    recorded_bytes = delegate(lambda parts: parts.probes, DynamicProbes.recorded_bytes)
    recorded_samples = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.recorded_samples))
    call_hook, step_and_call = locking.call_hook, locking.step_and_call
    snapshot = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.snapshot))
    restore = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.restore))
    set_aside = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.set_aside))
    take_back = in_turn(delegate(lambda parts: parts.probes, DynamicProbes.take_back))

    @in_turn
    def reset(
        self,
        seed: int | None = None,
        include_trainable: bool = True,
        include_probes: bool = True,
        include_processes: bool = True,
    ) -> None:
        """Reset to the state before the first step.

        Args:
            seed: A new seed for processes; by default the old one, so that a run repeats exactly.
            include_trainable: Whether parameters get their built values back; the weights
                of TensorNodes are not touched.
            include_probes: Whether recorded data are forgotten.
            include_processes: Whether processes start again; otherwise they go on.
        """
        self._parts.simulation.check_open("reset")
        self._parts.simulation.rewind(seed, include_processes)
        if include_trainable:
            self._parts.parameters.reset()
        self.signals.forget_written()
        if include_probes:
            self.clear_probes()

    clear_probes = in_turn(delegate(lambda parts: parts.simulation, Simulation.clear_probes))

    # -- training

    @property
    def keras_model(self) -> NetworkModel:
        """The network as a ``keras.Model``."""
        return self._parts.trainer.keras_model

    @property
    def may_have_learned(self) -> bool:
        """Whether parameters may differ from those that were built: trained, loaded or saved."""
        return self._parts.parameters.may_differ

    compile = delegate(lambda parts: parts.trainer, Trainer.compile)
    fit = one_sentence(
        "training was stopped; what was learned so far is kept, and fit goes on from there."
    )(in_turn(delegate(lambda parts: parts.trainer, Trainer.fit)))
    evaluate = in_turn(delegate(lambda parts: parts.trainer, Trainer.evaluate))
    predict = in_turn(delegate(lambda parts: parts.predictor, Predictor.predict))

    predict_on_batch = in_turn(delegate(lambda parts: parts.predictor, Predictor.predict_on_batch))

    check_gradients = delegate(lambda parts: parts.gradients, GradientCheck.check_gradients)
    gradient_report = in_turn(delegate(lambda parts: parts.trainer, Trainer.gradient_report))
    train, loss, soft_reset = nengo_dl_2.train, nengo_dl_2.loss, nengo_dl_2.soft_reset
    if not TYPE_CHECKING:  # a type checker would take any name for an attribute
        __getattr__ = nengo_dl_2.find_attribute

    # -- parameters in files and in networks

    save_params = delegate(lambda parts: parts.parameter_io, ParameterIO.save_params)
    load_params = in_turn(delegate(lambda parts: parts.parameter_io, ParameterIO.load_params))
    get_nengo_params = delegate(lambda parts: parts.parameter_io, ParameterIO.get_nengo_params)
    freeze_params = delegate(lambda parts: parts.parameter_io, ParameterIO.freeze_params)

    # -- ending and pickling

    when_closed = delegate(lambda parts: parts.simulation, Simulation.when_closed)
    close = in_turn(delegate(lambda parts: parts.simulation, Simulation.close))

    def __enter__(self) -> Self:
        if self.closed:
            raise SimulatorClosed("Cannot re-open: the simulator is closed.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "closed", True):
            warnings.warn(
                f"Simulator with model={self.model} was deallocated while open. Please close "
                "simulators manually to ensure resources are properly freed.",
                ResourceWarning,
                stacklevel=2,
            )

    def __getstate__(self) -> dict[str, Any]:
        self.signals.write_back()
        return pickling.state_of(self, self._parts.simulation)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.progress_bar, self.optimize = state["progress_bar"], state["optimize"]
        simulation = pickling.make_simulation(state)
        self._start(simulation)
        pickling.go_on(simulation, state)
