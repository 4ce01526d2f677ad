"""One level: nodes and edges on a plane, without anything inside anything."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .columns import LANE, Pull, settle
from .layers import ranks_of
from .order import Columns, arrange
from .routes import Point, Stop, route
from .shelves import shelve

PAD = 18.0
"""Between the frame of a level and what is inside."""


@dataclass(frozen=True)
class Node:
    """Something that takes room on a level.

    Args:
        width: Its width; nothing for a port, which is a place in the frame.
        height: Its height.
        side: -1 for a port in the left side of the frame, 1 for one in the right, 0 for all else.
        headroom: How much of the height is free above the body, for arrows that come back to it.
    """

    width: float
    height: float
    side: int = 0
    headroom: float = 0.0

    @property
    def middle(self) -> float:
        """The height at which an arrow that has no other place is attached."""
        return self.headroom + (self.height - self.headroom) / 2


@dataclass(frozen=True)
class Edge:
    """What joins two different nodes.

    Args:
        source: Index of the node that it leaves, on the right.
        target: Index of the node that it enters, on the left.
        exit: The height on the source where it must leave, if there is one.
        entry: The height on the target where it must enter, if there is one.
        weight: How much it matters that it points to the right.
    """

    source: int
    target: int
    exit: float | None = None
    entry: float | None = None
    weight: int = 2


@dataclass(frozen=True)
class Plane:
    """A level that was laid out: its size, the corner of every node, and the path of every edge."""

    width: float
    height: float
    corners: tuple[Point, ...]
    paths: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Cluster:
    """Nodes that hang together: their indices, those of their edges, their plane, and the
    room beside it.
    """

    nodes: list[int]
    edges: list[int]
    plane: Plane
    left: float
    right: float

    @property
    def size(self) -> Point:
        """Width and height with the room beside it; ports stand in the frame itself."""
        return self.left + self.plane.width + self.right, self.plane.height


def lay_out(nodes: Sequence[Node], edges: Sequence[Edge]) -> Plane:
    """Place nodes from left to right along their edges; what is not joined stands in rows
    like words.
    """
    clusters = [_cluster(nodes, edges, group) for group in _groups(len(nodes), edges)]
    sizes = [cluster.size for cluster in clusters]
    places, width, height = shelve(sizes, [0.0 in (c.left, c.right) for c in clusters])
    corners: list[Point] = [(0.0, 0.0)] * len(nodes)
    paths: list[tuple[Point, ...]] = [()] * len(edges)
    for cluster, (x, y) in zip(clusters, places, strict=True):
        left = x + cluster.left
        for node, (a, b) in zip(cluster.nodes, cluster.plane.corners, strict=True):
            corners[node] = (width if nodes[node].side > 0 else a + left, b + y)
        for edge, path in zip(cluster.edges, cluster.plane.paths, strict=True):
            moved = tuple((a + left, b + y) for a, b in path)
            far = (width, moved[-1][1])
            leaves = nodes[edges[edge].target].side > 0 and moved[-1] != far
            paths[edge] = (*moved, moved[-1], far, far) if leaves else moved
    return Plane(width, height, tuple(corners), tuple(paths))


def _cluster(nodes: Sequence[Node], edges: Sequence[Edge], group: list[int]) -> Cluster:
    """Lay out the nodes of a group by themselves."""
    inside = {node: place for place, node in enumerate(group)}
    chosen = [index for index, edge in enumerate(edges) if edge.source in inside]
    local = [
        replace(e, source=inside[e.source], target=inside[e.target])
        for e in (edges[i] for i in chosen)
    ]
    plane = _connected([nodes[node] for node in group], local)
    left = 0.0 if any(nodes[node].side < 0 for node in group) else PAD
    right = 0.0 if any(nodes[node].side > 0 for node in group) else PAD
    return Cluster(group, chosen, plane, left, right)


def _groups(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    """The nodes that hang together, in the order of their first members."""
    root = list(range(count))

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for edge in edges:
        a, b = find(edge.source), find(edge.target)
        root[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = {}
    for node in range(count):
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())


def _connected(nodes: Sequence[Node], edges: Sequence[Edge]) -> Plane:
    """Lay out nodes that hang together."""
    pairs = [(edge.source, edge.target) for edge in edges]
    placed = arrange(
        ranks_of([node.side for node in nodes], pairs, [edge.weight for edge in edges]), pairs
    )
    passing = len(placed.ranks) - len(nodes)
    heights = [node.height for node in nodes] + [0.0] * passing
    widths = [node.width for node in nodes] + [0.0] * passing
    tops = settle(placed, heights, _pulls(placed, nodes, edges))
    lefts, column_widths = _columns(placed, widths)
    corners = [
        (lefts[rank] + (column_widths[rank] - widths[item]) / 2, tops[item])
        for item, rank in enumerate(placed.ranks)
    ]
    stops = [
        Stop(
            corners[item][0],
            tops[item],
            widths[item],
            heights[item],
            lefts[rank],
            column_widths[rank],
        )
        for item, rank in enumerate(placed.ranks)
    ]
    paths = route(placed, stops, [node.headroom for node in nodes], edges)
    depth = max((top + height for top, height in zip(tops, heights, strict=True)), default=0.0)
    lowest = max([depth, *(y for path in paths for _, y in path)])
    width = max([lefts[-1] + column_widths[-1], *(x for path in paths for x, _ in path)])
    return Plane(width, lowest, tuple(corners[: len(nodes)]), tuple(paths))


def _pulls(placed: Columns, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Pull]]:
    """What pulls at each item: long arrows are to be straight before short ones are."""
    pulls: list[list[Pull]] = [[] for _ in placed.ranks]
    for edge, chain in zip(edges, placed.chains, strict=True):
        heights = [0.0] * len(chain)
        heights[0] = nodes[edge.source].middle if edge.exit is None else edge.exit
        heights[-1] = nodes[edge.target].middle if edge.entry is None else edge.entry
        for index in range(len(chain) - 1):
            a, b = chain[index], chain[index + 1]
            if placed.ranks[a] == placed.ranks[b]:
                body, lane = min(a, b), max(a, b)
                pulls[lane].append(Pull(body, nodes[body].height + LANE, 0.5))
                continue
            ends = (index == 0) + (index == len(chain) - 2)
            weight = (8.0, 3.0, 1.0)[ends]
            pulls[a].append(Pull(b, heights[index + 1] - heights[index], weight))
            pulls[b].append(Pull(a, heights[index] - heights[index + 1], weight))
    return pulls


def _columns(placed: Columns, widths: Sequence[float]) -> tuple[list[float], list[float]]:
    """Left edge and width of each column; more room where more arrows run or turn."""
    count = len(placed.columns)
    column_widths = [max(widths[item] for item in column) for column in placed.columns]
    busy, turning = [0] * count, [0] * count
    for chain in placed.chains:
        for a, b in itertools.pairwise(chain):
            left, right = sorted((placed.ranks[a], placed.ranks[b]))
            if left < right:
                busy[left] += 1
        if len(chain) > 2 and placed.ranks[chain[0]] == placed.ranks[chain[1]]:
            turning[placed.ranks[chain[0]]] += 1
            if placed.ranks[chain[-1]] > 0:
                turning[placed.ranks[chain[-1]] - 1] += 1
    lefts, x = [], 0.0
    for rank in range(count):
        start = 22.0 if rank == 0 and _turns_at_left(placed) else 0.0
        x += start
        lefts.append(x)
        x += (
            column_widths[rank]
            + 38.0
            + min(3.0 * busy[rank], 42.0)
            + (14.0 if turning[rank] else 0.0)
        )
    return lefts, column_widths


def _turns_at_left(placed: Columns) -> bool:
    """Whether an arrow turns to the left of the first column."""
    return any(
        len(chain) > 2 and placed.ranks[chain[-1]] == 0 == placed.ranks[chain[-2]]
        for chain in placed.chains
    )
