"""TensorFlow devices."""

from __future__ import annotations

from functools import cache

import tensorflow as tf
from nengo.exceptions import ValidationError

from nengo_nb.plan.cost import Device
from nengo_nb.quiet import quiet


def check_device(device: str | None) -> str | None:
    """Return a device's name as TensorFlow lists it, or refuse a device that does not exist here.

    Args:
        device: Such as ``"/cpu:0"`` or ``"/gpu:0"``; None leaves the choice to TensorFlow.

    Raises:
        ValidationError: There is no such device.
    """
    if device is None:
        return None
    available = [
        f"/{d.device_type.lower()}:{d.name.rsplit(':', 1)[1]}"
        for d in tf.config.list_logical_devices()
    ]
    wanted = device.lower().replace("/device:", "/")
    if wanted not in available:
        raise ValidationError(
            f"there is no device {device!r} here; there are {', '.join(available)}", attr="device"
        )
    return wanted


@cache
def kind_of(device: str | None) -> Device:
    """Return the kind of a device; TensorFlow chooses an accelerator where there is one.

    Args:
        device: A device that ``check_device`` knows; None leaves the choice to TensorFlow.
    """
    if device is not None:
        return Device.CPU if device.startswith("/cpu") else Device.GPU
    with quiet():
        return Device.GPU if tf.config.list_physical_devices("GPU") else Device.CPU
