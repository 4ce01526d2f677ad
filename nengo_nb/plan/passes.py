"""Compiler passes: eight steps from a built model to a plan, with inputs, outputs and invariants.

A pass is a pure function from a draft to a draft: it fills in the parts it gives, and changes
nothing it was given. ``PASSES`` is the whole compiler in front of TensorFlow, in the order in which
it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nengo.base import NengoObject
from nengo.builder import Model

from nengo_nb.errors import SparseProbeError

from .assemble import Layer, assemble_stage, make_layers
from .check import graph_problems, layer_problems, live_problems, plan_problems, schedule_problems
from .cost import CostModel
from .dataflow import SignatureOf, make_graph
from .graph import Graph, Operation, Origin
from .ownership import Ownership, assign_values
from .program import Plan, Stage
from .refs import Ref, shown_by
from .stages import StageKind, assign_stages, live_operations

ShareGroups = Callable[[Sequence[Operation]], Iterable[frozenset[int]]]
"""Which Python operations (by position in the sequence) may share mutable state."""


@dataclass(frozen=True)
class Request:
    """Arguments of ``make_plan``, from which a plan is made.

    Args:
        model: The built model. It is only read.
        signature_of: Function from an operator to its rule's signature, or None where it runs in
            Python.
        share_groups: Tells which Python operations may share mutable state.
        cost: The cost model of the device that the plan is for.
        over_time: Tells which operations to compute for all steps of a chunk at once, where no
            circle forbids it.
        learned_from: Tells of an operation that changes many weights what it multiplies the error
            with.
        probes: The probes that are wanted; then Python runs only where they need it. By default
            all, and all Python.
    """

    model: Model
    signature_of: SignatureOf
    share_groups: ShareGroups
    cost: CostModel
    over_time: Callable[[Operation], bool] = lambda _: False
    learned_from: Callable[[Operation], Ref | None] = lambda _: None
    probes: tuple[NengoObject, ...] | None = None


NOBODY = Ownership((), (), (), ())
"""Ownership in a plan without stages."""


@dataclass(frozen=True)
class Draft:
    """Plan in the making, which each pass extends.

    Args:
        request: The arguments it is made from.
        graph: The dataflow of one step.
        probes: For each probe, the elements it records.
        live: The operations that anything needs, in a valid order.
        shared: Groups of live Python operations, by index, that may share mutable state.
        schedule: How each stage runs, and its operations.
        ownership: Which stage owns and hands on which values.
        layers: The operations of each stage, siblings merged.
        stages: The finished stages.
    """

    request: Request
    graph: Graph = field(default_factory=Graph)
    probes: Mapping[NengoObject, Ref] = field(default_factory=dict)
    live: tuple[Operation, ...] = ()
    shared: tuple[frozenset[int], ...] = ()
    schedule: tuple[tuple[StageKind, tuple[Operation, ...]], ...] = ()
    ownership: Ownership = NOBODY
    layers: tuple[tuple[Layer, ...], ...] = ()
    stages: tuple[Stage, ...] = ()

    def plan(self) -> Plan:
        """The plan, once every pass has run."""
        held = [
            v
            for v in self.graph.feedable.values()
            if self.graph.values[v].origin is Origin.CONSTANT_INPUT
        ]
        return Plan(self.graph, self.stages, dict(self.probes), tuple(held), self.request.cost)


@dataclass(frozen=True)
class Pass:
    """Compiler pass.

    Args:
        name: Its name in reports.
        run: Function from a draft to one in which ``gives`` is filled in.
        needs: The fields of a draft that it reads.
        gives: The field of a draft that it fills in.
        problems: Function from a draft to the faults of ``gives``, as sentences; none in a sound
            draft.
    """

    name: str
    run: Callable[[Draft], Draft]
    needs: tuple[str, ...]
    gives: str
    problems: Callable[[Draft], Iterator[str]]


def trace(draft: Draft) -> Draft:
    """Trace Nengo's operators into the dataflow of one step, without sets, increments and views."""
    request = draft.request
    return replace(draft, graph=make_graph(request.model, request.signature_of, request.cost))


def record(draft: Draft) -> Draft:
    """Find the elements each probe records: those of its signal at the end of a step."""
    model, wanted = draft.request.model, draft.request.probes
    probes = model.probes if wanted is None else wanted
    return replace(draft, probes={probe: _probed(draft.graph, model, probe) for probe in probes})


def _probed(graph: Graph, model: Model, probe: NengoObject) -> Ref:
    """Return the elements a probe records."""
    signal = model.sig[probe]["in"]
    if signal.sparse:
        raise SparseProbeError(str(probe), str(probe.obj))
    return shown_by(signal, graph.final[signal.base])


def prune(draft: Draft) -> Draft:
    """Drop operations that no probe needs, nor a Python function that runs for its effects."""
    with_effects = draft.request.probes is None
    return replace(
        draft, live=tuple(live_operations(draft.graph, draft.probes.values(), with_effects))
    )


def share(draft: Draft) -> Draft:
    """Find the Python operations that may share mutable state, and so must keep Nengo's order."""
    in_python = [o for o in draft.live if o.in_python]

    def indices(positions: frozenset[int]) -> frozenset[int]:
        return frozenset(in_python[i].index for i in positions)

    groups = draft.request.share_groups(in_python)
    return replace(draft, shared=tuple(indices(group) for group in groups))


def schedule(draft: Draft) -> Draft:
    """Divide the operations into stages: cycles run step by step, all else chunk by chunk."""
    request = draft.request
    probed = draft.probes.values()
    stages = assign_stages(
        draft.graph, draft.live, draft.shared, request.over_time, request.learned_from, probed
    )
    return replace(draft, schedule=tuple((kind, tuple(members)) for kind, members in stages))


def own(draft: Draft) -> Draft:
    """Give each state to the stage that moves it on, and find what each stage hands to others."""
    return replace(draft, ownership=assign_values(draft.graph, draft.schedule, draft.probes))


def merge_siblings(draft: Draft) -> Draft:
    """Merge sibling operations into groups, each of which is one tensor operation."""
    layers = tuple(make_layers(draft.graph, kind, members) for kind, members in draft.schedule)
    return replace(draft, layers=layers)


def lower(draft: Draft) -> Draft:
    """Give every argument and state its place in a tensor."""
    stages = [
        assemble_stage(draft.graph, draft.ownership, s, kind, draft.layers[s])
        for s, (kind, _) in enumerate(draft.schedule)
    ]
    return replace(draft, stages=tuple(stages))


def _nothing(_: Draft) -> Iterator[str]:
    """Yield nothing: the results of these passes are checked with those of the next ones."""
    return iter(())


PASSES: tuple[Pass, ...] = (
    Pass("trace", trace, ("request",), "graph", lambda d: graph_problems(d.graph, {})),
    Pass(
        "record",
        record,
        ("request", "graph"),
        "probes",
        lambda d: graph_problems(d.graph, d.probes),
    ),
    Pass(
        "prune",
        prune,
        ("request", "graph", "probes"),
        "live",
        lambda d: live_problems(d.graph, d.probes, d.live),
    ),
    Pass("share", share, ("request", "live"), "shared", _nothing),
    Pass(
        "schedule",
        schedule,
        ("request", "graph", "live", "shared", "probes"),
        "schedule",
        lambda d: schedule_problems(d.graph, d.live, d.shared, d.schedule),
    ),
    Pass("own", own, ("graph", "schedule", "probes"), "ownership", _nothing),
    Pass(
        "merge",
        merge_siblings,
        ("graph", "schedule"),
        "layers",
        lambda d: layer_problems(d.graph, d.schedule, d.layers),
    ),
    Pass(
        "lower",
        lower,
        ("graph", "schedule", "ownership", "layers"),
        "stages",
        lambda d: plan_problems(d.plan()),
    ),
)
