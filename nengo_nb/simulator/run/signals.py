"""``sim.signals``: the values of Nengo's signals between two steps, as arrays to read and to write.

In Nengo they are the arrays that run. Here a compiled program has arrays of its own, so each signal
that is asked for has one mirror array: values written to it are handed to the program before the
next chunk, and after each chunk it shows the values that the program reached.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from nengo.builder import Model, Signal
from nengo.transforms import SparseMatrix

from nengo_nb.engine.executor import Chunk

from .observed_signals import refuse, take_observed
from .signal_memory import Memory, refuse_constant

if TYPE_CHECKING:
    from .runner import Runner


class SignalValues(Mapping):
    """Mapping from Nengo's signals to their present values; with a minibatch, its axis comes first.

    An array stays the same object for as long as it is held. Its elements may be written, at any
    time between two steps, as in Nengo: those of a signal that is read-only there after
    ``array.setflags(write=True)``.

    Args:
        model: The built model.
        runner: Returns the machine that runs the model now.
        replay: Recomputes the value of a signal at the last step, where that was not kept.
        minibatch_size: Number of minibatch items, or None.
    """

    def __init__(
        self,
        model: Model,
        runner: Callable[[], Runner],
        replay: Callable[[Signal], np.ndarray],
        minibatch_size: int | None,
    ) -> None:
        self._model = model
        self._runner = runner
        self._replay = replay
        self._minibatch_size = minibatch_size
        # Iterated over as a list: another thread may ask for a signal while a run is prepared.
        self._shared: dict[Signal, Shared] = {}
        self._asked_first: dict[Signal, None] = {}
        """Signals that were asked for before the first step; every run keeps them from then on."""
        self.running: Mapping[Signal, np.ndarray] | None = None
        """Arrays of a run by Nengo's own steps, while there is one; else None."""
        self.unknown: Collection[Signal] = ()
        """Signals whose values such a run does not have."""

    def _known(self) -> dict[Signal, None]:
        """Return all signals as an ordered set, each base before its views."""
        signals: dict[Signal, None] = {}
        for op in self._model.operators:
            for signal in op.all_signals:
                signals.setdefault(signal.base)
                signals.setdefault(signal)
        return signals

    def __getitem__(self, signal: Signal) -> np.ndarray:
        runner = self._runner()
        runner.refuse_inside("sim.signals")
        base = getattr(signal, "base", None)
        if base is None or (base not in self._shared and base not in self._known()):
            raise KeyError(signal)
        if base.sparse:
            return sparse_array(base)
        shared = self._shared.get(base)
        # Nengo's own steps work on the very arrays that are handed out; there is nothing to mirror.
        if self.running is not None:
            if base in self.unknown:
                raise refuse(self._model, base)
            if shared is None:
                shared = self._shared[base] = Shared(base, self.running[base])
                shared.array = self.running[base]
            return shared.view(signal)
        # A written array is shown as it is until the program has taken it over.
        if shared is None or not shared.is_written():
            value = self._value(runner.memory, base)
            if not runner.state.n_steps:
                self._asked_first[base] = None
            if shared is None:
                shared = self._shared[base] = Shared(base, value)
            else:
                shared.show(value)
        return shared.view(signal)

    def __setitem__(self, signal: Signal, value: object) -> None:
        """Write all elements of a signal, also of one that is read-only in Nengo."""
        view = self[signal]
        if not isinstance(view, np.ndarray):
            raise refuse_constant(self._model, signal)
        writeable = view.flags.writeable
        # NumPy allows it, as the memory belongs to a writeable array.
        view.setflags(write=True)
        view[...] = value
        view.setflags(write=writeable)

    def __iter__(self) -> Iterator[Signal]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def __contains__(self, signal: object) -> bool:
        return signal in self._known()

    def __repr__(self) -> str:
        return f"<sim.signals: {len(self)} signals>"

    def _value(self, memory: Memory, base: Signal) -> np.ndarray:
        """Return the present value of a signal; without a minibatch, without batch axis.

        Raises:
            SimulationError: That was not kept.
        """
        if memory.is_folded(base):
            raise refuse(self._model, base)
        value = memory.get(base)
        return self._without_batch(self._replay(base) if value is None else value)

    def _without_batch(self, array: np.ndarray) -> np.ndarray:
        return array[0] if self._minibatch_size is None else array

    def _with_batch(self, array: np.ndarray) -> np.ndarray:
        return array[np.newaxis] if self._minibatch_size is None else array

    # -- during a run by Nengo's own steps

    @property
    def are_asked_for(self) -> bool:
        """Whether any signal was asked for, so that there may be something to hand on."""
        return bool(self._shared or self._asked_first)

    @property
    def are_shared(self) -> bool:
        """Whether any array was handed out."""
        return bool(self._shared)

    def is_written(self, base: Signal) -> bool:
        """Whether a signal was written to since the program last saw its array."""
        return base in self._shared and self._shared[base].is_written()

    def take_written(self, base: Signal) -> np.ndarray | None:
        """Return the values of a signal that was written to, which count as seen; else None."""
        if not self.is_written(base):
            return None
        shared = self._shared[base]
        shared.seen[...] = shared.array
        return shared.array

    def are_written(self) -> bool:
        """Whether any array was written to since the program last saw it."""
        return any(shared.is_written() for shared in list(self._shared.values()))

    def array_of(self, base: Signal) -> np.ndarray | None:
        """Return the array of a signal that was handed out; None if none was."""
        shared = self._shared.get(base)
        return None if shared is None else shared.array

    def are_in(self, arrays: Mapping[Signal, np.ndarray]) -> bool:
        """Whether all arrays that were handed out are among these."""
        return all(shared.array is arrays[base] for base, shared in list(self._shared.items()))

    def _of_python(self) -> dict[Signal, Shared]:
        """Return the handed-out arrays of signals that Python operations keep by themselves."""
        kept = self._runner().memory.python
        return {base: self._shared[base] for base in kept if base in self._shared}

    def write_to_python(self) -> None:
        """Hand written values of signals that Python operations keep to these operations."""
        written = {
            base: shared for base, shared in self._of_python().items() if shared.is_written()
        }
        self._runner().memory.set({b: self._with_batch(s.array) for b, s in written.items()})

    def show_python(self) -> None:
        """Update the arrays of signals that Python operations keep."""
        memory = self._runner().memory
        for base, shared in self._of_python().items():
            value = memory.get(base)
            if value is not None:
                shared.show(self._without_batch(value))

    def write_constants(self) -> None:
        """Hand written values of signals that no step changes to the program."""
        memory = self._runner().memory
        written = {
            b: s for b, s in list(self._shared.items()) if memory.is_given(b) and s.is_written()
        }
        memory.set({base: self._with_batch(shared.array) for base, shared in written.items()})

    # -- around a run

    @property
    def arrays(self) -> list[np.ndarray]:
        """All arrays that were handed out."""
        arrays: list[np.ndarray] = []
        for shared in list(self._shared.values()):
            arrays += (shared.array, *shared.views.values())
        return arrays

    def missing(self) -> list[Signal]:
        """Return the signals that were asked for and that the program does not keep."""
        memory = self._runner().memory
        return [
            base
            for base in self._asked_first | dict.fromkeys(self._shared)
            if not memory.is_kept(base)
        ]

    def written_filters(self) -> list[Signal]:
        """Return written states and outputs of filters, which are one number in a program."""
        if not self._shared:
            return []
        filters = self._runner().memory.filters
        both = {*filters, *filters.values()}
        return [
            base
            for base, shared in list(self._shared.items())
            if base in both and shared.is_written()
        ]

    def write_back(self, but: Collection[Signal] = ()) -> None:
        """Hand written values to the program, but those of some signals."""
        if not self._shared:
            return
        memory = self._runner().memory
        written = {
            base: s for base, s in list(self._shared.items()) if base not in but and s.is_written()
        }
        if written:
            memory.set({base: self._with_batch(s.array) for base, s in written.items()})
        for shared in written.values():
            shared.seen[...] = shared.array
        # ``list``: another thread may ask for a signal meanwhile and so change the dictionary.
        for base, shared in list(self._shared.items()):
            # An array that nobody refers to can be neither read nor written; it need not be kept up
            # to date.
            if base not in but and not shared.is_held():
                del self._shared[base]

    def take(self, runner: Runner, chunk: Chunk) -> None:
        """Update the arrays after a chunk; values that Python wrote meanwhile win."""
        # Even if no array is held: this takes observed signals out of the records to be committed.
        if runner.memory.observed:
            runner.memory.keep(take_observed(chunk))
        if self._shared:
            self.show()

    def show(self) -> None:
        """Update all arrays to the values of the program, except elements written since."""
        memory = self._runner().memory
        written: dict[Signal, np.ndarray] = {}
        for base, shared in list(self._shared.items()):
            value = memory.get(base)
            if value is None:
                continue
            mask = shared.written() if shared.is_written() else None
            if mask is not None:
                # Element by element: a function may clamp one neuron while the program moves on the
                # others.
                merged = np.array(self._without_batch(value), shared.array.dtype)
                merged[mask] = shared.array[mask]
                written[base] = self._with_batch(merged)
                value = written[base]
            shared.show(self._without_batch(value))
        if written:
            memory.set(written)

    def forget_written(self) -> None:
        """Update all arrays to the values of the program, and discard values written since."""
        memory = self._runner().memory
        for base, shared in list(self._shared.items()):
            value = memory.get(base)
            if value is not None:
                shared.show(self._without_batch(value))


def sparse_array(base: Signal) -> Any:
    """Return the values of a sparse signal, as ``nengo.Simulator`` has them."""
    weights = base.initial_value
    # Those of ``nengo.Sparse(..., init=matrix)`` may be SciPy's already.
    return weights.allocate() if isinstance(weights, SparseMatrix) else weights


class Shared:
    """Mirror array of one base signal.

    Args:
        base: The signal.
        value: Its present value.

    Attributes:
        array: The array that users may write to.
        seen: Values of the program, by which written elements are found.
        views: Arrays that were handed out, by signal.
    """

    def __init__(self, base: Signal, value: np.ndarray) -> None:
        self.base = base
        self.array = np.array(value, dtype=base.dtype, order="C")
        self.seen = self.array.copy()
        self.views: dict[Signal, np.ndarray] = {}

    def view(self, signal: Signal) -> np.ndarray:
        """Return the part of the array that a signal shows; for the base, all of it."""
        if signal not in self.views:
            batch = self.array.shape[: self.array.ndim - self.base.ndim]
            # A view of one item, repeated along the batch axis: one whole base signal further for
            # each item.
            stride = self.base.size * self.array.itemsize
            view: np.ndarray = np.ndarray(
                (*batch, *signal.shape),
                self.array.dtype,
                self.array,
                signal.elemoffset * self.array.itemsize,
                (*(stride for _ in batch), *(n * self.array.itemsize for n in signal.elemstrides)),
            )
            view.setflags(write=not signal.readonly)
            self.views[signal] = view
        return self.views[signal]

    def show(self, value: np.ndarray) -> None:
        """Update the array to a value of the program."""
        self.array[...] = value
        self.seen[...] = self.array

    def is_written(self) -> bool:
        """Whether any element was written."""
        # NaN is equal to itself here, or a signal that holds NaN would count as written for ever.
        return not np.array_equal(self.array, self.seen, equal_nan=True)

    def written(self) -> np.ndarray:
        """Return a mask of the written elements."""
        is_nan = np.isnan(self.array) & np.isnan(self.seen)
        return np.asarray((self.array != self.seen) & ~is_nan)

    def is_held(self) -> bool:
        """Whether references outside could still write to the array or its views."""
        mine = 2  # the dictionary or the attribute, and the argument
        in_loop = any(sys.getrefcount(view) > mine + 1 for view in self.views.values())
        return in_loop or sys.getrefcount(self.array) > mine + len(self.views)
