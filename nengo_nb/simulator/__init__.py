"""The simulator: ``run``, ``step`` and ``data`` as in Nengo, ``fit`` and ``predict`` as in Keras.

``simulator.py`` is the public class. :mod:`.run` makes a plan of a network and advances it chunk by
chunk, :mod:`.record` stores the samples of probes, :mod:`.params` names, saves and loads
parameters, :mod:`.train` trains them, and :mod:`.compat` has methods of other simulators.
"""

from .simulator import Simulator

__all__ = ["Simulator"]
