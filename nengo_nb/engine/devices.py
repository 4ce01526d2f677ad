"""TensorFlow devices."""

from __future__ import annotations

import platform
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from nengo.exceptions import ValidationError

from nengo_nb.on_demand import tf
from nengo_nb.plan.cost import Device
from nengo_nb.tensorflow_log import quiet


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
    if not _may_have_accelerator():
        return Device.CPU
    with quiet():
        return Device.GPU if tf.config.list_physical_devices("GPU") else Device.CPU


ACCELERATORS = ("/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
"""Device files of NVIDIA's drivers, of Windows' for a Linux inside it, and of AMD's."""


def _may_have_accelerator() -> bool:
    """Whether TensorFlow has to be asked, and so imported, to know that there is no accelerator."""
    if "tensorflow" in sys.modules:
        return True
    if platform.system() == "Linux":
        return any(Path(name).exists() for name in ACCELERATORS)
    # Elsewhere devices come with plug-ins, in a package of TensorFlow's own name for them.
    return find_spec("tensorflow-plugins") is not None
