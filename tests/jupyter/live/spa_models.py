"""Small models of semantic pointers that run live, of nengo_spa and of nengo.spa."""

from __future__ import annotations

import warnings

import nengo

from nengo_nb.jupyter.labels import remember_names
from tests.jupyter.live.conftest import Listener


def make_model():
    """Copy a colour, and a shape to a memory within another network; a pointer comes later."""
    import nengo_spa as spa

    with spa.Network(seed=1, label="model") as model:
        model.config[nengo.Ensemble].neuron_type = nengo.Direct()
        model.color = spa.Transcode("RED", output_vocab=16)
        model.late = spa.Transcode(lambda t: "RED" if t < 0.05 else "BLUE", output_vocab=16)
        model.shape = spa.Transcode("CIRCLE", output_vocab=16)
        with nengo.Network() as model.memory:
            model.memory.state = spa.State(16, represent_cc_identity=False)
        model.copy = spa.State(16, label="copy", represent_cc_identity=False)
        model.shape >> model.memory.state
        model.color >> model.copy
    remember_names(model, {"model": model})
    return model


def make_old_model():
    """Set a buffer of nengo.spa by its input, and copy it to a memory by an action."""
    from nengo import spa as old

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        with old.SPA(seed=1, label="model") as model:
            model.vision = old.Buffer(16)
            model.memory = old.Memory(16)
            model.actions = old.Cortical(old.Actions("memory = vision"))
            model.input = old.Input(vision="A")
    remember_names(model, {"model": model})
    return model


def recorded(view):
    listener = Listener(view.run)
    listener.until(lambda: all(plot.probe is not None for plot in view.widget.layout_state.plots))
    return view.widget.layout_state


def run_to(state, seconds):
    listener = Listener(state.run)
    state.run.set_speed(None)
    state.run.run_to(seconds)
    listener.until(lambda: state.run.time >= seconds - 1e-9 and not state.run.playing)
