"""``sim.predict``: run many examples through the network, with spikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import islice
from typing import Any

import nengo
import numpy as np

from nengo_nb.engine.assembly import Assembled, Copies
from nengo_nb.errors import FeedError
from nengo_nb.objects.operator import uncompiled
from nengo_nb.on_demand import tf
from nengo_nb.ops.rules import ExecutionMode
from nengo_nb.plan.cost import CostModel
from nengo_nb.plan.program import Plan
from nengo_nb.simulator.argument_checks import drop_without_effect, refuse_unknown
from nengo_nb.simulator.params.parameter_values import ParameterValues
from nengo_nb.simulator.run.simulation import Simulation

from .calls_by_shape import ByShapes
from .datasets import Arrays, is_stream
from .training_plans import TrainingPlans

Tensor = Any


class Predictor:
    """Runs examples through the network as it is, with spikes.

    Args:
        simulation: The simulation that is run, aside or from where it is.
        plans: Training plans, by which some predictions are faster.
        parameters: The parameters as they are now.
    """

    def __init__(
        self, simulation: Simulation, plans: TrainingPlans, parameters: ParameterValues
    ) -> None:
        self.simulation = simulation
        self.plans = plans
        self.parameters = parameters
        self.minibatches: Counter[int] = Counter()
        """Number of minibatches predicted so far, by n_steps."""
        self._goes_on = False
        self._is_fresh = False
        self._merged: dict[Copies, list[Tensor]] = {}

    def predict(
        self,
        /,
        x: Any = None,
        n_steps: int | None = None,
        stateful: bool = False,
        *,
        steps: int | None = None,
        **arguments: Any,
    ) -> dict[nengo.Probe, np.ndarray]:
        """Return the probe data of many examples; nothing of it is kept in ``sim.data``.

        Args:
            x: As for ``fit``; of a dataset or generator that gives ``(x, y)``, the inputs.
            n_steps: Number of steps, where no node is fed.
            stateful: Whether each minibatch goes on where the one before ended, beginning where the
                simulation is, which is then where the last one ended. Otherwise each example begins
                at the initial state, and the simulation stays where it is.
            steps: Number of minibatches to take of a dataset or generator; by default all.
            **arguments: ``batch_size``, ``verbose`` and other arguments of Keras are accepted from
                scripts; nothing is shown, and minibatches have the simulator's size.

        Returns:
            For each probe, ``(examples, samples, *shape)``, its samples of a run that
            begins with each example. That is every step, unless ``sample_every`` or
            ``keep_history`` say otherwise.

        Raises:
            FeedError: Inputs do not fit, or there are none.
            SimulatorClosed: The simulator is closed.
            TypeError: An argument is unknown.
            ValidationError: Callbacks were given, of which none is called.
        """
        self.simulation.check_open("run")
        refuse_unknown(drop_without_effect(arguments, self.simulation.batch), "predict")
        self.expect_changes()
        examples = self.plans.make_examples({})
        with self.going_on(stateful):
            parts = [
                self.run(examples.inputs(_arrays(inputs), n_steps)) for inputs in _batches(x, steps)
            ]
        if not parts:
            raise FeedError("the generator or dataset is empty.")
        joined = _joined(parts, self.plans.probes)
        return {probe: joined[name] for name, probe in self.plans.probes.items()}

    def predict_on_batch(
        self, x: Any = None, n_steps: int | None = None, stateful: bool = False
    ) -> dict[nengo.Probe, np.ndarray]:
        """Return the probe data of one minibatch; as ``predict``.

        Raises:
            FeedError: There are more examples than a minibatch has.
            SimulatorClosed: The simulator is closed.
        """
        self.simulation.check_open("run")
        inputs = self.plans.make_examples({}).inputs(x, n_steps)
        size, batch = len(next(iter(inputs.values()))), self.simulation.batch
        if size > batch:
            raise FeedError(
                f"{size} examples are more than a minibatch of {batch}; predict takes any number."
            )
        return self.predict(inputs, n_steps, stateful)

    def expect_changes(self) -> None:
        """Mark parameters as changed: the next prediction hands them to the simulation."""
        self._is_fresh = False
        self._merged.clear()

    @contextmanager
    def going_on(self, stateful: bool) -> Iterator[None]:
        """Context in which predictions continue from the simulation state, if ``stateful``."""
        self._goes_on = stateful
        try:
            yield
        finally:
            self._goes_on = False

    def run(self, inputs: Arrays) -> Arrays:
        """Run any number of examples."""
        examples, n_steps = next(iter(inputs.values())).shape[:2]
        size = self.count_at_once(inputs)
        if n_steps == 1 and not self._goes_on and self.one_step is not None:
            run = self.one_step
        else:
            run, size = self._predict_minibatch, self.simulation.batch
        parts = []
        for begin in range(0, examples, size):
            some = {name: array[begin : begin + size] for name, array in inputs.items()}
            parts.append(run(some, size))
        return _joined(parts, self.plans.probes)

    @property
    def cost(self) -> CostModel:
        """The cost model of the device."""
        return self.simulation.runner.plan.cost

    def count_at_once(self, inputs: Arrays) -> int:
        """Return the number of examples to compute at once."""
        examples, n_steps = next(iter(inputs.values())).shape[:2]
        if n_steps > 1 or self.one_step is None:
            return self.simulation.batch
        # A power of two, so that few sizes, and few traced programs, come up.
        return min(self.cost.examples_at_once, 1 << (examples - 1).bit_length())

    def _predict_minibatch(self, inputs: Arrays, batch: int) -> Arrays:
        """Run one minibatch; a smaller one is padded, and the padding left out of the result."""
        size, n_steps = next(iter(inputs.values())).shape[:2]
        if not self._goes_on and self._pays_in_one(n_steps, batch) and self.whole_run is not None:
            return self.whole_run(inputs, batch)
        if size < batch and self._goes_on:
            raise FeedError(
                "with stateful=True every minibatch goes on with the one before, so the number "
                "of examples must be a "
                f"multiple of {batch}; the last minibatch has {size}."
            )
        # Handing parameters over copies them, so it is done once for all minibatches of a call.
        if not self._is_fresh:
            self.parameters.hand_over()
            self._is_fresh = True
        runner, names = self.simulation.runner, self.plans.names.by_object
        values = {names[node]: value for node, value in runner.plan.graph.feedable.items()}
        feeds = {
            values[k]: _filled(a, batch).transpose(1, 0, 2).astype(self.plans.dtype)
            for k, a in inputs.items()
        }
        records = runner.run_aside(n_steps, feeds, self._goes_on)
        shapes = {p: self.simulation.model.sig[p]["in"].shape for p in records}
        return {
            name: self.plans.samples[name].of(
                np.moveaxis(records[probe], 1, 0)[:size].reshape(size, n_steps, *shapes[probe])
            )
            for name, probe in self.plans.probes.items()
        }

    def _pays_in_one(self, n_steps: int, batch: int) -> bool:
        """Whether enough minibatches of this length have come to compile one program for all."""
        self.minibatches[n_steps] += 1
        model = self.simulation.model
        sizes = [model.sig[probe]["in"].size for probe in model.probes]
        sizes += [node.size_out for node in self.simulation.runner.plan.graph.feedable]
        is_small = n_steps * batch * sum(sizes) <= self.cost.most_predicted
        return is_small and self.minibatches[n_steps] > self.cost.many_minibatches

    @cached_property
    def one_step(self) -> Callable[[Arrays, int], Arrays] | None:
        """Function that computes one step of many examples; see ``_from_the_start``."""
        return self._from_the_start(use_xla=False)

    @cached_property
    def whole_run(self) -> Callable[[Arrays, int], Arrays] | None:
        """Function that computes all steps of a minibatch; None also where XLA cannot compile."""
        return None if uncompiled(self.simulation.model) else self._from_the_start(use_xla=True)

    def _from_the_start(self, use_xla: bool) -> Callable[[Arrays, int], Arrays] | None:
        """Return the network as a function of its inputs; None if it needs noise or Python."""
        if not self.plans.probes:
            return None
        plan = self.plans.plan(ExecutionMode.RUN, list(self.plans.probes))
        if not _is_plain(plan):
            return None
        forward = self.plans.forward(ExecutionMode.RUN, list(self.plans.probes))
        # Made here, as no variable may be made while ``run`` is traced.
        parameters = self.parameters
        parameters.make_variables()

        copies = Copies(plan, parameters.tensors())
        merges = len(copies.signals) >= self.cost.many_trained

        def run(
            steps: int, x: Mapping[str, Tensor], merged: list[Tensor] | None
        ) -> dict[str, Tensor]:
            if merged is None:
                return forward(x, parameters.tensors(), {}, steps=steps)[0]
            assembled = Assembled(dict(zip(copies.slots, merged, strict=True)))
            return forward(x, assembled, {}, steps=steps)[0]

        programs: dict[int, ByShapes] = {}

        def predict(inputs: Arrays, batch: int) -> Arrays:
            size, steps = next(iter(inputs.values())).shape[:2]
            # Shortened first, so that padding copies one step instead of all.
            fed = {name: _filled(_shortened(array), batch) for name, array in inputs.items()}
            # ``steps`` is a Python number in the traced function, and a shortened input does not
            # tell it.
            if steps not in programs:
                programs[steps] = ByShapes(partial(run, steps), jit_compile=use_xla)
            tensors = {name: tf.constant(array, self.plans.dtype) for name, array in fed.items()}
            recorded = programs[steps](tensors, self._merge(copies) if merges else None)
            return {name: tensor.numpy()[:size] for name, tensor in recorded.items()}

        return predict

    def _merge(self, copies: Copies) -> list[Tensor]:
        """Return the parameters of a plan, whose many variables take long to trace."""
        if copies not in self._merged:
            merged = copies.merge(copies.slots, self.parameters.by_signal(), is_kept=False)
            self._merged[copies] = [tf.constant(a, self.plans.dtype) for a in merged.values()]
        return self._merged[copies]


def _batches(x: Any, steps: int | None) -> Iterator[Any]:
    """Yield the inputs of each minibatch of a dataset or generator, or all inputs at once."""
    if not is_stream(x):
        yield x
        return
    for batch in islice(x, steps):
        yield batch[0] if isinstance(batch, tuple) else batch


def _joined(parts: Sequence[Arrays], names: Iterable[str]) -> Arrays:
    """Concatenate the arrays of several minibatches, by name."""
    joined = {}
    for name in names:
        joined[name] = np.concatenate([part[name] for part in parts])
    return joined


def _is_plain(plan: Plan) -> bool:
    """Whether a plan needs neither Python nor random numbers."""
    if plan.python_parts:
        return False
    for segment in plan.segments:
        rules = [group.rule for group in segment.groups]
        if any(rule is not None and rule.uses_counter for rule in rules):
            return False
    return True


def _filled(array: np.ndarray, batch: int) -> np.ndarray:
    """Pad an array to the number of examples of a minibatch, by repeating its examples."""
    return array if len(array) == batch else np.resize(array, (batch, *array.shape[1:]))


def _shortened(array: np.ndarray) -> np.ndarray:
    """Reduce an input that never changes, such as a static image, to a length-1 time axis."""
    # Backwards, as an input that changes at all differs in its last steps most often.
    first, backwards = array[:, :1], range(array.shape[1] - 1, 0, -1)
    return first if all(np.array_equal(first[:, 0], array[:, k]) for k in backwards) else array


def _arrays(x: Any) -> Any:
    """Convert tensors, also in a mapping, to arrays."""
    if isinstance(x, Mapping):
        return {key: np.asarray(value) for key, value in x.items()}
    return np.asarray(x) if tf.is_tensor(x) else x
