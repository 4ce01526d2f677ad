"""Training: a Keras callback that keeps the curves of a training and shows how far it is."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import keras

from .curves import Curves

INTERVAL = 0.1
"""Seconds between two frames."""


@dataclass(frozen=True)
class Position:
    """How far a training is.

    Args:
        epoch: The epoch it is in, from 1; 0 before the first.
        epochs: How many there are to be.
        batch: Batches of this epoch that are done.
        batches: How many an epoch has, if that is known.
        validating: Whether it measures rather than learns.
        logs: Means over the epoch so far, by name.
        left: Seconds that it will still take, if that can be told.
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
        """Epochs that are done, and the part of this one that is."""
        part = self.batch / self.batches if self.batches else 0.0
        return max(self.epoch - 1, 0) + part

    def place(self) -> str:
        """Epoch and batch, in words."""
        batches = f" of {self.batches}" if self.batches else ""
        return f"epoch {self.epoch} of {self.epochs}, batch {self.batch}{batches}"

    def sentence(self) -> str:
        """Where it is, what it reported, and how long it takes."""
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
    """Loss and metrics, in words."""
    return ", ".join(f"{name} {value:.4g}" for name, value in logs.items())


class Screen(Protocol):
    """Where a training is shown."""

    def show(self, position: Position, curves: Curves) -> None:
        """Show where it is."""

    def epoch_ended(self, position: Position) -> None:
        """An epoch is over."""

    def close(self, conclusion: str, curves: Curves) -> None:
        """It is over; leave this line, and the curves."""


class Watch(keras.callbacks.Callback):
    """Keeps curves, and shows them at most ten times a second.

    Args:
        screen: Where to show them.
    """

    def __init__(self, screen: Screen) -> None:
        super().__init__()
        self.screen = screen
        self.curves = Curves()
        self.position = Position(0, 1, 0, None)
        self.batches_done = 0
        """Minibatches that were learned from, in all epochs."""
        self.stopped = False
        """Whether an interrupt ended the training."""
        self.began: float | None = None
        self._first_done = 0.0
        self._shown_at = -INTERVAL

    def on_train_begin(self, logs: Any = None) -> None:
        """Say that it compiles, which may take a while."""
        self.began = time.monotonic()
        self.position = Position(0, self.params["epochs"], 0, self.params.get("steps"))
        self._show()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Count epochs from 1."""
        self.position = Position(epoch + 1, self.position.epochs, 0, self.position.batches)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Keep and show what a batch reported."""
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        if not self.batches_done:
            self._first_done = time.monotonic()
        self.batches_done += 1
        here = replace(self.position, batch=batch + 1, validating=False, logs=numbers)
        self.position = replace(here, left=self._left(here))
        if here.batches:
            self.curves.add_batch(self.batches_done - 1, self.position.done, numbers)
        self._show()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Show that it validates."""
        self.position = replace(self.position, validating=True)
        self._show()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keep what an epoch reported; now it is known how many batches one has."""
        numbers = {name: float(value) for name, value in (logs or {}).items()}
        here = self.position
        self.position = replace(
            here, batches=here.batches or here.batch, validating=False, logs=numbers
        )
        self.curves.add_epoch(epoch + 1.0, numbers)
        self.screen.epoch_ended(self.position)

    def close(self, stopped: bool, failed: bool) -> None:
        """Leave what there is on the screen, if training had begun."""
        self.stopped = stopped
        if self.began is not None:
            self.screen.close(
                self._conclusion(time.monotonic() - self.began, stopped, failed), self.curves
            )

    def _conclusion(self, seconds: float, stopped: bool, failed: bool) -> str:
        """How it ended, in one line."""
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
        """Seconds left, at the pace since the first batch, which was compiled."""
        steps = self.batches_done - 1
        if not here.batches or not steps:
            return None
        pace = (time.monotonic() - self._first_done) / steps
        return pace * ((here.epochs - here.epoch + 1) * here.batches - here.batch)

    def _show(self) -> None:
        now = time.monotonic()
        if now - self._shown_at >= INTERVAL:
            self._shown_at = now
            self.screen.show(self.position, self.curves)
