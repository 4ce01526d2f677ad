"""Analysis: networks and recorded arrays in, values out. Notebooks show what it returns."""

from .bounded_look import Budget, Look, look_at
from .health import Finding, Health, Problem
from .network_check import check

__all__ = ["Budget", "Finding", "Health", "Look", "Problem", "check", "look_at"]
