"""Rebuild of a simulator whose network has changed, with the learned parameters that still fit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.builder import Model
from nengo.connection import LearningRule
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

from .definition import Changes, same

if TYPE_CHECKING:
    from nengo_nb.simulator import Simulator


def has_learned(sim: Simulator | None) -> bool:
    """Whether a simulator is open and may have learned."""
    return sim is not None and not sim.closed and sim.may_have_learned


def model_with_seeds(old: Simulator, changes: Changes) -> Model:
    """Return an empty model with another simulator's seeds for all unchanged objects.

    Learned parameters fit the same neurons alone. Nengo draws the seed of an object after those of
    all objects before it, so that one object more would change all others, and without a seed of
    the network every build would.
    """
    model = Model(dt=old.dt, label=old.model.label, builder=copy(old.model.builder))
    if not _has_new_seed(changes):
        kept = old.model.seeds.keys() - changes.changed.keys()
        model.seeds.update({obj: old.model.seeds[obj] for obj in kept})
    return model


@dataclass(frozen=True)
class Learned:
    """Fate of the parameters that a simulator had learned.

    Args:
        kept: Names of those that the new simulator has.
        lost: Names of those that do not fit any more.
    """

    kept: tuple[str, ...]
    lost: tuple[str, ...]

    def describe(self) -> str:
        """Return the end of a sentence about them; empty if nothing was learned."""
        if not self.lost:
            return " with what the former one had learned" if self.kept else ""
        more = f" and {len(self.lost) - 3} more" if len(self.lost) > 3 else ""
        lost = ", ".join(self.lost[:3]) + more
        start = (
            "with what the former one had learned"
            if self.kept
            else "without what the former one had learned"
        )
        return f" {start}, {'except ' if self.kept else ''}{lost}, no longer fitting"


def carry_learned(old: Simulator, new: Simulator, changes: Changes) -> Learned:
    """Load the learned parameters of an old simulator into a new one, as far as they still fit.

    They fit if neither the object itself nor the ends of a connection have changed. Weights of
    TensorNodes count, too.
    """
    with tempfile.TemporaryDirectory(prefix="nengo_nb-") as folder:
        file = new.save_params(Path(folder) / "new.npz")
        built, learned = _arrays(file), _arrays(old.save_params(Path(folder) / "old.npz"))
        # What does not fit stays as the new build has it.
        values, kept, lost = dict(built), [], []
        for name, obj, target in _pairs(old, new, learned, built):
            if target is not None and not (_has_new_seed(changes) or _touches(changes, obj)):
                values[target] = learned[name]
                kept.append(name)
            else:
                lost.append(name)
        np.savez(file, allow_pickle=False, **values)
        new.load_params(file)
    return Learned(tuple(kept), tuple(lost))


def _arrays(file: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file of parameters, by name."""
    with np.load(file) as arrays:
        return dict(arrays)


def _pairs(
    old: Simulator,
    new: Simulator,
    learned: Mapping[str, np.ndarray],
    built: Mapping[str, np.ndarray],
) -> Iterator[tuple[str, Any, str | None]]:
    """Yield the name of each learned parameter, its object, and its new name or None.

    Objects without a label are numbered, so that names of the same object may differ.
    """
    # Matched by object and attribute: names contain numbers, which differ between builds.
    targets = {(p.obj, p.attribute): p for p in new.keras_model.values()}
    parameters = {p.name: p for p in old.keras_model.values()}
    for name, parameter in parameters.items():
        # Equal to the initial value: not learned, and the new build knows better.
        if not np.array_equal(learned[name], np.asarray(parameter.initial, learned[name].dtype)):
            target = targets.get((parameter.obj, parameter.attribute))
            fits = target is not None and built[target.name].shape == learned[name].shape
            yield name, parameter.obj, target.name if target is not None and fits else None
    nodes = {
        old.get_name(node): node
        for node in old.model.toplevel.all_nodes
        if node in old.model.params
    }
    # The rest are weights of TensorNodes, which Keras names below the node's name.
    for name in learned.keys() - parameters.keys():
        owner, _, weight = name.partition("/")
        new_name = f"{new.get_name(nodes[owner])}/{weight}" if owner in nodes else ""
        fits = new_name in built and built[new_name].shape == learned[name].shape
        yield name, nodes.get(owner), new_name if fits else None


def agrees(sim: Simulator, changes: Changes) -> bool:
    """Whether the changes are learned parameters, as ``freeze_params`` writes them."""
    objs = list(changes.changed)
    if changes.added or changes.removed or not has_learned(sim):
        return False
    if not all(isinstance(obj, nengo.Ensemble | nengo.Connection) for obj in objs):
        return False
    try:
        # Raises if one of the objects has nothing that can be written back.
        arguments = sim.get_nengo_params(objs)
    except ValidationError:
        return False
    for obj, values in zip(objs, arguments, strict=True):
        if not set(changes.changed[obj]) <= values.keys():
            return False
        if not all(same(getattr(obj, name), value) for name, value in values.items()):
            return False
    return True


def _has_new_seed(changes: Changes) -> bool:
    """Whether a network has another seed, so that its neurons are others on purpose."""
    return any(
        isinstance(thing, nengo.Network) and "seed" in names
        for thing, names in changes.changed.items()
    )


def _touches(changes: Changes, obj: Any) -> bool:
    """Whether an object, or an end of a connection, has changed."""
    ends = (obj.pre_obj, obj.post_obj) if isinstance(obj, nengo.Connection) else ()
    return any(_owner(thing) in changes.changed for thing in (obj, *ends))


def _owner(thing: Any) -> Any:
    """Return the ensemble of neurons, the connection of a learning rule, or the object itself."""
    if isinstance(thing, Neurons):
        return thing.ensemble
    return thing.connection if isinstance(thing, LearningRule) else thing
