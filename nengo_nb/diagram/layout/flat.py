"""Layered layout of one level: nodes and edges on a plane, without nesting."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .columns import LANE, Pull, settle
from .layers import ranks_of
from .order import Columns, arrange
from .routes import Edge, Point, Stop, route
from .shelves import shelve

PAD = 18.0
"""Space between the frame of a level and its content."""


@dataclass(frozen=True)
class Node:
    """Node of a level: a box, or a port in the frame.

    Args:
        width: Its width; 0 for a port.
        height: Its height.
        side: -1 for a port in the left side of the frame, 1 for one in the right, 0 for all else.
        headroom: Part of the height that is free above the body, for an arrow that comes back to
            it.
    """

    width: float
    height: float
    side: int = 0
    headroom: float = 0.0

    @property
    def middle(self) -> float:
        """Height at which an arrow without a place of its own is attached."""
        return self.headroom + (self.height - self.headroom) / 2


@dataclass(frozen=True)
class Plane:
    """Result of a layout: size of the level, corner of every node, path of every edge."""

    width: float
    height: float
    corners: tuple[Point, ...]
    paths: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Cluster:
    """Connected component: indices of its nodes and edges, its plane, and the space beside it."""

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
    """Place nodes from left to right along their edges; connected components are packed in rows."""
    clusters = [_cluster(nodes, edges, group) for group in _groups(len(nodes), edges)]
    sizes = [cluster.size for cluster in clusters]
    places, width, height = shelve(sizes, [0.0 in (c.left, c.right) for c in clusters])
    corners: list[Point] = [(0.0, 0.0)] * len(nodes)
    paths: list[tuple[Point, ...]] = [()] * len(edges)
    for cluster, (x, y) in zip(clusters, places, strict=True):
        left = x + cluster.left
        for node, (a, b) in zip(cluster.nodes, cluster.plane.corners, strict=True):
            # Ports on the right stand in the frame, however narrow their own component is.
            corners[node] = (width if nodes[node].side > 0 else a + left, b + y)
        for edge, path in zip(cluster.edges, cluster.plane.paths, strict=True):
            moved = tuple((a + left, b + y) for a, b in path)
            far = (width, moved[-1][1])
            leaves = nodes[edges[edge].target].side > 0 and moved[-1] != far
            # The path ended at its component's edge: a straight piece leads on to the frame.
            paths[edge] = (*moved, moved[-1], far, far) if leaves else moved
    return Plane(width, height, tuple(corners), tuple(paths))


def _cluster(nodes: Sequence[Node], edges: Sequence[Edge], group: list[int]) -> Cluster:
    """Lay out one connected component by itself."""
    inside = {node: place for place, node in enumerate(group)}
    chosen = [index for index, edge in enumerate(edges) if edge.source in inside]
    local = []
    for index in chosen:
        edge = edges[index]
        local.append(replace(edge, source=inside[edge.source], target=inside[edge.target]))
    plane = _connected([nodes[node] for node in group], local)
    left = 0.0 if any(nodes[node].side < 0 for node in group) else PAD
    right = 0.0 if any(nodes[node].side > 0 for node in group) else PAD
    return Cluster(group, chosen, plane, left, right)


def _groups(count: int, edges: Sequence[Edge]) -> list[list[int]]:
    """Return the connected components, in the order of their first members."""
    # Union-find with path halving; the root is the
    # smallest index, which keeps the order of the nodes.
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
    """Lay out a connected component by the layered method: ranks, order, heights, routes."""
    pairs = [(edge.source, edge.target) for edge in edges]
    placed = arrange(
        ranks_of([node.side for node in nodes], pairs, [edge.weight for edge in edges]), pairs
    )
    # Items behind the nodes are dummies: places of arrows in the columns that they pass.
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
    width = lefts[-1] + column_widths[-1]
    # A cubic curve lies within the hull of its points, so these bound it.
    for path in paths:
        width = max([width, *(x for x, _ in path)])
        depth = max([depth, *(y for _, y in path)])
    return Plane(width, depth, tuple(corners[: len(nodes)]), tuple(paths))


def _pulls(placed: Columns, nodes: Sequence[Node], edges: Sequence[Edge]) -> list[list[Pull]]:
    """Return the preferences of each item; those of long arrows weigh more than those of short
    ones.
    """
    pulls: list[list[Pull]] = [[] for _ in placed.ranks]
    for edge, chain in zip(edges, placed.chains, strict=True):
        heights = [0.0] * len(chain)
        heights[0] = nodes[edge.source].middle if edge.exit is None else edge.exit
        heights[-1] = nodes[edge.target].middle if edge.entry is None else edge.entry
        for index in range(len(chain) - 1):
            a, b = chain[index], chain[index + 1]
            if placed.ranks[a] == placed.ranks[b]:
                # An arrow turns in the column of its own end: below
                # the node, as its dummy has the larger index.
                body, lane = min(a, b), max(a, b)
                pulls[lane].append(Pull(body, nodes[body].height + LANE, 0.5))
                continue
            ends = (index == 0) + (index == len(chain) - 2)
            # By the number of real nodes at its ends: bends between dummies are the ugliest.
            weight = (8.0, 3.0, 1.0)[ends]
            pulls[a].append(Pull(b, heights[index + 1] - heights[index], weight))
            pulls[b].append(Pull(a, heights[index] - heights[index + 1], weight))
    return pulls


def _columns(placed: Columns, widths: Sequence[float]) -> tuple[list[float], list[float]]:
    """Return left edge and width of each column, with more space where more arrows run or turn."""
    count = len(placed.columns)
    column_widths = [0.0] * count
    for item, rank in enumerate(placed.ranks):
        column_widths[rank] = max(column_widths[rank], widths[item])
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
