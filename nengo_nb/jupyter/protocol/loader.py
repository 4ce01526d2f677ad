"""Messages by which a page gets BokehJS from the kernel."""

from __future__ import annotations

from dataclasses import dataclass

from .codec import kinds_of


@dataclass(frozen=True, kw_only=True)
class WantBokeh:
    """Request the kernel's copy of BokehJS."""


@dataclass(frozen=True, kw_only=True)
class BokehScript:
    """Source of BokehJS, in the buffer."""


ToBrowser = BokehScript
ToKernel = WantBokeh
TO_KERNEL = kinds_of(ToKernel)
