"""Sweep: the same run for each of a range of values of an input, kept as runs to compare."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_nb.jupyter.protocol.sweep import SweepInfo

from .history import steps_between
from .history_limit import HistoryLimit
from .kept_runs import MOST_SWEPT
from .overrides import LARGEST, Overrides

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator
    from nengo_nb.simulator.run.aside import Aside
    from nengo_nb.simulator.run.checkpoint import Snapshot

    from .run import LiveRun


@dataclass(frozen=True)
class SweepPlan:
    """Values of one dimension of an input node, each for a run of its own.

    Args:
        node: Name of the node.
        dimension: Index of the value that it puts out.
        label: Name of that.
        values: The values, in the order of the runs.
        n_steps: Number of steps of each run.
        from_now: Whether runs begin at the present state; otherwise they begin at a reset.
    """

    node: str
    dimension: int
    label: str
    values: tuple[float, ...]
    n_steps: int
    from_now: bool

    def level(self, number: int) -> float:
        """Return where a value is from the lowest, 0, to the highest one, 1."""
        low, high = min(self.values), max(self.values)
        return (self.values[number] - low) / (high - low)


def make_plan(
    overrides: Overrides,
    dt: float,
    node: str,
    dimension: int,
    values: Sequence[Any],
    seconds: Any,
    *,
    from_now: bool,
) -> SweepPlan:
    """Return the plan of a sweep.

    Args:
        overrides: Input nodes by name.
        dt: Length of a step, in seconds.
        node: Name of the node.
        dimension: Index of the value that it puts out.
        values: The values.
        seconds: Length of each run, in seconds.
        from_now: Whether runs begin at the present state; otherwise they begin at a reset.

    Raises:
        ValueError: There is no such node or dimension, or a number cannot be.
    """
    size = overrides.node(node).size_out
    if not 0 <= dimension < size:
        raise ValueError(
            f"{node} outputs {size} value{'s' if size > 1 else ''}, which are numbered from 0 to "
            f"{size - 1}: there is no {dimension}"
        )
    numbers = [_read_number(value, "a value of a sweep") for value in values]
    if len(set(numbers)) < 2:
        raise ValueError(
            "a sweep needs at least two values that differ: with one, all runs would be the same"
        )
    if len(set(numbers)) < len(numbers):
        raise ValueError("a sweep has each value once, as all runs of it would be the same")
    if len(numbers) > MOST_SWEPT:
        raise ValueError(
            f"a sweep has at most {MOST_SWEPT} values, as more curves cannot be told apart "
            f"(got {len(numbers)})"
        )
    length = _read_number(seconds, "the length of a sweep's runs, in seconds,")
    n_steps = round(length / dt)
    if n_steps < 1:
        raise ValueError(
            f"each run of a sweep lasts at least one step, {dt:g} s (got {length:g} s)"
        )
    label = node if size == 1 else f"{node}[{dimension}]"
    return SweepPlan(node, dimension, label, tuple(numbers), n_steps, from_now)


def spread(low: float | None, high: float | None, count: float | None) -> list[float]:
    """Return evenly spaced values from one to another.

    Raises:
        ValueError: One is no number, both are the same, or there are fewer than 3 or too many.
    """
    if low is None or high is None:
        raise ValueError("a sweep goes from one number to another: one of both is no number")
    if low == high:
        raise ValueError(
            f"a sweep goes from one number to another one, not from {low:g} to {high:g}"
        )
    if count is None or count != round(count) or not 3 <= count <= MOST_SWEPT:
        raise ValueError(f"a sweep has 3 to {MOST_SWEPT} values")
    first, last = (_read_number(value, "a value of a sweep") for value in (low, high))
    return [float(value) for value in np.linspace(first, last, int(count))]


def _read_number(value: Any, called: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not abs(number) <= LARGEST:  # neither is NaN
        raise ValueError(f"{called} is a finite number that float32 holds (got {value!r})")
    return number


def check_memory(plan: SweepPlan, sim: Simulator, limit: HistoryLimit) -> None:
    """Refuse a sweep whose runs take more memory than is left beside the present run.

    Args:
        plan: The plan.
        sim: The simulator.
        limit: Memory that all samples may take.

    Raises:
        ValueError: They take more, or nothing is recorded at all.
    """
    if not sim.recorded:
        raise ValueError("a sweep draws what is recorded, and nothing is: add a plot first")
    present = sim.recorded_bytes() / 1e6
    each = sum(_bytes_of(sim, probe, plan.n_steps) for probe in sim.recorded) / 1e6
    most = limit.megabytes
    if present + len(plan.values) * each <= most:
        return
    fitting = max(int((most - present) / each), 0)
    raise ValueError(
        f"{len(plan.values)} runs of {plan.n_steps * sim.dt:g} s take {len(plan.values) * each:.3g} "
        f"MB beside the {present:.3g} MB of the present run, and all may take {most:g} MB: "
        f"{fitting} would fit; '%nengo live NAME --history MB' allows more"
    )


def _bytes_of(sim: Simulator, probe: Any, n_steps: int) -> float:
    """Return the bytes of a probe's samples in some steps."""
    size = math.prod(sim.model.sig[probe]["in"].shape) * (sim.minibatch_size or 1)
    samples = math.ceil(n_steps / steps_between(probe, sim.dt))
    return float(samples * size * np.dtype(sim.dtype).itemsize)


class Sweep:
    """A sweep under way, on the thread of a live run.

    Args:
        plan: The plan.
        run: The run.
    """

    def __init__(self, plan: SweepPlan, run: LiveRun) -> None:
        self.plan = plan
        self._run = run
        self._aside: Aside | None = None
        self._start: Snapshot | None = None
        self._number = self._taken = 0

    @property
    def info(self) -> SweepInfo:
        """Progress, as a message."""
        # Read once, as the run's thread changes both.
        plan, number, taken = self.plan, self._number, self._taken
        count = len(plan.values)
        return SweepInfo(
            label=plan.label,
            value=plan.values[min(number, count - 1)],
            number=min(number + 1, count),
            count=count,
            done=min((number + taken / plan.n_steps) / count, 1.0),
        )

    def take_chunk(self, sim: Simulator) -> bool:
        """Take steps as fast as possible; keep the run of a value that is complete.

        Returns:
            Whether more are to follow.

        Raises:
            ValueError: A cell has used the simulator meanwhile, or there is too little memory.
        """
        start = self._start or self._begin(sim)
        if sim.n_steps != start.n_steps + self._taken:
            raise ValueError(
                "the sweep has ended, as a cell has run or reset the simulator meanwhile"
            )
        pacing, began = self._run.pacing, time.perf_counter()
        count = pacing.count(sim.steps_per_second, None)
        taken = self._run.take(sim, min(count, self.plan.n_steps - self._taken))
        self._taken += taken
        pacing.took(taken, None, began)
        if self._taken == self.plan.n_steps:
            self._keep(sim, start)
        self._limit_memory(sim)
        return self._number < len(self.plan.values)

    def end(self, sim: Simulator) -> None:
        """Take back the run that was set aside, whatever has happened since."""
        self._run.overrides.force(None)
        if self._aside is not None:
            sim.take_back(self._aside)

    def _begin(self, sim: Simulator) -> Snapshot:
        """Set the present run aside, and go to where all runs begin."""
        run = self._run
        # Asked again, as it may have run on since the sweep was asked for.
        check_memory(self.plan, sim, run.history_limit)
        run.kept_runs.hide_swept()
        self._aside = sim.set_aside()
        if not self.plan.from_now:
            sim.reset(include_trainable=False)
        self._start = sim.snapshot()
        run.jump()
        self._hold()
        return self._start

    def _hold(self) -> None:
        node, value = self.plan.node, self.plan.values[self._number]
        self._run.overrides.force((node, self.plan.dimension, value))

    def _keep(self, sim: Simulator, start: Snapshot) -> None:
        """Keep the run of a value, and go back for the next one."""
        plan, run, number = self.plan, self._run, self._number
        name = f"{plan.label} = {plan.values[number]:.6g}"
        run.kept_runs.keep_value(sim, start.n_steps, run.reached.branch, name, plan.level(number))
        self._number, self._taken = number + 1, 0
        sim.restore(start)
        run.jump()
        if self._number < len(plan.values):
            self._hold()

    def _limit_memory(self, sim: Simulator) -> None:
        """Forget the oldest kept runs where all samples take more than they may."""
        limit, aside = self._run.history_limit, self._aside
        present = sim.recorded_bytes() + (0 if aside is None else aside.nbytes)
        self._run.kept_runs.limit(1e6 * limit.megabytes - present, limit.megabytes)


def begin_sweep(
    run: LiveRun, node: str, dimension: int, values: Sequence[Any], seconds: Any, *, from_now: bool
) -> SweepPlan:
    """Begin a sweep of a live run; it goes on in the background.

    Args:
        run: The run.
        node: Name of the node.
        dimension: Index of the value that it puts out.
        values: The values.
        seconds: Length of each run, in seconds.
        from_now: Whether runs begin at the present state; otherwise they begin at a reset.

    Raises:
        ValueError: It cannot be like that, there is too little memory, or one is under way.
    """
    plan = make_plan(run.overrides, run.dt, node, dimension, values, seconds, from_now=from_now)
    check_memory(plan, run.require_simulator(), run.history_limit)
    run.begin_sweep(Sweep(plan, run))
    return plan
