"""Hooks: defaults of one room that another, which it must not import, may replace."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

default_progress_bar: Callable[[float], Any] | None = None
"""Factory of the progress bar that ``progress_bar=True`` stands for, a function of ``dt`` in
seconds. A notebook puts its own here; None stands for a line of a terminal."""
