"""A simulation: a built model, the runner that advances it, and what it has recorded.

The parts of a simulator (dynamic probes, parameters, training, ...) share one. The runner is
replaced by a wider one where more is recorded, so parts ask for it anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import RLock
from typing import Any

import numpy as np
from nengo.builder import Model, Signal
from nengo.builder.processes import SimProcess
from nengo.exceptions import SimulatorClosed

from nengo_nb.engine.executor import Executor
from nengo_nb.plan.program import Plan
from nengo_nb.settings import get_setting
from nengo_nb.simulator.record.recording import new_recordings

from .observed_signals import observing, refuse, replay, states_besides
from .planning import make_plan_of
from .runner import Runner
from .signals import SignalValues
from .sim_state import SimState
from .steppable import count_steps


class Simulation:
    """Model, runner, signals and recordings of one simulator.

    Args:
        model: The built model.
        plan: Its plan.
        minibatch_size: Number of minibatch items; None for arrays without a batch axis.
        device: TensorFlow device, or None.
        seed: Seed of the processes.

    Attributes:
        runner: Advances the simulation now.
        recordings: Samples of each probe.
        numpy_steps: Number of steps from the first on that Nengo's own operators take.
        turn: Held by the thread that changes the simulation; see ``in_turn``.
        hook: The hook that the thread with the turn calls, in words; empty for none.
    """

    def __init__(
        self,
        model: Model,
        plan: Plan,
        minibatch_size: int | None = None,
        device: str | None = None,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.minibatch_size = minibatch_size
        self.batch = minibatch_size or 1
        self.device = device
        self.seed = seed
        network = model.toplevel
        self.dtype = "float32" if network is None else get_setting(network, "dtype")
        self.on_any_thread = network is not None and get_setting(network, "functions_on_any_thread")
        self.keeps_state = network is None or get_setting(network, "stateful")
        self.turn = RLock()
        self.hook = ""
        self.closed = False
        self._when_closed: dict[object, Callable[[], None]] = {}
        self._rng: tuple[int, np.random.RandomState] | None = None
        # By a function, as the runner is replaced.
        self.signals = SignalValues(model, lambda: self.runner, self.replayed, minibatch_size)
        self.runner = self.make_runner(model, plan)
        # Of the first runner, as a wider one for the same network must not change it.
        self.numpy_steps = count_steps(self.runner, minibatch_size)
        self.recordings = new_recordings(model, model.probes, self.dtype)

    def make_runner(self, model: Model, plan: Plan | None = None) -> Runner:
        """Return a runner at the first step for this model, or for a wider copy of it."""
        plan = plan or make_plan_of(model, self.minibatch_size, self.runner.executor.device)
        executor = Executor(plan, self.batch, self.dtype, self.device, self.on_any_thread)
        runner = Runner(model, executor, self.seed)
        runner.signals = self.signals
        return runner

    def replace_runner(self, runner: Runner) -> None:
        """Continue from the present state with another runner for the same network."""
        runner.adopt_state(self.runner)
        self.runner.executor.release()
        self.runner = runner

    def current(self, signal: Signal) -> np.ndarray | None:
        """Return the value of a state between steps, ``(batch, *shape)``; else None."""
        return self.runner.current(signal)

    @property
    def rng(self) -> np.random.RandomState:
        """Generator that seeded the processes, in the state that Nengo's simulator leaves."""
        if self._rng is None or self._rng[0] != self.seed:
            # Nengo draws one seed per process when it makes its steps; drawing as many leaves the
            # generator in the same state.
            rng = np.random.RandomState(self.seed)
            for op in self.runner.order:
                if isinstance(op, SimProcess):
                    op.process.get_rng(rng)
            self._rng = self.seed, rng
        return self._rng[1]

    # -- signals that the plan does not keep

    def observe(self, signals: list[Signal]) -> None:
        """Replace the runner by one whose plan keeps more signals.

        Raises:
            SimulationError: A signal depends on states that were not computed so far.
        """
        memory = self.runner.memory
        runner = self.make_runner(observing(self.model, [*memory.observed, *signals]))
        more = states_besides(runner.plan, self.runner.homes)
        values = {signal: memory.get(signal) for signal in more}
        # Before compiling: a state that nothing carried cannot be made up in the middle of a run.
        if any(value is None for value in values.values()):
            raise refuse(self.model, signals[0])
        # Made ready before it takes over, so that an error leaves the present runner as it is.
        runner.start_compiling().result()
        self.replace_runner(runner)
        runner.memory.set({signal: value for signal, value in values.items() if value is not None})

    def replayed(self, signal: Signal) -> np.ndarray:
        """Recompute the value of an unobserved signal at the last step, ``(batch, *shape)``.

        Raises:
            SimulationError: That cannot be computed again.
        """
        runner = self.runner
        recent = runner.memory.recent
        # The last chunk is of use only if nothing has replaced the states since, as ``reset`` does.
        if signal in runner.homes or recent is None or recent.state is not runner.state:
            raise refuse(self.model, signal)
        value = replay(self.model, runner, recent, signal)
        runner.memory.keep({signal: value})
        return value.reshape(runner.batch, *signal.shape)

    # -- going back, and ending

    def return_to(self, state: SimState, memory: Mapping[int, Any]) -> None:
        """Return to an earlier state, after a run with ``stateful=False``; its data stay."""
        self.runner.state = state
        self.runner.set_state(memory)
        self.signals.forget_written()

    def rewind(self, seed: int | None, include_processes: bool) -> None:
        """Go back to before the first step; parameters and recorded data stay.

        Args:
            seed: A new seed for processes, or None for the present one.
            include_processes: Whether processes start again.
        """
        if seed is not None:
            self.seed = seed
        self._rng = None
        # First, as what was written to read-only signals outlives a reset, as in Nengo.
        self.signals.write_back()
        self.runner.rewind(self.seed if include_processes else None)

    def clear_probes(self) -> None:
        """Discard the data of all probes."""
        for recording in self.recordings.values():
            recording.clear()

    def check_open(self, what: str) -> None:
        """Refuse what a closed simulator cannot do.

        Raises:
            SimulatorClosed: It is closed.
        """
        if self.closed:
            raise SimulatorClosed(f"Simulator cannot {what} because it is closed.")

    def when_closed(self, call: Callable[[], None]) -> Callable[[], None]:
        """Register a function to be called when the simulator is closed.

        Returns:
            A function that takes it back. It holds nothing of the simulator.
        """
        calls, key = self._when_closed, object()
        calls[key] = call

        def take_back() -> None:
            calls.pop(key, None)

        return take_back

    def close(self) -> None:
        """Free the compiled programs. Recorded data and learned values stay."""
        if not self.closed:
            self.closed = True
            self.runner.executor.release()
            for call in list(self._when_closed.values()):
                call()
