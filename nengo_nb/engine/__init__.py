"""Compiles a plan and runs it in chunks of time steps.

``executor`` runs the stages of a chunk, whose values are in ``chunk_values``. ``lowering`` emits a
segment as TensorFlow operations and ``compiled`` has XLA compile it; ``packing`` and
``chunkwise_learning`` are forms that its loop computes faster. ``mixed_loop`` is the program of a
stage that calls Python, by ``host_callback`` and ``xla_ffi``; ``python_parts`` answers its calls.
``python_stage`` takes the same steps where no program can call, and ``python_ops`` those of the
operators. ``forward`` is the whole plan as one differentiable function, for training.
"""

from .executor import Chunk, Executor

__all__ = ["Chunk", "Executor"]
