"""Compiles a plan and runs it in chunks of time steps.

``executor`` runs the stages of a chunk, whose values are in ``chunk_values``. ``lowering`` emits a
segment as TensorFlow operations and ``compiled`` has XLA compile it; ``packing`` and
``chunkwise_learning`` are forms that its loop computes faster. ``python_stage`` steps stages that
call Python, and ``python_ops`` the operators in them. ``forward`` is the whole plan as one
differentiable function, for training.
"""

from .executor import Chunk, Executor

__all__ = ["Chunk", "Executor"]
