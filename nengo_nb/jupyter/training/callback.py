"""Keras callback that keeps the history of a training and shows its progress."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from nengo_nb.on_demand import keras

from .history import TrainingHistory

INTERVAL = 0.1
"""Seconds between two frames."""


@dataclass(frozen=True)
class Position:
    """Progress of a training.

    Args:
        epoch: Present epoch, from 1; 0 before the first.
        epochs: Number of epochs.
        batch: Number of batches of this epoch that are done.
        batches: Number of batches of an epoch, or None while it is unknown.
        validating: Whether the epoch's validation runs.
        logs: Means over the epoch so far, by name.
        left: Estimated seconds left, or None.
    """

    epoch: int
    epochs: int
    batch: int
    batches: int | None
    validating: bool = False
    logs: Mapping[str, float] | None = None
    left: float | None = None

    @property
    def done(self) -> float:
        """Epochs done, with the fraction of the present one."""
        part = self.batch / self.batches if self.batches else 0.0
        return max(self.epoch - 1, 0) + part

    def place(self) -> str:
        """Return epoch and batch in words."""
        batches = f" of {self.batches}" if self.batches else ""
        return f"epoch {self.epoch} of {self.epochs}, batch {self.batch}{batches}"

    def sentence(self) -> str:
        """Return progress, logs and seconds left as a sentence."""
        if not self.epoch or (self.epoch == 1 and not self.batch):
            return "compiling the first batch"
        words = [
            self.place() + (", validating" if self.validating else ""),
            values(self.logs or {}),
        ]
        if self.left is not None:
            words.append(f"{self.left:.0f} s left")
        return "; ".join(word for word in words if word)


def values(logs: Mapping[str, float]) -> str:
    """Return loss and metrics in words."""
    return ", ".join(f"{name} {value:.4g}" for name, value in logs.items())


class Display(Protocol):
    """Display of a training."""

    def show(self, position: Position, history: TrainingHistory) -> None:
        """Show progress and curves."""

    def epoch_ended(self, position: Position) -> None:
        """Note that an epoch has ended."""

    def close(self, conclusion: str, history: TrainingHistory) -> None:
        """End with this line, and the curves."""


class ProgressCallback(keras.callbacks.Callback):
    """Callback that keeps the curves, and shows them at most ten times a second.

    Args:
        display: Shows progress and curves.
    """

    reads_weights = False

    def __init__(self, display: Display) -> None:
        super().__init__()
        self.display = display
        self.history = TrainingHistory()
        self.position = Position(0, 1, 0, None)
        self.batches_done = 0
        """Number of minibatches learned from, in all epochs."""
        self.stopped = False
        """Whether an interrupt ended the training."""
        self.began: float | None = None
        self._first_done = 0.0
        self._shown_at = -INTERVAL

    def on_train_begin(self, logs: Any = None) -> None:
        """Show that it compiles, which may take a while."""
        self.began = time.monotonic()
        self.position = Position(0, self.params["epochs"], 0, self.params.get("steps"))
        self._show()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Count epochs from 1."""
        self.position = Position(epoch + 1, self.position.epochs, 0, self.position.batches)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Keep and show the logs of a batch."""
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        # The first batch compiles the training step, so that its time says nothing of the others.
        if not self.batches_done:
            self._first_done = time.monotonic()
        self.batches_done += 1
        here = replace(self.position, batch=batch + 1, validating=False, logs=numbers)
        self.position = replace(here, left=self._left(here))
        # Until the first epoch has ended the number of batches
        # may be unknown, and with it a place on the axis.
        if here.batches:
            self.history.add_batch(self.batches_done - 1, self.position.done, numbers)
        self._show()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Show that it validates."""
        self.position = replace(self.position, validating=True)
        self._show()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep the logs of an epoch, after which the number of its batches is known."""
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        here = self.position
        self.position = replace(
            here, batches=here.batches or here.batch, validating=False, logs=numbers
        )
        self.history.add_epoch(epoch + 1.0, numbers)
        self.display.epoch_ended(self.position)

    def close(self, stopped: bool, failed: bool) -> None:
        """Leave the result on the display, if training had begun."""
        self.stopped = stopped
        if self.began is not None:
            self.display.close(
                self._conclusion(time.monotonic() - self.began, stopped, failed), self.history
            )

    def _conclusion(self, seconds: float, stopped: bool, failed: bool) -> str:
        """Return how it ended, in one line."""
        here, reported = self.position, values(self.position.logs or {})
        if stopped or failed:
            ended = "stopped" if stopped else "ended by an error"
            if not self.batches_done:
                return f"{ended} before the first minibatch was done; nothing was learned"
            kept = "it keeps the weights of the last whole minibatch"
            where = f"{ended} in {here.place()}, after {seconds:.1f} s"
            return f"{where}: {reported}; {kept}" if reported else f"{where}; {kept}"
        epochs = f"{here.epoch} epoch{'s' if here.epoch > 1 else ''}"
        early = (
            f"; a callback ended it, of {here.epochs} epochs" if here.epoch < here.epochs else ""
        )
        return f"learned for {epochs} in {seconds:.1f} s: {reported}{early}"

    def _left(self, here: Position) -> float | None:
        """Return the seconds left at the rate since the first batch, which compiled, or None."""
        steps = self.batches_done - 1
        if not here.batches or not steps:
            return None
        pace = (time.monotonic() - self._first_done) / steps
        return pace * ((here.epochs - here.epoch + 1) * here.batches - here.batch)

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown_at >= INTERVAL:
            self._shown_at = now
            self.display.show(self.position, self.history)
