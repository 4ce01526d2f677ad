"""``print_op``: print the value of a tensor while a network runs."""

from __future__ import annotations

from typing import Any

from nengo_nb.on_demand import tf


def print_op(value: Any, message: str = "") -> Any:
    """Return the same tensor, printed whenever it is computed.

    The compiled program cannot print, so a ``TensorNode`` with this in it runs between compiled
    parts, more slowly: for looking inside, not for long runs. It prints with Python, so a notebook
    shows it below the cell.

    Args:
        value: Tensor to print and to return.
        message: Text in front of it.

    Returns:
        ``value`` itself; use the returned tensor, or nothing is printed.
    """

    def show(array: Any) -> None:
        print(message, array)

    tensor = tf.convert_to_tensor(value)
    # A graph leaves out an operation without results unless another one depends on it.
    with tf.control_dependencies([tf.numpy_function(show, [tensor], [])]):
        return tf.identity(tensor)
