"""Functions that meet in what a network of Nengo holds are not told apart."""

from __future__ import annotations

import nengo
import pytest

from .test_alias_groups import share


class Memory:
    def __init__(self):
        self.value = 0.0

    def write(self, t, x):
        self.value += float(x[0])

    def read(self, t):
        return self.value


class MemoryNetwork(nengo.Network):
    """Reaches its memory through itself; the memory does not know the network."""

    def __init__(self, memory):
        super().__init__()
        self.memory = memory
        with self:
            self.writer = nengo.Node(self.write, size_in=1)

    def write(self, t, x):
        self.memory.write(t, x)


def test_what_a_network_of_ones_own_holds_is_shared_with_who_reaches_it_otherwise():
    memory = Memory()
    net = MemoryNetwork(memory)

    assert share(net.write, memory.read)
    assert share(lambda t: net.memory.read(t), memory.write)
    assert not share(net.write, Memory().read)


def test_what_was_added_to_an_object_of_nengo_is_shared_with_who_reaches_it_otherwise():
    memory = Memory()
    with nengo.Network() as net:
        ens = nengo.Ensemble(1, 1)
    with pytest.warns(SyntaxWarning, match="Creating new attribute"):
        ens.memory = memory
    net.box = [memory]

    assert share(lambda t: ens.memory.value, memory.write)
    assert share(lambda t: net.box[0].value, memory.write)


def test_what_is_found_through_a_networks_lists_and_nodes_is_shared():
    memory = Memory()
    with nengo.Network() as net, nengo.Network():
        node = nengo.Node(memory.read)
        ens = nengo.Ensemble(1, 1)
        nengo.Connection(ens, ens, function=lambda x: memory.value)

    assert share(lambda t: node.output(t), memory.write)
    assert share(lambda t: net.all_nodes[0].output(t), memory.write)
    assert share(lambda t: net.networks[0].connections[0].function([0]), memory.write)
    assert share(lambda t: getattr(node, "out" + "put")(t), memory.write)
    assert not share(lambda t: net.n_neurons, memory.write)
