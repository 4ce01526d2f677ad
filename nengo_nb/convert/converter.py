"""``Converter``: a Keras model becomes a Nengo network. ``LayerConverter`` converts one layer."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import nengo
import numpy as np
from nengo.ensemble import Neurons
from nengo.exceptions import NengoWarning, ValidationError
from nengo.synapses import Synapse

from nengo_nb.errors import ConversionError
from nengo_nb.settings import configure_settings

from .accuracy_curves import Metric, accuracy, run_grid, score_of_model
from .activations import Swaps, is_spiking
from .calibration import activities_at, check_calibration, scales_of
from .conversion import Conversion
from .fine_tuning import Training, fine_tune
from .folding import foldable
from .graph import Call, Value, check_model, functional, read_graph
from .layer_converter import LayerConverter
from .lookup import KerasTensorDict
from .notices import warn
from .options import Options, Scales
from .plan import decide, make_report, natives, refusals
from .registry import register
from .tuning import Setting, Tuning, check_tuning, time_constants
from .verification import arrays_of, call_model, feeds_of, verify

__all__ = ["Converter", "KerasTensorDict", "LayerConverter"]


class Converter:
    """Converts a Keras model into a Nengo network.

    Each layer becomes Nengo's own objects: nodes, neurons, and connections with its weights. The
    network runs in ``nengo.Simulator`` as well, but for layers that fall back to a TensorNode,
    which ``report`` names. One step of the simulation computes what one call of the model does,
    unless neurons spike or there is a synapse::

        converter = nengo_nb.Converter(
            model, swap_activations={"relu": nengo.SpikingRectifiedLinear()}, synapse=0.01
        )
        with nengo_nb.Simulator(converter.net) as sim:
            images = np.tile(test_images.reshape(-1, 1, 28 * 28), (1, 50, 1))
            data = sim.predict({converter.inputs[model]: images})

    Args:
        model: A functional or sequential Keras 3 model, with weights.
        allow_fallback: Whether a layer that Nengo has no objects for runs as it is in a TensorNode,
            with a warning; otherwise it is an error.
        inference_only: Whether the network is only run, or trained in another way than the model
            would be: regularizers and constraints are ignored, and batch normalization with the
            averages it has learned becomes part of the weights.
        max_to_avg_pool: Whether maximum pooling becomes average pooling.
        split_shared_weights: Whether a layer that is called more than once gets independent copies
            of its weights; otherwise it is an error.
        swap_activations: From activations to those that take their place. Keys and values are
            functions of Keras or TensorFlow, their names, or neuron types. A key is looked for
            among the activations of the layers, and among the neuron types that these become.
        scale_firing_rates: Factor on the input of neurons, by which their output is divided; a
            number, or for each layer a number, or one for each of its channels. Rates are so much
            higher, and outputs the same for neurons with a linear response.
        synapse: Synapse, or its time constant in seconds, for what leaves neurons.
        temporal_model: Whether the first axis behind the batch is time; a step of the simulation is
            then a step of the model.

    Attributes:
        net: The network.
        model: The model, in its functional form.
        inputs: Input nodes, by Keras tensor or layer, or by the model if it has one.
        outputs: Probes of the outputs, likewise.
        layers: The node or neurons that stand for each tensor, or for the output of each layer.
        report: Table of what became of each layer; printed, of those that need a word.

    Raises:
        ConversionError: The model, or a layer, cannot be converted. It is a ``TypeError``.
        ValueError: Layers are called more than once.
    """

    def __init__(
        self,
        model: Any,
        allow_fallback: bool = True,
        inference_only: bool = False,
        max_to_avg_pool: bool = False,
        split_shared_weights: bool = False,
        swap_activations: Mapping[Any, Any] | None = None,
        scale_firing_rates: Scales = None,
        synapse: Synapse | float | None = None,
        temporal_model: bool = False,
    ) -> None:
        options = Options(
            allow_fallback=allow_fallback,
            inference_only=inference_only,
            max_to_avg_pool=max_to_avg_pool,
            split_shared_weights=split_shared_weights,
            swap_activations=dict(swap_activations or {}),
            scale_firing_rates=scale_firing_rates,
            synapse=synapse,
            temporal_model=temporal_model,
        )
        check_model(model)
        self._given = model
        self._has_learned = False
        self.model = functional(model)
        self.net = nengo.Network(label=model.name, add_to_container=False)
        graph, swaps = read_graph(model, temporal_model), Swaps(options.swap_activations)
        self._conversion = Conversion(self.model, options, graph, self.net, swaps)
        self._decisions = decide(self._conversion)
        self.report = make_report(self._decisions)
        # All layers were looked at before the first object is made.
        if refusals(self.report):
            raise ConversionError(f"{model.name!r} cannot be converted:\n{refusals(self.report)}")
        warn(self._conversion, self._decisions, self.report)
        if options.inference_only:
            # In training a change of folded weights would change both layers.
            self._conversion.folds = foldable(graph, natives(self._decisions))
        if nengo.Network.context:
            nengo.Network.context[-1].add(self.net)
        with self.net:
            # Objects can be told whether they are trained, and all of them are told.
            configure_settings(trainable=None)
            self._build()
        objects = self._conversion.objects
        inputs = {value: objects[value] for value in graph.inputs}
        self.inputs = self._lookup(model, graph.inputs, inputs)
        self.outputs = self._lookup(model, graph.outputs, self._conversion.probes)
        # What a folded layer computed by itself is nowhere in the network.
        folded = {graph.calls[number] for number in self._conversion.folds}
        layers = {value: obj for value, obj in objects.items() if value.call not in folded}
        self.layers = self._lookup(model, graph.outputs, layers)

    def _build(self) -> None:
        conversion = self._conversion
        for node_id, decision in enumerate(self._decisions):
            made = decision.converter.convert(node_id) if decision.converter else None
            for index, obj in enumerate(made if isinstance(made, list) else [made]):
                conversion.objects[Value(decision.call, index)] = obj
        for value in conversion.graph.outputs:
            if value not in conversion.probes:
                obj = conversion.objects[value]
                synapse = conversion.options.synapse if isinstance(obj, Neurons) else None
                probe = nengo.Probe(obj, synapse=synapse, label=value.call.name)
                conversion.probes[value] = probe

    def _lookup(
        self, model: Any, own: list[Value], objects: Mapping[Value, Any]
    ) -> KerasTensorDict:
        return KerasTensorDict(self._conversion.graph, objects, (model, self.model), own)

    def verify(
        self, training: bool = False, inputs: Any = None, atol: float = 1e-8, rtol: float = 1e-5
    ) -> bool:
        """Compare the network with the model.

        Differences are allowed up to ``atol + rtol * m``, where ``m`` is the largest absolute value
        of an output: a sum in float32 is as exact as its largest terms.

        Args:
            training: Whether both are trained for three epochs before they are compared, and the
                numbers of their trainable parameters. The model is then as it was before.
            inputs: Arrays with a batch axis, one for each input of the model, in order; by default
                random numbers between 0 and 1.
            atol: Allowed absolute difference.
            rtol: Allowed difference, relative to the largest value.

        Returns:
            True.

        Raises:
            ValueError: They differ.
        """
        return verify(self._conversion, training, inputs, atol, rtol)

    def calibrate(
        self,
        x: Any,
        target: float = 200.0,
        percentile: float = 99.9,
        per_channel: bool = False,
    ) -> Converter:
        """Convert the model again, with firing rates scaled by the activities that data cause.

        The factor of each layer brings a percentile of the activities of its rate neurons to the
        firing rate ``target``; those above fire more often. Then a layer with small activities
        fires as often as one with large ones, and its spikes stand for less.

        Args:
            x: Examples for the model, such as some of those it was trained with: an array, or a
                list of one for each input.
            target: Firing rate in Hz.
            percentile: Above 0, up to 100. The largest activity, 100, may be that of an outlier.
            per_channel: Whether each channel has a factor of its own.

        Returns:
            A converter with the same options, but for ``scale_firing_rates``; factors are in its
            ``options``.

        Raises:
            ValidationError: An argument cannot be used.
        """
        check_calibration(target, percentile)
        return self._scaled(self._activities(x, percentile), target, per_channel)

    def tune(
        self,
        x: Any,
        y: Any,
        targets: Sequence[float] = (50.0, 100.0, 200.0, 400.0),
        synapses: Sequence[float] | None = None,
        n_steps: int = 50,
        percentile: float = 99.9,
        per_channel: bool = False,
        metric: Metric = accuracy,
    ) -> Tuning:
        """Choose firing rates, synapse and presentation time by the accuracy on labelled examples.

        Each pair of a firing rate and a synapse is calibrated as ``calibrate`` does and run once;
        accuracy, firing rate and synaptic operations at every step are then a curve. The cheapest
        point that loses at most a hundredth of the model's accuracy is chosen, and may be chosen
        again with another limit::

            tuning = converter.tune(images, labels)
            print(tuning)
            converter = tuning.choose(loss=0.005, max_steps=30).converter

        Args:
            x: Examples for the model: an array, or a list of one for each input. Those of a test
                would be chosen for, so take some of the training's or of a validation's.
            y: Their labels: numbers of classes, or ones for them; for a ``metric`` of one's own
                whatever it takes.
            targets: Firing rates in Hz, as for ``calibrate``.
            synapses: Time constants in seconds of what leaves neurons, 0 for none. By default that
                of the converter, or 5 and 10 ms if it has none.
            n_steps: Number of steps that each example is presented for.
            percentile: As for ``calibrate``.
            per_channel: As for ``calibrate``.
            metric: Score of outputs, ``(examples, size)``, by labels; larger is better.

        Returns:
            The curves, the point that was chosen, and a converter with its options, whose network
            has the seed 0 as all that were run.

        Raises:
            ValidationError: An argument cannot be used, or no neurons spike.
        """
        for target in targets:
            check_calibration(target, percentile)
        labels = np.asarray(y)
        arrays = arrays_of(self._conversion, x)
        taus = time_constants(self.options.synapse) if synapses is None else synapses
        check_tuning(self._conversion, labels, len(arrays[0]), targets, taus, n_steps)
        activities = self._activities(arrays, percentile)

        def make(setting: Setting) -> Converter:
            changed = {"synapse": setting.synapse or None}
            # A network around it: what is only tried is no part of one that is being made.
            with nengo.Network(add_to_container=False):
                made = self._scaled(activities, setting.target, per_channel, **changed)
            # Voltages begin at random: what is chosen is to be what was measured.
            made.net.seed = 0
            return made

        return run_grid(
            make,
            [Setting(float(t), float(s)) for t, s in itertools.product(targets, taus)],
            lambda conversion: feeds_of(conversion, arrays),
            labels,
            n_steps,
            metric,
            score_of_model(lambda part: call_model(self.model, part)[0], arrays, labels, metric),
        )

    def fine_tune(
        self,
        x: Any,
        y: Any,
        n_steps: int,
        loss: Any = None,
        metrics: Any = None,
        optimizer: Any = None,
        surrogate: Any = "rate",
        minibatch_size: int = 50,
        **arguments: Any,
    ) -> Any:
        """Train the network from the converted weights, with spikes in the forward pass.

        The loss is taken at the last step, so the network learns to answer in that time. Afterwards
        ``net`` has what was learned, for any simulator; the model is as it was.

        Args:
            x: Examples for the model: an array, or a list of one for each input.
            y: Their targets, as the loss wants them, such as numbers of classes.
            n_steps: Number of steps for each example, such as ``tuning.chosen.n_steps``.
            loss: A loss of Keras, its name, or a function; by default that of the compiled model.
            metrics: Metrics of Keras, likewise.
            optimizer: An optimizer of Keras or its name; by default Adam with a rate of 1e-4.
            surrogate: Derivative in place of a spike's, see ``nengo_nb.surrogates``. By default
                that of the firing rate.
            minibatch_size: Number of examples in a minibatch.
            **arguments: Those of ``Simulator.fit``: ``epochs``, ``verbose``, ``callbacks``, and
                ``validation_data``, a pair as ``x`` and ``y`` are.

        Returns:
            History of Keras.

        Raises:
            ValidationError: An argument cannot be used, or no neurons spike.
        """
        training = Training(
            getattr(self._given, "loss", None) if loss is None else loss,
            metrics,
            optimizer,
            surrogate,
            minibatch_size,
        )
        history = fine_tune(self._conversion, x, y, n_steps, training, arguments)
        self._has_learned = True
        return history

    def _activities(self, x: Any, percentile: float) -> dict[Call, np.ndarray]:
        """Return a percentile of the activities of each layer, of neurons without spikes."""
        if self._has_learned:
            raise ValidationError(
                "begin with the weights of the model, which fine_tune left as they were; use them "
                "before fine_tune, or on a new converter",
                attr="calibrate and tune",
            )
        options = vars(self.options)
        swaps = {
            key: value
            for key, value in options["swap_activations"].items()
            if not is_spiking(value)
        }
        plain = {"swap_activations": swaps, "scale_firing_rates": None, "synapse": None}
        # A network around it, so that it does not become a part of one that is being made.
        with nengo.Network(add_to_container=False):
            rates = self._again(**plain)._conversion
        return activities_at(rates, feeds_of(rates, x), percentile)

    def _scaled(
        self,
        activities: Mapping[Call, np.ndarray],
        target: float,
        per_channel: bool,
        **changed: Any,
    ) -> Converter:
        """Convert again with firing rates by activities, and with other options that are given."""
        scales, silent = scales_of(activities, self._conversion.neurons, target, per_channel)
        if silent:
            warnings.warn(
                f"No activity of {', '.join(silent)} was above zero: these layers are not scaled.",
                NengoWarning,
                stacklevel=3,
            )
        return self._again(scale_firing_rates=scales, **changed)

    def _again(self, **changed: Any) -> Converter:
        """Convert the model again with some other options."""
        with warnings.catch_warnings():
            # What there is to say about layers was said of this converter.
            warnings.simplefilter("ignore", NengoWarning)
            return Converter(self._given, **{**vars(self.options), **changed})

    @property
    def conversion(self) -> Conversion:
        """State of the conversion, which converters of layers share."""
        return self._conversion

    @property
    def options(self) -> Options:
        """Options of the conversion."""
        return self._conversion.options

    def get_converter(self, layer: Any) -> LayerConverter:
        """Return the object that converts a layer of the model.

        Raises:
            KeyError: The model does not call the layer.
        """
        for decision in self._decisions:
            if decision.call.layer is layer and decision.converter is not None:
                return decision.converter
        raise KeyError(f"{getattr(layer, 'name', layer)!r} is no layer of {self.net.label!r}")

    register = staticmethod(register)
