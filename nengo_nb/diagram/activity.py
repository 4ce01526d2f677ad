"""Activity of the boxes of a diagram, computed from the activity of the objects they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .parts import Box, Diagram


def activity_of(diagram: Diagram, activity: Mapping[Any, float]) -> NDArray[np.float32]:
    """Return a value from 0 to 1 for each box: that of its most active object.

    Args:
        diagram: The diagram.
        activity: Values by object; 0 for objects that are missing and for NaN.
    """
    values = {id(thing): value for thing, value in activity.items()}
    most = [_highest(box, values) for box in diagram.boxes]
    # An infinite rate is drawn as the highest, NaN as none.
    return np.clip(np.nan_to_num(np.asarray(most, dtype=np.float32), posinf=1.0), 0.0, 1.0)


def _highest(box: Box, values: Mapping[int, float]) -> float:
    """Return the highest activity of the objects of a box, by the ``id`` of each."""
    return max((values.get(id(obj), 0.0) for obj in box.objects), default=0.0)
