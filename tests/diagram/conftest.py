"""A model of semantic pointers, made once."""

import warnings

import pytest


@pytest.fixture(scope="session")
def spa_model():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Nengo says so of nengo.spa
        from nengo import spa

        with spa.SPA(label="model", seed=1) as model:
            model.state = spa.State(16)
            model.memory = spa.State(16, feedback=1)
            actions = spa.Actions("dot(state, A) --> state=B", "dot(state, B) --> state=A")
            model.bg = spa.BasalGanglia(actions)
            model.thalamus = spa.Thalamus(model.bg)
            model.cortical = spa.Cortical(spa.Actions("memory = state"))
    return model
