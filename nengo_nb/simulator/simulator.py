"""``nengo_nb.Simulator``: the public interface to a running network."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from threading import RLock
from types import TracebackType
from typing import Any, Self, Unpack

import nengo
import numpy as np
from nengo.builder import Model, Operator, Signal
from nengo.exceptions import ReadonlyError, SimulatorClosed, ValidationError
from nengo.utils.numpy import maxint
from nengo.utils.progress import Progress, ProgressBar

from nengo_nb.engine.devices import check_device
from nengo_nb.engine.executor import Chunk
from nengo_nb.plan.program import Plan
from nengo_nb.progress import Phase, PhaseProgress
from nengo_nb.settings import get_setting

from .argument_checks import checked_size, checked_steps, warn_without_effect
from .progress import track
from .record.data import SimulationData
from .record.recording import new_recordings
from .run import pickling
from .run.arguments import RunArguments, wait_for
from .run.explain import explain
from .run.feeds import Feeds
from .run.function_access import Inspecting
from .run.interrupt import Interruptible
from .run.locking import in_turn
from .run.planning import new_model, plan_model
from .run.profile import profile
from .run.runner import Runner
from .run.signals import SignalValues


class Simulator(Inspecting):
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
            functions without a connection between them are called, and in which processes without a
            seed (``noise=WhiteNoise()``, say) get theirs, is that of
            ``nengo.Simulator(..., optimize=False)``. With ``optimize=True``, Nengo's own order
            differs from one run of a script to the next; ``seed=`` of a process gives the same
            noise in all of them.

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
        # Until it is built: ``__del__`` warns of open simulators, but not after a failed build.
        self.closed = True
        self.progress_bar = progress_bar
        self.optimize = optimize
        self.minibatch_size = checked_size("minibatch_size", minibatch_size)
        self.device = check_device(device)
        checked_size("unroll_simulation", unroll_simulation)
        warn_without_effect(unroll_simulation, network, dt, model)
        self.model = new_model(network, dt) if model is None else model
        with track(progress_bar, PhaseProgress(Phase.BUILDING), self.dt) as tracker:
            if network is not None:
                with np.errstate(divide="ignore"):  # Nengo divides by the gain of silent neurons
                    self.model.build(network, progress=tracker.begin(Phase.BUILDING))
            plan = plan_model(self.model, self.minibatch_size, self.device)
        if seed is None:
            # Nengo's rule, so that the same network gets the same noise from both simulators.
            own = None if network is None else network.seed
            seed = np.random.randint(maxint) if own is None else own + 1
        self.seed = seed
        self._start(plan)

    def _start(self, plan: Plan) -> None:
        """Create the parts that follow from the plan: runner, signals, recordings and data."""
        self._turn = RLock()
        self._when_closed: list[Callable[[], None]] = []
        network = self.model.toplevel
        self.dtype = "float32" if network is None else get_setting(network, "dtype")
        self._keeps_state = network is None or get_setting(network, "stateful")
        # By a function, as ``watch`` and ``sim.signals`` replace the runner by a wider one.
        self.signals = SignalValues(
            self.model, lambda: self._runner, self._replayed, self.minibatch_size
        )
        self._runner = self._new_runner(self.model, plan)
        self._recordings = new_recordings(self.model, self.model.probes, self.dtype)
        self.data = SimulationData(
            self.model, self._recordings, self._current, self._trained_arrays, self.minibatch_size
        )
        self.closed = False

    def _new_runner(self, model: Model, plan: Plan) -> Runner:
        runner = Runner(model, plan, self.minibatch_size or 1, self.dtype, self.device, self.seed)
        runner.signals = self.signals
        return runner

    def _current(self, signal: Signal) -> np.ndarray | None:
        return self._runner.current(signal)

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
        self._runner.refuse_inside("the number of steps or the time")
        return self._runner.state.n_steps

    @property
    def time(self) -> float:
        """Simulated time so far, in seconds."""
        return self.n_steps * self.dt

    @property
    def plan(self) -> Plan:
        """Stages of a step, and the operations of each."""
        return self._runner.plan

    @property
    def step_order(self) -> list[Operator]:
        """Nengo's operators, in the order of a step."""
        return list(self._runner.order)

    @property
    def steps_per_second(self) -> float | None:
        """Speed of the last chunk, in steps per second of wall time; None before the first run."""
        return self._runner.steps_per_second

    @property
    def parameter_count(self) -> int:
        """Number of constants (weights, biases, encoders, ...) the program holds."""
        return self._runner.parameter_count()

    def explain(self) -> str:
        """Return the stages of a step (compiled, looped, Python) and compile time, as a table."""
        return explain(self._runner)

    def profile(self, n_steps: int = 1000) -> str:
        """Return measured microseconds per step of stages and groups; the state stays as it is."""
        self._check_open("profile")
        n_steps = checked_steps(n_steps)
        self._runner.start_compiling().result()
        return profile(self._runner, n_steps)

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
            ValidationError: The time is negative or not a number.
        """
        if not np.isfinite(time_in_seconds) or time_in_seconds < 0:
            raise ValidationError(
                f"Must be positive (got {time_in_seconds:g})", attr="time_in_seconds"
            )
        n_steps = round(float(time_in_seconds) / self.dt) if self.dt else 0
        if n_steps == 0:
            warnings.warn(
                f"{time_in_seconds} results in running for 0 timesteps. Simulator still at time "
                f"{self.time}.",
                stacklevel=2,
            )
            return
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
            data: For each input node (or its label) that is fed, ``(batch, n_steps, size)``.
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
        self._check_open("run")
        n_steps = checked_steps(n_steps)
        goes_on = stateful and self._keeps_state
        # A subclass may pace or log steps in a ``step`` of its own, which calls this method.
        if not self._in_step and getattr(self.step, "__func__", None) is not Simulator.step:
            self._run_by_steps(n_steps, data, progress_bar, goes_on)
            return
        self._prepare_run(n_steps)
        feeds = Feeds(self.plan.graph.feedable, data, n_steps, self.minibatch_size or 1, self.dtype)
        runner = self._runner
        # The moment is an immutable value; only Python operations have memory of their own.
        here = None if goes_on else (runner.state, runner.get_state())
        progress = PhaseProgress(Phase.SIMULATING, n_steps)
        bar = self.progress_bar if progress_bar is None else progress_bar
        try:
            with track(bar, progress, self.dt) as tracker:
                # Compiled in another thread: XLA would hold back an interrupt until it is done.
                compiling = self._start_compiling()
                if not compiling.done():
                    with tracker.begin(Phase.COMPILING):
                        wait_for(compiling)
                # Raises what went wrong while compiling.
                compiling.result()
                self._run(n_steps, feeds, progress)
        finally:
            if here is not None:
                self._return_to(*here)

    def _run(self, n_steps: int, feeds: Feeds, progress: Progress) -> None:
        """Run chunk after chunk, until done or interrupted."""

        def commit(first: int, chunk: Chunk) -> None:
            for probe, values in chunk.records.items():
                self._recordings[probe].extend(first, values)
            progress.step(chunk.count)

        with Interruptible() as interrupt:
            self._run_chunks(
                n_steps, feeds.window, commit, lambda: interrupt.requested, interrupt.is_overdue
            )
            interrupt.check()

    def _check_open(self, what: str) -> None:
        if self.closed:
            raise SimulatorClosed(f"Simulator cannot {what} because it is closed.")

    # -- going back, and ending

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
        self._check_open("reset")
        if seed is not None:
            self.seed = seed
        self._rng = None
        # First, as what was written to read-only signals outlives a reset, as in Nengo.
        self.signals.write_back()
        self._runner.rewind(self.seed if include_processes else None)
        if include_trainable:
            self._forget_training()
        self.signals.forget_written()
        if include_probes:
            self.clear_probes()

    @in_turn
    def clear_probes(self) -> None:
        """Discard the data of all probes."""
        for recording in self._recordings.values():
            recording.clear()

    def trange(self, dt: float | None = None, sample_every: float | None = None) -> np.ndarray:
        """The times of the recorded samples, in seconds; the first is ``dt``.

        Args:
            dt: Deprecated name of ``sample_every``.
            sample_every: The sampling period, in seconds; by default every step.
        """
        if dt is not None:
            if sample_every is not None:
                raise ValidationError(
                    "Cannot specify both `dt` and `sample_every`.", attr="dt", obj=self
                )
            warnings.warn(
                "`dt` is deprecated. Use `sample_every` instead.", DeprecationWarning, stacklevel=2
            )
            sample_every = dt
        period = 1 if sample_every is None else sample_every / self.dt
        steps = np.arange(1, self.n_steps + 1)
        # Nengo's own formula: ``sample_every`` need not be a multiple of ``dt``.
        return self.dt * steps[steps % period < 1]

    @in_turn
    def close(self) -> None:
        """Free the compiled programs. Recorded data and learned values stay."""
        if not self.closed:
            self.closed = True
            self._runner.release()
            for call in self._when_closed:
                call()

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
                "simulators manually "
                "to ensure resources are properly freed.",
                ResourceWarning,
                stacklevel=2,
            )

    # -- pickling

    def __getstate__(self) -> dict[str, Any]:
        self.signals.write_back()
        return pickling.state_of(self, self._runner, self._recordings)

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name in pickling.ARGUMENTS:
            setattr(self, name, state[name])
        self._start(plan_model(self.model, self.minibatch_size, self.device))
        if state["observed"]:
            self._observe(state["observed"])
        pickling.go_on(self._runner, self._recordings, state)
        if state["closed"]:
            self.close()
