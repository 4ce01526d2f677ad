"""Compile ahead of time: the programs of a network are compiled before there is a simulator for it.

Programs are known by their content (``engine/content_addressed.py``), and parameters are no part of
it, so a program that was compiled for one build of a network serves all others. Nothing else is
kept.
"""

from __future__ import annotations

from collections.abc import Callable

import nengo
import numpy as np
from nengo.builder import Model
from nengo.builder.network import seed_network
from nengo.cache import NoDecoderCache

from nengo_nb.building import EquivalentBuilder
from nengo_nb.engine.devices import kind_of
from nengo_nb.engine.executor import Executor
from nengo_nb.objects.tensor_node import TensorNode
from nengo_nb.plan.cost import MODELS
from nengo_nb.settings import get_setting

from .planning import make_plan_of
from .runner import Runner


def compile_ahead(
    network: nengo.Network, dt: float, minibatch_size: int | None, stopped: Callable[[], bool]
) -> bool:
    """Build a network in the background and compile it, unless that could have side effects.

    The build draws no number from NumPy's global generator, and neither calls nor builds code that
    may count its calls: TensorNodes and processes of one's own. Functions of connections are
    called, as Nengo's builder calls them.

    Args:
        network: The network to be simulated. It is only read.
        dt: Length of a step, in seconds.
        minibatch_size: Number of minibatch items.
        stopped: Asked between the parts of the work; True ends it.

    Returns:
        Whether everything is compiled.
    """
    too_large = network.n_neurons > MODELS[kind_of(None)].most_neurons_ahead
    if too_large or any(map(_is_foreign, network.all_nodes)) or stopped():
        return False
    model = Model(dt=float(dt), decoder_cache=NoDecoderCache(), builder=EquivalentBuilder())
    model.toplevel = network
    # The builder would draw the seed of an unseeded network from NumPy's global generator.
    seed_network(network, model.seeds, model.seeded, base_rng=np.random.RandomState(0))
    model.build(network)
    if stopped():
        return False
    plan = make_plan_of(model, minibatch_size, device=None)
    if stopped():
        return False
    # Programs are named by content and parameters are no part of it: any seed and decoders will do.
    executor = Executor(
        plan,
        minibatch_size or 1,
        get_setting(network, "dtype"),
        on_any_thread=get_setting(network, "functions_on_any_thread"),
    )
    runner = Runner(model, executor, seed=0)
    runner.start_compiling().result()
    return True


def _is_foreign(node: nengo.Node) -> bool:
    """Whether building a node runs code of the user's that may have side effects."""
    output = node.output
    if isinstance(node, TensorNode):
        return True
    return isinstance(output, nengo.Process) and not type(output).__module__.startswith("nengo.")
