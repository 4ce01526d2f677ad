"""Diagram: a network as boxes and arrows. This room knows Nengo, and neither TensorFlow nor
notebooks.

:func:`describe` turns a network into a :class:`Diagram`, a value made of boxes inside boxes and
arrows between them: :mod:`.tree` walks the network, :mod:`.stacks` merges siblings into one box,
:mod:`.ends` finds the ends of connections, and :mod:`.facts` lists the properties of each object.
:mod:`.saved` is the diagram as JSON.

:func:`draw` is the picture. In :mod:`.layout`, ``view`` selects the boxes and arrows that are
visible with some boxes open, ``layout`` places them level by level by a layered graph layout
(``layers``, ``order``, ``columns``) and ``routes`` computes the curves of the arrows; :mod:`.svg`
writes SVG.

The browser draws the same diagram from the same JSON, and ``labextension/src/diagram/layout`` is
the layout once more in TypeScript: a test holds the two to the same coordinates. So the
picture in a saved notebook and the diagram that takes its place are one drawing, and nothing jumps.
elkjs would have done the browser's half, but not Python's; it is 1.4 MB instead of a few kilobytes,
and a level here is bounded (:data:`.stacks.MOST`), so that laying one out takes milliseconds.
"""

from .activity import activity_of
from .describe import describe
from .facts import built_facts, facts_of
from .names import name_of
from .parts import Arrow, ArrowKind, Box, BoxKind, Diagram
from .saved import to_json
from .sizes import Sizes, sizes_of
from .svg import draw

__all__ = [
    "Arrow",
    "ArrowKind",
    "Box",
    "BoxKind",
    "Diagram",
    "Sizes",
    "activity_of",
    "built_facts",
    "describe",
    "draw",
    "facts_of",
    "name_of",
    "sizes_of",
    "to_json",
]
