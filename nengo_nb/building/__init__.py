"""Building networks: the values of Nengo's builder, to the last bit, in less time.

``EquivalentBuilder`` is given to a model, as ``nengo.builder.Model(builder=EquivalentBuilder())``,
and builds into it what Nengo's builder would: the same signals, operators and parameters in the
same order, from the same random numbers. It has equivalents of Nengo's own build functions for the
objects that large networks are made of; everything else, and every build function that is
registered by others, is Nengo's business as before. Nothing of Nengo is changed.

Needs Nengo and NumPy alone.
"""

from .builder import EquivalentBuilder as EquivalentBuilder
