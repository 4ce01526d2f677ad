"""Analysis: networks and recorded arrays in, values out. Notebooks show what it returns."""

from .health import Finding, Health, Problem
from .network_check import check

__all__ = ["Finding", "Health", "Problem", "check"]
