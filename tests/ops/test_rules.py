"""A rule is found by operator, by what the operator steps, by what is planned for, and by
device.
"""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.builder import Signal
from nengo.builder.neurons import SimNeurons

from nengo_nb.ops import ExecutionMode, find_rule, known_rules, rule, rules
from nengo_nb.plan.cost import Device
from nengo_nb.plan.signature import Layout


class Halved(nengo.RectifiedLinear):
    """Neurons without a rule, until a test gives them one."""


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """Remove the rules that a test registers after it."""
    monkeypatch.setattr(rules, "_RULES", dict(rules._RULES))


def neurons(neuron_type: nengo.neurons.NeuronType) -> SimNeurons:
    return SimNeurons(neuron_type, Signal(np.zeros(3)), Signal(np.zeros(3)))


def register(name: str, **options: object) -> None:
    def make_step(group):
        raise AssertionError("nothing is computed here")

    make_step.__name__ = name
    rule(SimNeurons, of=Halved, layout=Layout.ELEMENTWISE, **options)(make_step)


def test_a_subclass_has_no_rule_because_it_may_step_differently():
    assert find_rule(neurons(nengo.RectifiedLinear())).name == "rectified_linear"
    assert find_rule(neurons(Halved())) is None


def test_a_rule_for_all_devices_serves_each_of_them():
    register("anywhere")

    assert {find_rule(neurons(Halved()), device=device).name for device in Device} == {"anywhere"}


def test_a_rule_for_one_device_goes_before_the_one_for_all_there_and_nowhere_else():
    register("anywhere")
    register("on_accelerators", device=Device.GPU)

    assert find_rule(neurons(Halved()), device=Device.GPU).name == "on_accelerators"
    assert find_rule(neurons(Halved()), device=Device.CPU).name == "anywhere"


def test_a_rule_for_another_device_alone_is_no_rule_here():
    register("on_accelerators", device=Device.GPU)

    assert find_rule(neurons(Halved()), device=Device.CPU) is None


def test_training_by_rates_goes_before_a_rule_for_the_device_that_only_runs():
    register("on_accelerators", device=Device.GPU)
    register("rates", modes=(ExecutionMode.RATES,))

    assert find_rule(neurons(Halved()), ExecutionMode.RATES, Device.GPU).name == "rates"
    assert find_rule(neurons(Halved()), ExecutionMode.RUN, Device.GPU).name == "on_accelerators"


def test_spikes_fall_back_to_rates_and_rates_to_what_runs_but_never_the_other_way():
    register("rates", modes=(ExecutionMode.RATES,))

    assert find_rule(neurons(Halved()), ExecutionMode.SPIKES).name == "rates"
    assert find_rule(neurons(Halved()), ExecutionMode.RUN) is None


def test_what_has_a_rule_is_listed_once_by_operator_and_type():
    register("anywhere")
    register("on_accelerators", device=Device.GPU)

    assert known_rules().count("SimNeurons(Halved)") == 1
    assert known_rules() == sorted(known_rules())
