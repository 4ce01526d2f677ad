/** One level: nodes and edges on a plane, without anything inside anything. */

import { LANE, settle, type Pull } from "./columns";
import { ranksOf, type Side } from "./layers";
import { arrange, type Columns } from "./order";
import { route, type Edge, type Path, type Point, type Stop } from "./routes";
import { shelve } from "./shelves";

/** Between the frame of a level and what is inside. */
export const PAD = 18;

/**
 * Something that takes room on a level; a port takes none, and is a place in a side of the frame.
 */
export interface Node {
  width: number;
  height: number;
  side: Side;
  /** Part of the height that is free above the body, for an arrow that comes back to it. */
  headroom: number;
}

/** A level that was laid out. */
export interface Plane {
  width: number;
  height: number;
  corners: Point[];
  paths: Path[];
}

interface Cluster {
  nodes: number[];
  edges: number[];
  plane: Plane;
  left: number;
  right: number;
}

/**
 * Place nodes from left to right along their edges; what is not joined stands in rows like words.
 */
export function layOut(nodes: Node[], edges: Edge[]): Plane {
  const clusters = groupsOf(nodes.length, edges).map((group) => clusterOf(nodes, edges, group));
  const { places, width, height } = shelve(
    clusters.map(({ left, plane, right }) => [left + plane.width + right, plane.height] as const),
    clusters.map(({ left, right }) => left === 0 || right === 0),
  );
  const corners: Point[] = nodes.map(() => [0, 0]);
  const paths: Path[] = edges.map(() => []);
  clusters.forEach((cluster, index) => {
    const [x, y] = places[index] ?? [0, 0];
    const left = x + cluster.left;
    cluster.nodes.forEach((node, place) => {
      const [a, b] = cluster.plane.corners[place] ?? [0, 0];
      corners[node] = [nodes[node]?.side === 1 ? width : a + left, b + y];
    });
    cluster.edges.forEach((edge, place) => {
      const moved = (cluster.plane.paths[place] ?? []).map(([a, b]): Point => [a + left, b + y]);
      const end = moved.at(-1);
      const target = nodes[edges[edge]?.target ?? -1];
      if (end && target?.side === 1 && end[0] !== width)
        moved.push(end, [width, end[1]], [width, end[1]]);
      paths[edge] = moved;
    });
  });
  return { width, height, corners, paths };
}

function clusterOf(nodes: Node[], edges: Edge[], group: number[]): Cluster {
  const inside = new Map(group.map((node, place) => [node, place]));
  const chosen = edges.flatMap((edge, index) => (inside.has(edge.source) ? [index] : []));
  const local = chosen
    .map((index) => edges[index])
    .filter((edge) => edge !== undefined)
    .map((edge) => ({
      ...edge,
      source: inside.get(edge.source) ?? 0,
      target: inside.get(edge.target) ?? 0,
    }));
  const members = group.map((node) => nodes[node]).filter((node) => node !== undefined);
  const pad = (side: Side): number => (members.some((node) => node.side === side) ? 0 : PAD);
  return {
    nodes: group,
    edges: chosen,
    plane: connected(members, local),
    left: pad(-1),
    right: pad(1),
  };
}

/** The nodes that hang together, in the order of their first members. */
function groupsOf(count: number, edges: Edge[]): number[][] {
  const root = Array.from({ length: count }, (_, node) => node);
  const find = (node: number): number => {
    while (root[node] !== node) {
      root[node] = root[root[node] ?? node] ?? node;
      node = root[node] ?? node;
    }
    return node;
  };
  for (const edge of edges) {
    const [a, b] = [find(edge.source), find(edge.target)];
    root[Math.max(a, b)] = Math.min(a, b);
  }
  const groups = new Map<number, number[]>();
  for (let node = 0; node < count; node++) {
    const group = groups.get(find(node)) ?? [];
    group.push(node);
    groups.set(find(node), group);
  }
  return [...groups.values()];
}

/** Lay out nodes that hang together. */
function connected(nodes: Node[], edges: Edge[]): Plane {
  const pairs = edges.map((edge) => [edge.source, edge.target] as const);
  const weights = edges.map((edge) => edge.weight);
  const ranks = ranksOf(
    nodes.map((node) => node.side),
    pairs,
    weights,
  );
  const placed = arrange(ranks, pairs);
  const heights = placed.ranks.map((_, item) => nodes[item]?.height ?? 0);
  const widths = placed.ranks.map((_, item) => nodes[item]?.width ?? 0);
  const tops = settle(placed, heights, pullsOf(placed, nodes, edges));
  const columns = columnsOf(placed, widths);
  const stops = placed.ranks.map((rank, item): Stop => {
    const { left, width } = columns[rank] ?? { left: 0, width: 0 };
    const own = widths[item] ?? 0;
    return {
      x: left + (width - own) / 2,
      y: tops[item] ?? 0,
      width: own,
      height: heights[item] ?? 0,
      column: left,
      columnWidth: width,
    };
  });
  const headrooms = nodes.map((node) => node.headroom);
  const paths = route(placed, stops, headrooms, edges);
  const end = columns.at(-1) ?? { left: 0, width: 0 };
  const points = paths.flat();
  return {
    width: Math.max(end.left + end.width, ...points.map(([x]) => x)),
    height: Math.max(0, ...stops.map((stop) => stop.y + stop.height), ...points.map(([, y]) => y)),
    corners: stops.slice(0, nodes.length).map(({ x, y }): Point => [x, y]),
    paths,
  };
}

/** The height at which an arrow that has no other place is attached. */
function middleOf(node: Node | undefined): number {
  return node ? node.headroom + (node.height - node.headroom) / 2 : 0;
}

/** Preferred heights of each item; those of long arrows weigh more than those of short ones. */
function pullsOf(placed: Columns, nodes: Node[], edges: Edge[]): Pull[][] {
  const pulls = placed.ranks.map((): Pull[] => []);
  edges.forEach((edge, number) => {
    const chain = placed.chains[number] ?? [];
    const heights = chain.map(() => 0);
    heights[0] = edge.exit ?? middleOf(nodes[edge.source]);
    heights[chain.length - 1] = edge.entry ?? middleOf(nodes[edge.target]);
    for (let index = 0; index + 1 < chain.length; index++) {
      const [a, b] = [chain[index] ?? 0, chain[index + 1] ?? 0];
      if (placed.ranks[a] === placed.ranks[b]) {
        const [body, lane] = [Math.min(a, b), Math.max(a, b)];
        pulls[lane]?.push({ item: body, shift: (nodes[body]?.height ?? 0) + LANE, weight: 0.5 });
        continue;
      }
      const ends = (index === 0 ? 1 : 0) + (index === chain.length - 2 ? 1 : 0);
      const weight = [8, 3, 1][ends] ?? 1;
      const [here, there] = [heights[index] ?? 0, heights[index + 1] ?? 0];
      pulls[a]?.push({ item: b, shift: there - here, weight });
      pulls[b]?.push({ item: a, shift: here - there, weight });
    }
  });
  return pulls;
}

/** Left edge and width of each column; more room where more arrows run or turn. */
function columnsOf(placed: Columns, widths: number[]): { left: number; width: number }[] {
  const busy = placed.columns.map(() => 0);
  const turning = placed.columns.map(() => 0);
  const rank = (item: number | undefined): number => placed.ranks[item ?? 0] ?? 0;
  let turnsAtLeft = false;
  for (const chain of placed.chains) {
    for (let index = 0; index + 1 < chain.length; index++) {
      const [a, b] = [rank(chain[index]), rank(chain[index + 1])];
      if (a !== b) busy[Math.min(a, b)] = (busy[Math.min(a, b)] ?? 0) + 1;
    }
    if (chain.length > 2 && rank(chain[0]) === rank(chain[1])) {
      const [start, end] = [rank(chain[0]), rank(chain.at(-1))];
      turning[start] = (turning[start] ?? 0) + 1;
      if (end > 0) turning[end - 1] = (turning[end - 1] ?? 0) + 1;
      else turnsAtLeft = true;
    }
  }
  let x = turnsAtLeft ? 22 : 0;
  return placed.columns.map((column, index) => {
    const found = { left: x, width: Math.max(...column.map((item) => widths[item] ?? 0)) };
    x += found.width + 38 + Math.min(3 * (busy[index] ?? 0), 42) + (turning[index] ? 14 : 0);
    return found;
  });
}
