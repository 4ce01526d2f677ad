"""What a user holds: a simulator with ``run``, ``step``, ``reset`` and ``data``.

``simulator.py`` is the user's side; ``machine.py`` advances a compiled plan chunk by chunk; ``recording.py`` keeps
what probes saw; ``feeds.py`` checks ``data=``; ``build.py`` goes from a network to a plan.
"""

import nengo_nb.quiet  # noqa: F401 - before anything here imports TensorFlow

from .simulator import Simulator

__all__ = ["Simulator"]
