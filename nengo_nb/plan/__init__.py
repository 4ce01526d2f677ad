"""What to compute, and in which order; no TensorFlow here.

In reading order: ``signature`` (how an operator takes part), ``refs`` and ``graph`` (values, and operations on them),
``dataflow`` and ``broadcasting`` (from Nengo's operators to a graph), ``stages`` (what runs together, and what waits
for Python), ``sharing`` (which Python functions may affect each other), ``merge`` (siblings become one), ``program``
and ``lower`` (what a compiled part is made of), ``build`` (all of it, from a model to a plan).
"""

from .build import make_plan
from .program import Plan

__all__ = ["Plan", "make_plan"]
