"""Setup of all tests: quiet TensorFlow, Hypothesis profiles, options of the random networks."""

from __future__ import annotations

import os
from dataclasses import replace

import hypothesis
import nengo
import pytest

from nengo_nb.plan.cost import MODELS
from tests.browser import VARIABLE, find_browser

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["NENGO_NB_CACHE"] = "off"  # what is tested is compiled
os.environ["NENGO_NB_CHECK_PLANS"] = "1"  # behind every pass

# What is tested is compiled, from the first step on; the tests of the tiers ask for others.
MODELS.update({device: replace(cost, most_numpy_steps=0) for device, cost in MODELS.items()})

nengo.rc.set("decoder_cache", "enabled", "False")  # several test processes would wait for its lock

hypothesis.settings.register_profile("default", deadline=None, print_blob=True)
hypothesis.settings.load_profile("default")


def pytest_addoption(parser):
    parser.addoption(
        "--networks", type=int, default=500, help="how many random networks to compare with Nengo"
    )
    parser.addoption("--networks-seed", type=int, default=0, help="what they are drawn from")


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser to look at pages with; a test without one fails and says what to do."""
    path = find_browser()
    if path is None:
        pytest.fail(
            f"There is no Chromium. Run `python -m tests` once, or name a browser in {VARIABLE}."
        )
    return path
