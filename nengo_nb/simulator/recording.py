"""What probes recorded, chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from nengo import Probe


class Recording:
    """The samples of one probe.

    Args:
        probe: The probe.
        shape: Shape of one sample, without batch axis.
        dtype: Floating-point type of the samples.
        dt: Length of a simulation step, in seconds.
        keep_history: Whether all samples are kept, or only the last one.
    """

    def __init__(self, probe: Probe, shape: Sequence[int], dtype: str, dt: float, keep_history: bool) -> None:
        self.probe = probe
        self.shape = tuple(shape)
        self.dtype = dtype
        self.dt = dt
        self.keep_history = keep_history
        self.parts: list[np.ndarray] = []

    def extend(self, first: int, values: np.ndarray) -> None:
        """Add a chunk.

        Args:
            first: Number of the chunk's first step.
            values: The probed signal at each step, ``(steps, batch, size)``.
        """
        every = self.probe.sample_every
        if every is not None:
            steps = np.arange(first, first + len(values))
            values = values[steps % (every / self.dt) < 1]
        if not len(values):
            return
        if not self.keep_history:
            self.parts = [values[-1:].copy()]
            return
        self.parts.append(values)

    def clear(self) -> None:
        """Forget all samples."""
        self.parts = []

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def array(self, minibatch_size: int | None) -> np.ndarray:
        """All samples: ``(samples, *shape)``, or ``(minibatch_size, samples, *shape)``; read-only.

        Args:
            minibatch_size: None drops the batch axis.
        """
        if len(self.parts) > 1:
            self.parts = [np.concatenate(self.parts)]
        if not self.parts:
            empty = np.zeros((0, *self.shape) if minibatch_size is None else (minibatch_size, 0, *self.shape))
            return empty.astype(self.dtype)
        whole = self.parts[0]
        if minibatch_size is None:
            found = whole.reshape((len(whole), *self.shape))
        else:
            found = np.moveaxis(whole, 1, 0).reshape((minibatch_size, len(whole), *self.shape))
        found = found.view()
        found.setflags(write=False)
        return found
