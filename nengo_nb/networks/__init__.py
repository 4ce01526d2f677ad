"""Networks of Nengo objects that are trained, beside those of ``nengo.networks``.

``lmu`` is the Legendre Memory Unit, ``legendre`` the equations of its memory, and
``discretized`` a transform of them that fits the time step of the simulator it is built for.
"""

from .lmu import LMU as LMU

__all__ = ["LMU"]
