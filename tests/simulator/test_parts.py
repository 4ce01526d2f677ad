"""The parts of a simulator are made and used alone, and the simulator shows their methods."""

from __future__ import annotations

import gc
import inspect
import pydoc
import weakref

import keras
import nengo
import numpy as np
import pytest
from nengo.exceptions import SimulatorClosed

import nengo_nb
from nengo_nb.simulator.network_names import NetworkNames
from nengo_nb.simulator.params.parameter_io import ParameterIO
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.parts import compose
from nengo_nb.simulator.run.advance import advance
from nengo_nb.simulator.run.building import build
from nengo_nb.simulator.run.dynamic_probes import DynamicProbes, make_probe
from nengo_nb.simulator.run.function_access import FunctionAccess
from nengo_nb.simulator.run.simulation import Simulation
from nengo_nb.simulator.train.predictor import Predictor
from nengo_nb.simulator.train.trainer import Trainer
from nengo_nb.simulator.train.training_plans import TrainingPlans

from .networks import channel, regression, simulate


def simulation_of(net: nengo.Network) -> Simulation:
    return build(net, 0.001, None, None, None, None, progress_bar=False)


def public_names(cls: type) -> list[str]:
    return [name for name in vars(cls) if not name.startswith("_")]


def test_a_simulation_advances_without_a_simulator():
    model = channel()
    simulation = simulation_of(model.net)

    advance(FunctionAccess(simulation), 20, None, progress_bar=False, goes_on=True)

    samples = simulation.recordings[model.decoded].array(None)
    np.testing.assert_array_equal(samples, simulate(model.net, 20).data[model.decoded])


def test_a_dynamic_probe_is_added_without_a_simulator():
    model = channel()
    simulation = simulation_of(model.net)
    probes = DynamicProbes(simulation, ParameterValues(simulation))
    probe = make_probe(model.a)
    snapshot = probes.snapshot()

    probes.adopt(probes.prepare([probe]))
    advance(FunctionAccess(simulation), 5, None, progress_bar=False, goes_on=True)
    recorded = probes.recorded[probe]
    probes.restore(snapshot)

    assert (recorded, probes.recorded[probe], simulation.runner.state.n_steps) == (5, 0, 0)


def test_parameters_are_saved_and_loaded_without_a_simulator(tmp_path):
    first, second = (simulation_of(regression().net) for _ in range(2))
    values = ParameterValues(first)
    changed = {p: array + 1 for p, array in values.variables.values().items()}
    values.variables.assign(changed)

    file = ParameterIO(first, NetworkNames(first.model), values).save_params(tmp_path / "weights")
    loaded = ParameterValues(second)
    ParameterIO(second, NetworkNames(second.model), loaded).load_params(file)

    for parameter, array in loaded.variables.values().items():
        wanted = next(a for p, a in changed.items() if p.name == parameter.name)
        np.testing.assert_array_equal(array, wanted)


def test_parameters_have_variables_only_once_they_are_asked_for():
    values = ParameterValues(simulation_of(regression().net))

    values.hand_over()
    before = values.may_differ, values.by_object()
    values.make_variables()

    assert before == (False, {})
    assert values.may_differ
    assert values.by_object()


def test_a_predictor_and_a_trainer_are_made_without_a_simulator():
    model = regression()
    simulation = simulation_of(model.net)
    values = ParameterValues(simulation)
    plans = TrainingPlans(simulation, NetworkNames(simulation.model))
    predictor = Predictor(simulation, plans, values)
    trainer = Trainer(simulation, plans, values, predictor)
    before = predictor.predict(model.x)[model.probe]

    trainer.compile(keras.optimizers.Adam(0.01), loss="mse")
    losses = trainer.fit(model.x, model.y, epochs=2, verbose=0).history["loss"]

    assert losses[1] < losses[0]
    assert not np.allclose(predictor.predict(model.x)[model.probe], before)


def test_a_simulator_that_only_ran_has_not_learned():
    model = regression()
    with nengo_nb.Simulator(model.net, progress_bar=False) as sim:
        sim.run_steps(1)
        ran = sim.may_have_learned
        sim.compile("sgd", loss="mse")

        assert not ran
        assert sim.may_have_learned


def test_parts_refuse_to_work_for_a_closed_simulation():
    simulation = simulation_of(channel().net)
    parts = compose(simulation)

    simulation.close()

    for method in (parts.trainer.compile, parts.predictor.predict, parts.gradients.check_gradients):
        with pytest.raises(SimulatorClosed, match="because it is closed"):
            method()


def test_what_is_to_happen_at_the_close_can_be_taken_back():
    simulation = simulation_of(channel().net)
    called = []
    simulation.when_closed(lambda: called.append("kept"))
    take_back = simulation.when_closed(lambda: called.append("taken back"))

    take_back()
    take_back()
    simulation.close()

    assert called == ["kept"]


@pytest.mark.parametrize("name", public_names(nengo_nb.Simulator))
def test_everything_public_is_documented_on_the_class(name):
    member = getattr(nengo_nb.Simulator, name)

    assert inspect.getdoc(member)
    assert name in pydoc.render_doc(nengo_nb.Simulator, renderer=pydoc.plaintext)


def test_the_simulator_shows_the_signature_of_the_method_of_a_part():
    sim = nengo_nb.Simulator(channel().net, progress_bar=False)
    with sim:
        shown = inspect.signature(sim.predict)

        assert list(shown.parameters) == ["x", "n_steps", "stateful", "steps", "arguments"]
        assert sim.predict.__name__ == "predict"
        with pytest.raises(TypeError, match="stateless"):
            sim.predict(stateless=True)


def test_the_parts_do_not_keep_the_simulator_alive():
    sim = nengo_nb.Simulator(channel().net, progress_bar=False)
    sim.close()
    parts, reference = sim._parts, weakref.ref(sim)
    gc.disable()
    try:
        del sim

        assert reference() is None
        assert parts.simulation.closed
    finally:
        gc.enable()
