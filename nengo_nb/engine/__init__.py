"""Compiles a plan and runs it in chunks.

``emit`` writes a segment as TensorFlow, ``compiled`` has XLA compile it, ``python`` steps what runs in Python,
``host`` runs stages that call Python, and ``executor`` runs a whole chunk.
"""

import nengo_nb.quiet  # noqa: F401 - before anything here imports TensorFlow

from .executor import Chunk, Executor

__all__ = ["Chunk", "Executor"]
