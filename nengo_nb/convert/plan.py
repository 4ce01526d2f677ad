"""Decide what becomes of each call of a layer, before anything is made."""

from __future__ import annotations

from dataclasses import dataclass

from .activations import describe, name_of
from .conversion import Conversion
from .core import ConvertInput
from .fallback import ConvertFallback
from .graph import Call
from .layer_converter import LayerConverter
from .registry import find_converter
from .report import Fate, Report, Row, table

NO_COUNTERPART = "Nengo has no objects for it"
REGISTER = "register a converter (Converter.register), or replace the layer"


@dataclass(frozen=True)
class Decision:
    """Converter of a call, and what is said about it.

    Args:
        call: The call.
        converter: Its converter; None where it is refused.
        row: Its row in the report.
    """

    call: Call
    converter: LayerConverter | None
    row: Row


def decide(conversion: Conversion) -> tuple[Decision, ...]:
    """Return a decision for each call of a model.

    Raises:
        ValueError: Layers with weights are called more than once.
    """
    _refuse_shared(conversion)
    made: dict[tuple[int, type], LayerConverter] = {}
    decisions = []
    for node_id, call in enumerate(conversion.graph.calls):
        kind, row = _choose(conversion, call)
        if kind is None:
            decisions.append(Decision(call, None, row))
            continue
        # One converter for all calls of a layer, so that a subclass may keep something in it.
        key = (id(call.layer), kind)
        if key not in made:
            made[key] = kind(call.layer, conversion)
        decisions.append(Decision(call, made[key], _with_note(row, made[key], node_id)))
    return tuple(decisions)


def _choose(conversion: Conversion, call: Call) -> tuple[type[LayerConverter] | None, Row]:
    """Return the class that converts a call, or None, and the row that says why."""
    layer_name = type(call.layer).__name__ if call.layer is not None else "InputLayer"
    kind = find_converter(call.layer) if call.inputs else ConvertInput
    if kind is None:
        why, may_fall_back = NO_COUNTERPART, True
    else:
        fits, reason = kind.convertible(call.layer, conversion)
        if fits and kind.over_time_alone(conversion, call):
            return kind, Row(call.name, layer_name, kind.fate)
        why = reason or "it mixes steps of time"
        may_fall_back = kind.allow_fallback
    if conversion.options.temporal_model and not call.is_per_step:
        why = f"{why}, or it is not known to treat each step of time by itself"
        remedy = "wrap it in TimeDistributed, if it does"
        return None, Row(call.name, layer_name, Fate.REFUSED, why, remedy)
    obstacle = ConvertFallback.obstacle(call)
    if obstacle:
        return None, Row(call.name, layer_name, Fate.REFUSED, f"{why}; {obstacle}", REGISTER)
    if not (conversion.options.allow_fallback and may_fall_back):
        remedy = f"allow_fallback=True, or {REGISTER}" if may_fall_back else REGISTER
        return None, Row(call.name, layer_name, Fate.REFUSED, why, remedy)
    remedy = "runs in nengo_nb.Simulator alone; else replace the layer"
    if "max_to_avg_pool" in why or "inference_only" in why:
        remedy = "runs in nengo_nb.Simulator alone, unless that is set"
    return ConvertFallback, Row(call.name, layer_name, Fate.FALLBACK, why, remedy)


def _with_note(row: Row, converter: LayerConverter, node_id: int) -> Row:
    """Return a row with what its converter, or its activation, adds to it."""
    why, remedy, fate = row.why, row.remedy, row.fate
    if fate is not Fate.FALLBACK:
        why = converter.note(node_id)
        unknown = unknown_activation(converter)
        if unknown:
            may_fall_back = converter.converter.options.allow_fallback
            fate = Fate.FALLBACK if may_fall_back else Fate.REFUSED
            why = f"no neurons have its activation, {unknown}"
            remedy = "swap_activations; as it is, it runs in nengo_nb.Simulator alone"
    return Row(row.layer, row.kind, fate, why, remedy)


def unknown_activation(converter: LayerConverter) -> str | None:
    """Return the activation of a layer that no neuron type has, as text; None if there is none."""
    activation = converter.activation
    if activation is None or not converter.has_activation:
        return None
    found = converter.resolve(activation, (1,))
    if found is None or not callable(found):
        return None
    return None if name_of(found) else describe(found)


def _refuse_shared(conversion: Conversion) -> None:
    if conversion.options.split_shared_weights:
        return
    calls_of: dict[int, list[Call]] = {}
    for call in conversion.graph.calls:
        calls_of.setdefault(id(call.layer), []).append(call)
    shared = [
        calls[0].name
        for calls in calls_of.values()
        if len(calls) > 1 and getattr(calls[0].layer, "weights", None)
    ]
    if shared:
        raise ValueError(
            f"{', '.join(map(repr, shared))} are called more than once, and connections share no "
            "weights. With split_shared_weights=True each call gets a copy of them; in training "
            "the copies then change independently."
        )


def make_report(decisions: tuple[Decision, ...]) -> Report:
    """Return the table of decisions."""
    return Report(tuple(decision.row for decision in decisions))


def refusals(report: Report) -> str:
    """Return the refused layers as text; empty if there are none."""
    return table(report.of(Fate.REFUSED))


def fallbacks(report: Report) -> str:
    """Return the layers that became TensorNodes as text; empty if there are none."""
    return table(report.of(Fate.FALLBACK))


def natives(decisions: tuple[Decision, ...]) -> frozenset[Call]:
    """Return the calls that become Nengo's objects."""
    return frozenset(d.call for d in decisions if d.row.fate is Fate.NATIVE)
