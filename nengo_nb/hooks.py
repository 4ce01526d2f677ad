"""What one room may put in place for another that must not know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

default_progress_bar: Callable[[float], Any] | None = None
"""Makes the progress bar that ``progress_bar=True`` stands for, from the length of a time step in seconds. A notebook
puts its own here; without one it is a line of a terminal."""
