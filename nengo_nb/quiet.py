"""Import of TensorFlow without its log messages of level INFO.

``import nengo_nb.quiet`` above an ``import tensorflow`` is all to do; ``tensorflow_log.py`` says
what is left out. Other modules of this package take TensorFlow from ``on_demand.py``.
"""

import sys

from nengo_nb.tensorflow_log import import_tensorflow, quiet

if "tensorflow" not in sys.modules:
    with quiet():
        import_tensorflow()
