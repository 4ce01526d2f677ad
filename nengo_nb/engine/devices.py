"""TensorFlow devices."""

from __future__ import annotations

import tensorflow as tf
from nengo.exceptions import ValidationError


def check_device(device: str | None) -> str | None:
    """A device that exists here.

    Args:
        device: Such as ``"/cpu:0"`` or ``"/gpu:0"``; None leaves the choice to TensorFlow.

    Raises:
        ValidationError: There is no such device.
    """
    if device is None:
        return None
    known = [f"/{d.device_type.lower()}:{d.name.rsplit(':', 1)[1]}" for d in tf.config.list_logical_devices()]
    wanted = device.lower().replace("/device:", "/")
    if wanted not in known:
        raise ValidationError(
            f"there is no device {device!r} here; there are {', '.join(known)}", attr="device"
        )
    return wanted
