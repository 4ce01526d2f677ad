"""Probe data, appended chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from nengo import Probe
from nengo.builder import Model

from .growable_array import Room
from .sampling import Samples, samples_of


class Recording:
    """The samples of one probe.

    Args:
        shape: Shape of one sample, without batch axis.
        dtype: Floating-point type of the samples.
        chosen: Which steps are recorded.
    """

    def __init__(self, shape: Sequence[int], dtype: str, chosen: Samples) -> None:
        self.shape = tuple(shape)
        self.dtype = dtype
        self.chosen = chosen
        self._room: Room | None = None
        self.dropped = 0
        """Number of samples before the first one that were dropped to save memory."""

    @property
    def samples(self) -> np.ndarray | None:
        """All samples, ``(samples, batch, size)``, without a copy; None before the first.

        Samples are never overwritten, so that another thread may read them while the
        simulation runs.
        """
        # Read once: another thread may replace it between a test and a use.
        room = self._room
        return None if room is None else room.samples

    @property
    def version(self) -> tuple[object, int]:
        """Key of a cache: it differs whenever the samples do."""
        return self._room, len(self)

    def extend(self, first: int, values: np.ndarray) -> None:
        """Add a chunk.

        Args:
            first: Number of the chunk's first step.
            values: The probed signal at each step, ``(steps, batch, size)``.
        """
        if not self.chosen.are_all:
            values = values[self.chosen.steps(len(values), first)]
        if not len(values):
            return
        if self.chosen.last_only:
            self.clear()
        self.append(values)

    def append(self, values: np.ndarray) -> None:
        """Add samples."""
        if self._room is None:
            self._room = Room(values, self.dtype)
        else:
            self._room.append(values)

    def clear(self) -> None:
        """Forget all samples."""
        self._room = None
        self.dropped = 0

    def set_aside(self) -> tuple[Room | None, int]:
        """Forget all samples, and return them for ``take_back``."""
        kept = self._room, self.dropped
        self.clear()
        return kept

    def take_back(self, kept: tuple[Room | None, int]) -> None:
        """Have the samples again that were set aside, in place of those there are."""
        self._room, self.dropped = kept

    def drop(self, count: int) -> None:
        """Forget the oldest samples; arrays that were handed out before stay as they are."""
        samples = self.samples
        if samples is not None and count > 0:
            self._room = Room(samples[count:], self.dtype)
            self.dropped += count

    @property
    def total(self) -> int:
        """Number of samples, with those that were dropped."""
        return self.dropped + len(self)

    @property
    def nbytes(self) -> int:
        """Bytes of all samples."""
        samples = self.samples
        return 0 if samples is None else samples.nbytes

    def truncate(self, total: int) -> None:
        """Forget all but the first samples; arrays that were handed out before stay as they are.

        Args:
            total: Number of samples to keep, with those that were dropped.
        """
        samples, length = self.samples, max(total - self.dropped, 0)
        if samples is not None and length < len(samples):
            # A copy, as samples that were handed out must never be overwritten.
            self._room = Room(samples[:length], self.dtype) if length else None
            self.dropped = min(self.dropped, total)

    def __len__(self) -> int:
        samples = self.samples
        return 0 if samples is None else len(samples)

    def array(self, minibatch_size: int | None) -> np.ndarray:
        """Return all samples, read-only: ``([minibatch_size,] samples, *shape)``.

        Args:
            minibatch_size: None drops the batch axis.
        """
        whole = self.samples
        if whole is None:
            empty = np.zeros(
                (0, *self.shape) if minibatch_size is None else (minibatch_size, 0, *self.shape)
            )
            return empty.astype(self.dtype)
        if minibatch_size is None:
            samples = whole.reshape((len(whole), *self.shape))
        else:
            samples = np.moveaxis(whole, 1, 0).reshape((minibatch_size, len(whole), *self.shape))
        samples = samples.view()
        samples.setflags(write=False)
        return samples


def new_recordings(model: Model, probes: Iterable[Probe], dtype: str) -> dict[Probe, Recording]:
    """Return an empty recording for each of some probes.

    Args:
        model: The built network; it has their signals, and their settings where it was built from a
            network.
        probes: The probes.
        dtype: ``"float32"`` or ``"float64"``.
    """
    chosen = samples_of(model, probes)
    return {
        probe: Recording(model.sig[probe]["in"].shape, dtype, samples)
        for probe, samples in chosen.items()
    }
