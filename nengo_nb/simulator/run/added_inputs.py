"""Inputs that a simulation gets while it goes on, without changing its network.

An input is a node outside of the network, with the output zero until it is fed, and a connection
that adds it to what its target gets.
"""

from __future__ import annotations

import nengo
from nengo.builder import Model


def build_input(connection: nengo.Connection, model: Model) -> None:
    """Add the operators of an input to a model that was built before.

    Args:
        connection: Connection from the node to what gets it; neither it nor the node belongs to a
            network.
        model: The model, which is changed.
    """
    for part in (connection.pre_obj, connection):
        # Nengo's builder asks for a seed; neither of them draws anything from it.
        model.seeded[part], model.seeds[part] = True, 0
        model.build(part)
