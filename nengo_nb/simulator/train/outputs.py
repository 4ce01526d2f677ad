"""Metrics and loss weights as users write them, by the name of the output."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .losses import Loss

FindProbe = Callable[[Any], str]
"""From a probe or its name to its name."""


def spread(given: Any, losses: Mapping[str, Loss], find_probe: FindProbe) -> Any:
    """Spread one value, a list or a mapping over the outputs, by name."""
    if isinstance(given, Mapping):
        return {_output(key, find_probe): value for key, value in given.items()}
    is_list = isinstance(given, Sequence) and not isinstance(given, str)
    if is_list and len(given) == len(losses) > 1:
        return dict(zip(losses, given, strict=True))
    return None if given is None else dict.fromkeys(losses, given)


def weigh(given: Any, losses: Mapping[str, Loss], find_probe: FindProbe) -> Any:
    """Return a weight for each loss; those that are not given are one."""
    weights = spread(given, losses, find_probe)
    return weights and {
        name: weights.get(name, 1.0) for name, loss in losses.items() if loss.function is not None
    }


def _output(key: Any, find_probe: FindProbe) -> str:
    """Return the name of the output of a probe, or of a tuple of probes with a joint loss."""
    return "+".join(find_probe(probe) for probe in (key if isinstance(key, tuple) else (key,)))
