"""What a network may hold that Nengo lacks.

``dists`` (weights drawn by the size of a layer), ``neurons`` (soft LIF, leaky rectified), ``losses`` and ``obj`` (what
training makes small), ``tensor_node`` (TensorFlow inside a network), ``layer`` (the same in a line), ``printing``.
``tensor_function`` is the user's code in a TensorNode, ``operator`` what the node is built into and what is found out
about it beforehand, and ``rules`` how it and the neurons are computed. ``dists`` and ``neurons`` do without TensorFlow,
so nothing is imported here.
"""
