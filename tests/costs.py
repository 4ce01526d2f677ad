"""Costs to test with: small networks are planned as if they were large ones."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nengo_nb.plan.cost import MODELS, Device


def change_costs(monkeypatch: pytest.MonkeyPatch, **thresholds: float) -> None:
    """Plan for every device with other thresholds than those that were measured, until the
    test is over.
    """
    for device in Device:
        monkeypatch.setitem(MODELS, device, replace(MODELS[device], **thresholds))


def learn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have weights learn in blocks however few they are, and from the first program on."""
    change_costs(
        monkeypatch,
        many_learned=1,
        many_learned_in_all=1,
        large_signal=1,
        chunk_bytes=MODELS[Device.CPU].long_chunk_bytes,
    )
