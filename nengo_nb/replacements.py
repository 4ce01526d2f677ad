"""Names of NengoDL and what has their place here, for its scripts and for ``migrate``."""

from __future__ import annotations

SIMULATOR_ATTRIBUTES = {
    "tensor_graph": "sim.plan and sim.explain() show what is computed, sim.keras_model is the "
    "model.",
    "graph": "TensorFlow has no graphs and sessions any more; see sim.explain().",
    "sess": "TensorFlow has no sessions any more; use sim.run, sim.predict or sim.keras_model.",
    "run_batch": "use sim.predict, sim.fit or sim.keras_model.",
    "node_inputs": "sim.keras_model has its inputs by name, sim.get_name(node).",
    "training_step": "sim.keras_model.optimizer.iterations counts minibatches.",
    "summary": "pass callbacks=[nengo_nb.callbacks.NengoSummaries(...)] to sim.fit.",
}
"""Attributes of NengoDL's simulators that ``nengo_nb.Simulator`` lacks."""
