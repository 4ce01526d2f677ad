"""Requests of a live run: whether to play and until when, and orders, asked for by any thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator

Order = Callable[["Simulator"], None]


class Requests:
    """Requests of any thread, which the run's thread carries out."""

    def __init__(self) -> None:
        self.playing = False
        self.goal: int | None = None
        """Number of the step to pause at, if any."""
        self.starts = 0
        """Number of starts asked for so far: what was asked for or begun before the last one must
        not pause it.
        """
        # Held where an end that the run's thread has found must not undo what another thread asks
        # for in that moment. Nothing is called while it is held.
        self._asking = threading.Lock()
        # Whether something was played or done since listeners were last told of a pause. Another
        # thread may have paused long before the run's thread finds that it has to tell.
        self._untold = False
        # Orders with the starts before them. Any thread appends: append and popleft of a deque
        # are atomic.
        self.orders: deque[tuple[Order, int]] = deque()

    def start(self, goal: int | None, begin: Callable[[], None]) -> None:
        """Ask to play.

        Args:
            goal: Number of the step to pause at, if any.
            begin: Sets what has to be there before the run's thread sees that it plays.
        """
        with self._asking:
            self.starts += 1
            self._untold = True
            self.goal = goal
            begin()
            # The thread may look in between, so this comes last.
            self.playing = True

    def stop(self, starts: int) -> None:
        """Pause, unless the run was started again since there were so many starts."""
        with self._asking:
            if self.starts == starts:
                self.playing = False

    def add(self, order: Order) -> None:
        """Queue an order."""
        # Orders, a reset for instance, change the picture as well.
        with self._asking:
            self.orders.append((order, self.starts))
            self._untold = True

    def read(self) -> tuple[int, int | None]:
        """Return the number of starts, and the goal of the last one."""
        with self._asking:
            return self.starts, self.goal

    def is_to_tell(self) -> bool:
        """Whether listeners are to be told of a pause now; true once for each."""
        with self._asking:
            tell = self._untold and not (self.playing or self.orders)
            self._untold = self._untold and not tell
        return tell
