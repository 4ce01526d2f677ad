"""Loss functions of Keras and objectives of NengoDL 2, by output, with checks of target shapes.

Our own losses are Keras', and so are imported where they are used.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nengo.exceptions import ValidationError

from nengo_nb.errors import FeedError
from nengo_nb.on_demand import keras, tf
from nengo_nb.simulator.record.sampling import Samples

Tensor = Any


@dataclass(frozen=True)
class Loss:
    """Loss of one probe, or joint loss of several.

    Args:
        parts: Names of the probes.
        shapes: Shape of each probe's signal.
        samples: Which steps these probes record.
        function: A Keras loss, ``f(y_true, y_pred)`` (lists, where there are several probes), or
            None.
    """

    parts: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    samples: Samples
    function: Any = None

    @property
    def name(self) -> str:
        """Name of the output in Keras: that of the probe, or several joined by ``+``."""
        return "+".join(self.parts)

    def keras(self) -> Any:
        """Return the loss for Keras, which hands the outputs of a joint loss over as one tensor."""
        if len(self.parts) == 1:
            return self.function
        function, sizes = self.function, [shape[-1] for shape in self.shapes]

        def loss(y_true: Tensor, y_pred: Tensor) -> Tensor:
            return function(tf.split(y_true, sizes, axis=-1), tf.split(y_pred, sizes, axis=-1))

        return loss

    @property
    def needs_numbers(self) -> bool:
        """Whether NaN in a target is a mistake: a user's own loss may skip it."""
        from nengo_nb.objects.losses import find_declaration

        declaration = find_declaration(self.function)
        if declaration is not None:
            return not declaration.allows_nan
        return _kind(self.function) is not None

    def check_targets(self, array: Any, n_steps: int) -> None:
        """Check that a target has the shape of the output it is compared with, where that is known.

        Args:
            array: The target.
            n_steps: Number of steps that are run.

        Raises:
            FeedError: It has not, so that the loss would compare everything with everything; or
                nothing is recorded.
        """
        shape, kind, count = tuple(array.shape), _kind(self.function), self.samples.count(n_steps)
        if not count:
            raise FeedError(
                f"{self.name} records none of {n_steps} steps, so there is nothing to learn from."
            )
        # A user's own loss may compare arrays of any shapes; a joint one is split by the sizes of
        # its probes.
        if kind is None and len(self.parts) == 1:
            return
        # NumPy and TensorFlow would broadcast a target of another shape, and train on nonsense.
        wanted = (count, *self.shapes[0][:-1], sum(shape[-1] for shape in self.shapes))
        if kind == "classes":
            if len(shape) not in (2, 3) or shape[1] != count or shape[2:] not in ((), (1,)):
                raise FeedError(
                    f"the target of {self.name} has shape {shape}, but its loss takes numbers of "
                    "classes, (examples, "
                    f"{count}, 1)."
                )
            return
        if shape[1:] != wanted:
            needed = ", ".join(map(str, ("examples", *wanted)))
            raise FeedError(
                f"the target of {self.name} has shape {shape}, but ({needed}) is needed: as many "
                "steps as the "
                f"probe records of the {n_steps} that are run, and its size."
            )


def _kind(function: Any) -> str | None:
    """Return ``"classes"`` for sparse losses, ``"elements"`` for others, None for a user's own."""
    from nengo_nb.objects.losses import find_declaration

    declaration = find_declaration(function)
    if declaration is not None:
        return "elements" if declaration.compares_elements else None
    if isinstance(function, str):
        name = function
    else:
        kind = function if inspect.isfunction(function) else type(function)
        if not kind.__module__.startswith("keras."):
            return None
        name = kind.__name__
    # Keras names all losses that take class numbers so: ``sparse_categorical_crossentropy``.
    return "classes" if "sparse" in name.lower() else "elements"


def probes_of(losses: Mapping[str, Loss]) -> list[str]:
    """Return the names of the probes that losses need."""
    names: dict[str, None] = {}
    for loss in losses.values():
        names.update(dict.fromkeys(loss.parts))
    return list(names)


def losses_of(
    given: Any,
    shapes: Mapping[str, tuple[int, ...]],
    samples: Mapping[str, Samples],
    name_of: Callable[[Any], str],
) -> dict[str, Loss]:
    """Return the losses of ``compile(loss=...)``, by output.

    Args:
        given: One loss for all probes, one for each in a list, or a mapping from probes, names, or
            tuples of these.
        shapes: The shape of each probe's signal, by the probe's name.
        samples: Which steps each probe records, by the probe's name.
        name_of: From a probe or its name to its name.

    Raises:
        ValidationError: It does not fit the probes.
    """
    from nengo_nb.objects.losses import resolve_names

    if not shapes:
        raise ValidationError("there is no probe to learn from: add a nengo.Probe", attr="loss")
    given = resolve_names(given)
    if isinstance(given, Mapping):
        chosen = dict(given)
    elif isinstance(given, Sequence) and not isinstance(given, str):
        if len(given) != len(shapes):
            raise ValidationError(
                f"{len(given)} losses were given for {len(shapes)} probes: {', '.join(shapes)}",
                attr="loss",
            )
        chosen = dict(zip(shapes, given, strict=True))
    else:
        chosen = dict.fromkeys(shapes, given)
    losses = {}
    for key, function in chosen.items():
        parts = tuple(name_of(probe) for probe in (key if isinstance(key, tuple) else (key,)))
        loss = Loss(parts, tuple(shapes[part] for part in parts), samples[parts[0]], function)
        if any(samples[part] != loss.samples for part in parts):
            raise ValidationError(
                f"a joint loss is for probes that record the same steps, but {', '.join(parts)} "
                "differ in sample_every "
                "or keep_history",
                attr="loss",
            )
        if len(parts) > 1 and any(len(shape) != 1 for shape in loss.shapes):
            raise ValidationError(
                f"a joint loss is for probes of vectors, but one of {', '.join(parts)} is a matrix",
                attr="loss",
            )
        losses[loss.name] = loss
    return losses


def as_keras(objective: Any) -> Any:
    """Return an objective of NengoDL 2 as a Keras loss.

    Args:
        objective: A function of outputs and targets, or of outputs alone; a name; or None, where
            the target is the derivative of the objective. One for several probes is given lists.
    """
    from nengo_nb.objects.losses import nan_mse, resolve_names
    from nengo_nb.objects.obj import mse

    if objective is None:
        return given_gradient
    if isinstance(objective, str | keras.losses.Loss):
        return resolve_names(objective)
    if objective is mse:
        return nan_mse
    outputs_alone = _takes_outputs_alone(objective)

    def loss(y_true: Tensor, y_pred: Tensor) -> Tensor:
        return objective(y_pred) if outputs_alone else objective(y_pred, y_true)

    # Keras shows the name of a loss function.
    loss.__name__ = getattr(objective, "__name__", "objective")
    return loss


def given_gradient(y_true: Tensor, y_pred: Tensor) -> Tensor:
    """``sum(outputs * targets)``, whose derivative by the outputs is the targets."""
    return tf.reduce_sum(y_pred * tf.cast(y_true, y_pred.dtype))


def _takes_outputs_alone(function: Callable[..., Any]) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return len(needed) == 1 and not any(p.kind is p.VAR_POSITIONAL for p in parameters)
