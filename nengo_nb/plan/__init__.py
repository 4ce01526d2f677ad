"""Compiles a built Nengo model to a plan of stages; no TensorFlow here.

In reading order: ``passes`` (the whole compiler as a list, with what each pass needs and gives),
``cost`` (what is worth it on which device), ``signature`` (how an operator takes part), ``refs``
and ``graph`` (values, and operations on them), ``dataflow``, ``deferred`` and ``broadcasting``
(from Nengo's operators to a graph), ``stages`` (what runs together, and what waits for Python),
``alias_groups`` (which Python functions may affect each other), ``ownership`` (which stage moves a
state on), ``merge`` (siblings become one), ``program``, ``lower`` and ``assemble`` (what a compiled
part is made of), ``build`` (from a model to a plan), ``check`` and ``segment_check`` (what must
hold behind each pass).
"""

from .build import make_plan
from .program import Plan

__all__ = ["Plan", "make_plan"]
