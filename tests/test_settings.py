"""Settings live in the network they were made for, and a wrong one is refused in one sentence."""

from __future__ import annotations

import copy
import pickle

import nengo
import numpy as np
import pytest
import tensorflow as tf
from nengo.exceptions import ConfigError, NengoWarning, NetworkContextError

from nengo_nb.errors import SettingError
from nengo_nb.settings import configure_settings, get_setting

DEFAULTS = {"dtype": "float32", "stateful": True, "keep_history": True}


def clone(net, how):
    return {"same": lambda: net, "copy": net.copy, "deepcopy": lambda: copy.deepcopy(net)}.get(
        how, lambda: pickle.loads(pickle.dumps(net))
    )()


@pytest.mark.parametrize("name", DEFAULTS)
def test_what_was_not_set_has_its_default(name):
    assert get_setting(nengo.Network(), name) == DEFAULTS[name]


@pytest.mark.parametrize("how", ["same", "copy", "deepcopy", "pickle"])
def test_a_copy_of_a_network_keeps_its_settings(how):
    with nengo.Network() as net:
        configure_settings(dtype="float64", stateful=False, keep_history=False)
        node = nengo.Node(1.0)
        nengo.Probe(node)
        nengo.Probe(node)
    net.config[net.probes[1]].keep_history = True

    found = clone(net, how)

    assert get_setting(found, "dtype") == "float64"
    assert get_setting(found, "stateful") is False
    assert [get_setting(found, "keep_history", probe) for probe in found.probes] == [False, True]


def test_settings_of_one_network_do_not_reach_another():
    with nengo.Network():
        configure_settings(dtype="float64", keep_history=False)

    assert get_setting(nengo.Network(), "dtype") == "float32"
    assert get_setting(nengo.Network(), "keep_history") is True


def test_a_later_setting_replaces_an_earlier_one_and_leaves_the_others():
    with nengo.Network() as net:
        configure_settings(dtype="float64", stateful=False)
        configure_settings(dtype=np.float32)

    assert get_setting(net, "dtype") == "float32"
    assert get_setting(net, "stateful") is False


@pytest.mark.parametrize(
    "dtype", [np.float64, np.dtype("float64"), tf.float64, "float64"], ids=repr
)
def test_a_precision_may_be_a_type_of_numpy_or_tensorflow(dtype):
    with nengo.Network() as net:
        configure_settings(dtype=dtype)

    assert get_setting(net, "dtype") == "float64"


def test_the_outermost_network_keeps_what_holds_for_the_whole_simulation():
    with nengo.Network() as net, nengo.Network():
        configure_settings(dtype="float64")

    assert get_setting(net, "dtype") == "float64"


def test_an_inner_network_overrules_the_outer_one_for_its_own_probes():
    with nengo.Network() as net:
        configure_settings(keep_history=False)
        outer = nengo.Probe(nengo.Node(1.0))
        with nengo.Network():
            inherited = nengo.Probe(nengo.Node(1.0))
        with nengo.Network():
            configure_settings(keep_history=True)
            inner = nengo.Probe(nengo.Node(1.0))

    assert [get_setting(net, "keep_history", probe) for probe in (outer, inherited, inner)] == [
        False,
        False,
        True,
    ]


def test_a_probe_can_be_set_after_all_probes_were_and_before_it_was_asked():
    with nengo.Network() as net:
        probe = nengo.Probe(nengo.Node(1.0))
        configure_settings(keep_history=True)
    net.config[nengo.Probe].keep_history = False

    assert get_setting(net, "keep_history", probe) is False

    net.config[probe].keep_history = True

    assert get_setting(net, "keep_history", probe) is True


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"dtyp": "float32"},
            "There is no setting 'dtyp'. Did you mean 'dtype'? Settings are: dtype, functions_on",
        ),
        ({"colour": 1}, "There is no setting 'colour'. Settings are: "),
        ({"dtype": "float16"}, "dtype must be one of 'float32', 'float64', not 'float16'."),
        ({"dtype": None}, "dtype must be one of 'float32', 'float64', not None."),
        ({"dtype": "<script>"}, "dtype must be one of 'float32', 'float64', not '<script>'."),
        ({"keep_history": 1}, "keep_history must be True or False, not 1."),
        ({"stateful": "no"}, "stateful must be True or False, not 'no'."),
    ],
)
def test_a_wrong_setting_is_refused_and_nothing_is_set(settings, sentence):
    with (
        nengo.Network() as net,
        pytest.raises(SettingError, match=sentence.replace("?", r"\?")) as caught,
    ):
        configure_settings(**{"dtype": "float64", **settings})

    assert isinstance(caught.value, ConfigError)
    assert get_setting(net, "dtype") == "float32"


def test_asking_for_an_unknown_setting_is_refused():
    with pytest.raises(SettingError, match="no setting 'sorter'"):
        get_setting(nengo.Network(), "sorter")


def test_settings_belong_inside_a_network():
    with pytest.raises(NetworkContextError, match="inside `with nengo.Network"):
        configure_settings(dtype="float64")


@pytest.mark.parametrize(
    "name",
    [
        "planner",
        "sorter",
        "simplifications",
        "inference_only",
        "learning_phase",
        "use_loop",
        "session_config",
    ],
)
def test_a_setting_of_nengodls_inner_workings_warns_once_that_it_has_no_effect(name):
    with (
        nengo.Network() as net,
        pytest.warns(NengoWarning, match=f"{name!r} has no effect here: ") as caught,
    ):
        configure_settings(**{name: None, "dtype": "float64"})

    assert len(caught) == 1
    assert get_setting(net, "dtype") == "float64"
