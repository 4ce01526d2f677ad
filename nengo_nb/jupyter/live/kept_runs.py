"""Runs that a fork or a reset of a live run has ended, kept to be drawn under the present one."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import nengo
import numpy as np

from nengo_nb.jupyter.protocol.runs import RunInfo

from .history import History, steps_between

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

MOST_RUNS = 40
"""Largest number of kept runs."""

MOST_SHOWN = 4
"""Largest number of kept runs that are drawn: as many patterns of dashes can be told apart."""

MOST_SWEPT = 20
"""Largest number of values of a sweep, and of runs of sweeps that are drawn."""

LONGEST_NAME = 60
"""Largest number of characters of a name, which has its place in a list and in legends."""


@dataclass(frozen=True)
class KeptRun:
    """Samples of a run that is over.

    Args:
        id: Name of it in messages.
        name: Name of it for viewers.
        begin: Number of the step that it parted from the next run at; 0 for a whole run.
        end: Number of its last step.
        dt: Length of a step, in seconds.
        branch: Number of times that the simulation had gone back before.
        samples: Samples of each probe after ``begin``, and one before, ``(batch, samples, ...)``.
        nbytes: Bytes of the arrays that hold them.
        place: Its place among the runs that are drawn, which has a pattern of dashes; None where it
            is not drawn.
        level: Of a run of a sweep, where its value is from the lowest, 0, to the highest one, 1.
    """

    id: str
    name: str
    begin: int
    end: int
    dt: float
    branch: int
    samples: Mapping[nengo.Probe, np.ndarray] = field(repr=False)
    nbytes: int
    place: int | None = None
    level: float | None = None

    def history(self, probe: nengo.Probe, item: int) -> History | None:
        """Return the samples of a probe, of one item of the minibatch; None without any."""
        samples = self.samples.get(probe)
        if samples is None:
            return None
        values = samples[item]
        every = steps_between(probe, self.dt)
        return History(values.reshape(len(values), -1), self.end, every, self.dt)

    def info(self) -> RunInfo:
        """Return the run as a message."""
        begin, end = self.begin * self.dt, self.end * self.dt
        return RunInfo(
            id=self.id, name=self.name, begin=begin, end=end, place=self.place, level=self.level
        )


class KeptRuns:
    """Kept runs of one live run, the oldest first.

    The run's thread adds them, and messages of pages change them on any thread: the tuple is
    replaced as a whole, so that a reader needs no lock.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._runs: tuple[KeptRun, ...] = ()
        self._count = 0
        self.forgotten = ""
        """Sentence on runs that a limit has cost, until one is deleted by hand; empty for none."""

    @property
    def runs(self) -> tuple[KeptRun, ...]:
        """The runs, the oldest first."""
        return self._runs

    @property
    def shown(self) -> tuple[KeptRun, ...]:
        """The runs that are drawn, the oldest first."""
        return tuple(run for run in self._runs if run.place is not None)

    @property
    def latest(self) -> float:
        """Simulated time at which the longest run that is drawn ends, in seconds; 0 for none."""
        return max((run.end * run.dt for run in self.shown), default=0.0)

    @property
    def nbytes(self) -> int:
        """Bytes of the samples of all of them."""
        return sum(run.nbytes for run in self._runs)

    def keep(self, sim: Simulator, begin: int, branch: int) -> None:
        """Keep what a going back is about to drop, and draw it.

        A run that goes back twice without a step in between is one run.

        Args:
            sim: The simulator, before it goes back.
            begin: Number of the step that it goes back to.
            branch: Number of times that it went back before.
        """
        end, recorded = sim.recorded_samples()
        samples, nbytes = _tails(recorded, begin, end, sim.dt)
        if not samples:
            return
        with self._changing:
            newest = self._runs[-1] if self._runs else None
            # Of the same branch where it goes back twice between two chunks.
            is_one = newest is not None and newest.begin == end and branch - newest.branch <= 1
            # Runs of a sweep are their own.
            if newest is not None and is_one and newest.level is None:
                self._runs = (*self._runs[:-1], _joined(newest, samples, begin, branch))
                return
            self._count += 1
            number = f"{self._count}"
            run = KeptRun(number, f"run {number}", begin, end, sim.dt, branch, samples, nbytes)
            self._runs = _with_place((*self._runs, run), number)

    def keep_value(self, sim: Simulator, begin: int, branch: int, name: str, level: float) -> None:
        """Keep the run of one value of a sweep, and draw it.

        Args:
            sim: The simulator at the end of the run.
            begin: Number of the step that it began at.
            branch: Number of times that the simulation went back before.
            name: Name of it.
            level: Where the value is from the lowest, 0, to the highest one, 1.
        """
        end, recorded = sim.recorded_samples()
        samples, nbytes = _tails(recorded, begin, end, sim.dt)
        with self._changing:
            self._count += 1
            number, words = f"{self._count}", f"{_as_line(name)}"[-LONGEST_NAME:]
            run = KeptRun(number, words, begin, end, sim.dt, branch, samples, nbytes, None, level)
            self._runs = _with_place((*self._runs, run), number)

    def hide_swept(self) -> None:
        """Draw no run of a sweep any more, as those of another one come."""
        with self._changing:
            self._runs = tuple(
                run if run.level is None else replace(run, place=None) for run in self._runs
            )

    def limit(self, most_bytes: float, megabytes: float) -> None:
        """Forget the oldest runs until they take no more memory than they may.

        Args:
            most_bytes: Bytes that they may take.
            megabytes: What all samples may take, for the sentence that says so.
        """
        with self._changing:
            left = self._runs[-MOST_RUNS:]
            reason = f"no more than {MOST_RUNS} runs are kept"
            while left and sum(run.nbytes for run in left) > most_bytes:
                left = left[1:]
                reason = f"the samples of all runs may take {megabytes:g} MB"
            gone = [f"“{run.name}”" for run in self._runs[: len(self._runs) - len(left)]]
            if gone:
                names = ", ".join(gone)
                verb = "was" if len(gone) == 1 else "were"
                self.forgotten = f"{names} {verb} forgotten, as {reason}."
                self._runs = left

    def show(self, run_id: str, shown: bool) -> None:
        """Draw a run, or do not; beyond ``MOST_SHOWN``, of sweeps ``MOST_SWEPT``, the oldest one is
        hidden.

        Raises:
            ValueError: It is gone.
        """
        if shown:
            self._change(run_id, lambda runs: _with_place(runs, run_id))
        else:
            self._change(run_id, lambda runs: _placed(runs, run_id, None))

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name.

        Raises:
            ValueError: It is gone, or the name is empty or too long or cannot be written.
        """
        words = " ".join(name.split())
        if not words:
            raise ValueError("a run needs a name")
        if words != _as_line(words):
            raise ValueError("the name of a run is one line of text")
        if len(words) > LONGEST_NAME:
            raise ValueError(f"the name of a run has at most {LONGEST_NAME} characters")
        self._change(
            run_id,
            lambda runs: tuple(
                replace(run, name=words) if run.id == run_id else run for run in runs
            ),
        )

    def forget(self, run_id: str) -> None:
        """Delete a run.

        Raises:
            ValueError: It is gone.
        """
        self._change(run_id, lambda runs: tuple(run for run in runs if run.id != run_id))
        self.forgotten = ""

    def clear(self) -> None:
        """Delete all runs."""
        with self._changing:
            self._runs = ()

    def _change(
        self, run_id: str, change: Callable[[tuple[KeptRun, ...]], tuple[KeptRun, ...]]
    ) -> None:
        with self._changing:
            if all(run.id != run_id for run in self._runs):
                raise ValueError("this run is gone")
            self._runs = change(self._runs)


def histories_of(
    runs: Sequence[KeptRun], probe: nengo.Probe | None, item: int
) -> list[tuple[KeptRun, History]]:
    """Return the runs that have samples of a probe, with these.

    Args:
        runs: The runs.
        probe: The probe; None where nothing records it yet.
        item: Item of the minibatch.
    """
    if probe is None:
        return []
    found = [(run, run.history(probe, item)) for run in runs]
    return [(run, history) for run, history in found if history is not None]


def _as_line(text: str) -> str:
    """Return a text without what cannot be written in a line."""
    # Half a surrogate pair would break every frame from here on, as UTF-8 has none.
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))


def _placed(runs: tuple[KeptRun, ...], run_id: str, place: int | None) -> tuple[KeptRun, ...]:
    """Return the runs with another place of one of them."""
    return tuple(replace(run, place=place) if run.id == run_id else run for run in runs)


def _with_place(runs: tuple[KeptRun, ...], run_id: str) -> tuple[KeptRun, ...]:
    """Return the runs with a place for one of them, which the oldest drawn one may have to leave.

    The others keep theirs, as dashes that change could not be read.
    """
    is_swept = next(run.level is not None for run in runs if run.id == run_id)
    # Runs of sweeps and others have places of their own.
    drawn = [run for run in runs if run.place is not None and (run.level is not None) == is_swept]
    if any(run.id == run_id for run in drawn):
        return runs
    most = MOST_SWEPT if is_swept else MOST_SHOWN
    if len(drawn) == most:
        runs, drawn = _placed(runs, drawn[0].id, None), drawn[1:]
    free = set(range(most)) - {run.place for run in drawn}
    return _placed(runs, run_id, min(free))


def _tails(
    recorded: Mapping[nengo.Probe, np.ndarray], begin: int, end: int, dt: float
) -> tuple[dict[nengo.Probe, np.ndarray], int]:
    """Return the samples after a step, where there are any, and the bytes that keeping them takes.

    Args:
        recorded: Samples of each probe, ``(batch, samples, ...)``.
        begin: Number of the step.
        end: Number of the last step.
        dt: Length of a step, in seconds.
    """
    tails, nbytes = {}, 0
    for probe, whole in recorded.items():
        every = steps_between(probe, dt)
        count = int(end / every) - int(begin / every)
        if count <= 0:
            continue
        # With the sample before, a line begins on that of the run that it parted from.
        tail = whole[:, -min(count + 1, whole.shape[1]) :]
        # A part keeps the memory of the whole: only a small one is worth a copy.
        if 2 * tail.nbytes < whole.nbytes:
            tail = tail.copy()
            tail.setflags(write=False)
            nbytes += tail.nbytes
        else:
            nbytes += whole.nbytes
        tails[probe] = tail
    return tails, nbytes


def _joined(
    run: KeptRun, earlier: Mapping[nengo.Probe, np.ndarray], begin: int, branch: int
) -> KeptRun:
    """Return a run with the samples before it, which are from the same past.

    Args:
        run: The run.
        earlier: Samples of each probe up to its begin, ``(batch, samples, ...)``.
        begin: Number of the step before the first of them.
        branch: Number of times that the simulation had gone back.
    """
    samples = dict(run.samples)
    for probe, before in earlier.items():
        after = samples.get(probe)
        if after is None:
            continue
        every = steps_between(probe, run.dt)
        # Samples are numbered from the start of the run; those that both have are left out once.
        first = int(run.end / every) - after.shape[1]
        after = after[:, max(int(run.begin / every) - first, 0) :]
        samples[probe] = np.concatenate([before, after], axis=1)
        samples[probe].setflags(write=False)
    nbytes = sum(array.nbytes for array in samples.values())
    return replace(run, begin=begin, branch=branch, samples=samples, nbytes=nbytes)
