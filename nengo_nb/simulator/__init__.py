"""The simulator: ``run``, ``step`` and ``data`` as in Nengo, ``fit`` and ``predict`` as in Keras.

``simulator.py`` is the public class; ``machine.py`` advances a compiled plan chunk by chunk;
``recording.py`` stores probe data; ``feeds.py`` checks ``data=``; ``build.py`` makes a plan of a
network; ``learning.py`` trains it.
"""

import nengo_nb.quiet  # noqa: F401 - before anything here imports TensorFlow

from .simulator import Simulator

__all__ = ["Simulator"]
