"""Fixtures of the tests of learning."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from .networks import regression


@pytest.fixture
def model() -> SimpleNamespace:
    return regression()
