/** Routes: the curves of the arrows, level where they leave, pass and arrive. */

import type { Columns } from "./order";

export type Point = readonly [x: number, y: number];

/** A start, and then three points for every cubic curve. */
export type Path = Point[];

/** Edge between two different nodes; it leaves on the right and enters on the left. */
export interface Edge {
  source: number;
  target: number;
  /** The heights on the source and on the target where it must be, if there are such. */
  exit: number | null;
  entry: number | null;
  /** Weight of its pointing to the right. */
  weight: number;
}

/** An item that an arrow starts from, passes or ends at, in its column. */
export interface Stop {
  x: number;
  y: number;
  width: number;
  height: number;
  column: number;
  columnWidth: number;
}

const NOWHERE: Stop = { x: 0, y: 0, width: 0, height: 0, column: 0, columnWidth: 0 };

/** The path of every edge. */
export function route(placed: Columns, stops: Stop[], headrooms: number[], edges: Edge[]): Path[] {
  const exits = attach(placed, stops, headrooms, edges, "source");
  const entries = attach(placed, stops, headrooms, edges, "target");
  return placed.chains.map((chain, index) =>
    bend(chain, placed.ranks, stops, exits[index] ?? 0, entries[index] ?? 0),
  );
}

/** The heights where the edges leave or enter, in the order in which their other ends stand. */
function attach(
  placed: Columns,
  stops: Stop[],
  headrooms: number[],
  edges: Edge[],
  end: "source" | "target",
): number[] {
  const heights = edges.map(() => 0);
  const found = new Map<number, number[]>();
  edges.forEach((edge, index) => found.set(edge[end], [...(found.get(edge[end]) ?? []), index]));
  const next = (index: number): number => {
    const chain = placed.chains[index] ?? [];
    const stop = stops[chain.at(end === "source" ? 1 : -2) ?? 0] ?? NOWHERE;
    return stop.y + stop.height / 2;
  };
  for (const [node, indices] of found) {
    const stop = stops[node] ?? NOWHERE;
    const headroom = headrooms[node] ?? 0;
    const body = stop.height - headroom;
    const step = body > 14 ? Math.min(11, (0.64 * body) / Math.max(indices.length - 1, 1)) : 0;
    indices.sort((a, b) => next(a) - next(b) || a - b);
    indices.forEach((index, place) => {
      const fixed = end === "source" ? edges[index]?.exit : edges[index]?.entry;
      const spread = headroom + body / 2 + (place - (indices.length - 1) / 2) * step;
      heights[index] = stop.y + (fixed ?? spread);
    });
  }
  return heights;
}

/** One path: over every column that it passes it is level, and between two columns it bends. */
function bend(
  chain: number[],
  ranks: number[],
  stops: Stop[],
  exitY: number,
  entryY: number,
): Path {
  const first = stops[chain[0] ?? 0] ?? NOWHERE;
  const last = stops[chain.at(-1) ?? 0] ?? NOWHERE;
  const back = (ranks[chain[0] ?? 0] ?? 0) >= (ranks[chain.at(-1) ?? 0] ?? 0);
  const path: Path = [[first.x + first.width, exitY]];
  const edge = first.column + first.columnWidth;
  if (back) turn(path, edge, stops[chain[1] ?? 0]?.y ?? 0, 1);
  else if (first.columnWidth > first.width) straight(path, [edge, exitY]);
  for (const item of chain.slice(1, -1)) {
    const stop = stops[item] ?? NOWHERE;
    const [left, right] = [stop.column, stop.column + stop.columnWidth];
    curve(path, [back ? right : left, stop.y]);
    straight(path, [back ? left : right, stop.y]);
  }
  if (back) turn(path, last.column, entryY, -1);
  else curve(path, [last.column, entryY]);
  straight(path, [last.x, entryY]);
  return path;
}

/** Go on in a straight line, unless that is nowhere. */
function straight(path: Path, end: Point): void {
  const here = path.at(-1) ?? end;
  if (here[0] !== end[0] || here[1] !== end[1]) path.push(here, end, end);
}

/** Go on in a curve that is level at both ends. */
function curve(path: Path, end: Point): void {
  const [x, y] = path.at(-1) ?? end;
  const middle = (x + end[0]) / 2;
  if (y === end[1]) straight(path, end);
  else path.push([middle, y], [middle, end[1]], end);
}

/** Turn around beside a column, to the right or the left of it. */
function turn(path: Path, x: number, y: number, side: number): void {
  const height = path.at(-1)?.[1] ?? y;
  straight(path, [x, height]);
  const reach = x + side * Math.min(30, 12 + Math.abs(y - height) / 5);
  path.push([reach, height], [reach, y], [x, y]);
}
