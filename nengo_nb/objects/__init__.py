"""Nengo objects, distributions, neuron types and losses beyond those of Nengo.

``dists`` (weights drawn by the size of a layer), ``neurons`` (soft LIF, leaky rectified),
``losses`` and ``obj`` (objectives), ``tensor_node`` (TensorFlow inside a network), ``layer`` (a
TensorNode or neurons with their connection), ``printing``. ``tensor_function`` is the user's code
in a TensorNode, ``operator`` its operator and trace, and ``rules`` their TensorFlow rules.
``dists`` and ``neurons`` do without TensorFlow, so nothing is imported here.
"""
