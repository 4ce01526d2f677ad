"""A Keras model becomes a network of Nengo's objects.

``converter`` is the entrance, and ``options`` what it may be told. ``graph`` takes a model apart
into calls of layers, ``plan`` decides what becomes of each call, and ``report`` is the table of
these decisions. ``layer_converter`` is the contract of a converter for one kind of layer, and
``registry`` the table of them: ``core``, ``convolution``, ``pooling``, ``reshaping``, ``merging``,
``normalization`` and ``time`` fill it, a family of layers each, and ``fallback`` puts a copy
(``copies``) of a layer that has none into a TensorNode, as a ``called_layer`` where it has several
inputs. ``conversion`` is the state that all of these share, and ``folding`` makes normalizations a
part of weights. ``activations`` maps activations to neuron types, ``matrices`` makes
sparse weights, ``lookup`` finds the objects of a layer, ``notices`` warns, ``verification``
compares the network with its model, ``calibration`` finds firing rates from data, ``tuning``
chooses them from ``accuracy_curves``, with the synapses behind each spike that ``fan_out`` counts,
and ``fine_tuning`` goes on learning with spikes.
"""
