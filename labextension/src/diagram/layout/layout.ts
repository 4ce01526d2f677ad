/**
 * The layout of a view: every open box is a level of its own, laid out from the innermost to the
 * outermost.
 */

import { ARROW_KINDS, type ArrowKind } from "../../tables/arrow_kinds";
import type { Diagram } from "../saved";
import { layOut, PAD, type Node, type Plane } from "./flat";
import type { Edge, Path, Point } from "./routes";
import { HEADER, nameIn, sizeOf, widthOf } from "./text";
import type { Strand, View } from "./view";

const FOOT = 16;
const LOOP = 20;

/**
 * A place in the frame of an open box: lets in or out, for a closed box inside, what is of a kind.
 */
type Port = `${"in" | "out"} ${number} ${ArrowKind}`;
type End = number | Port;

/** A box in its place; `x` and `y` are its upper left corner. */
export interface Placed {
  box: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A view in its place. */
export interface Picture {
  width: number;
  height: number;
  boxes: Map<number, Placed>;
  /** One for each strand of the view. */
  paths: Path[];
}

/**
 * The part of a strand on one level; `out` and `into` are the ports of its ends, where those are
 * open boxes.
 */
interface Piece {
  source: End;
  target: End;
  out: Port;
  into: Port;
  weight: number;
}

/**
 * The inside of an open box: its children and ports are the nodes, and pieces of strands run
 * between them.
 */
class Level {
  readonly nodes = new Map<End, number>();
  readonly pieces = new Map<string, { piece: Piece; index: number }>();
  plane: Plane = { width: 0, height: 0, corners: [], paths: [] };

  add(piece: Piece): void {
    for (const end of [piece.source, piece.target]) {
      if (!this.nodes.has(end)) this.nodes.set(end, this.nodes.size);
    }
    const key = keyOf(piece);
    if (!this.pieces.has(key)) this.pieces.set(key, { piece, index: this.pieces.size });
  }

  corner(end: End): Point {
    return this.plane.corners[this.nodes.get(end) ?? -1] ?? [0, 0];
  }

  path(piece: Piece): Path {
    return this.plane.paths[this.pieces.get(keyOf(piece))?.index ?? -1] ?? [];
  }
}

function keyOf(piece: Piece): string {
  return [piece.source, piece.target, piece.out, piece.into].join("|");
}

/**
 * The pieces of a strand from its source to its target, each with the open box on whose level it
 * is.
 */
type Trail = { level: number; piece: Piece }[];

/** Lay a view out. */
export function place(diagram: Diagram, view: View): Picture {
  const seen = new Set(view.boxes);
  const levels = new Map<number, Level>();
  for (const box of view.opened) {
    const level = new Level();
    const children = diagram.boxes[box]?.children.filter((child) => seen.has(child)) ?? [];
    children.forEach((child, index) => level.nodes.set(child, index));
    levels.set(box, level);
  }
  const loops = new Set(view.strands.filter((s) => s.source === s.target).map((s) => s.source));
  const trails = view.strands.map((strand) => trailOf(diagram, strand));
  for (const { level, piece } of trails.flat()) levels.get(level)?.add(piece);
  for (const box of [...view.opened].sort((a, b) => b - a)) fill(diagram, levels, box, loops);
  const boxes = positions(diagram, view, levels, loops);
  const paths = view.strands.map((strand, index) => {
    const trail = trails[index] ?? [];
    return trail.length > 0 ? walk(levels, boxes, trail) : loop(boxes.get(strand.source));
  });
  const root = boxes.get(0);
  return { width: root?.width ?? 0, height: (root?.height ?? 0) - HEADER + FOOT, boxes, paths };
}

/**
 * The pieces of a strand: out of boxes up to the level that holds both ends, then into boxes; none
 * for a loop.
 *
 * On the way out a piece depends on the source alone, and on the way in on the target, so that
 * strands share it.
 */
function trailOf(diagram: Diagram, strand: Strand): Trail {
  if (strand.source === strand.target) return [];
  const out: Port = `out ${strand.source} ${strand.kind}`;
  const into: Port = `in ${strand.target} ${strand.kind}`;
  const weight = ARROW_KINDS[strand.kind].weight;
  const ups = around(diagram, strand.source);
  const downs = around(diagram, strand.target);
  while (ups.at(-2) === downs.at(-2)) {
    ups.pop();
    downs.pop();
  }
  const leaving = ups.slice(0, -2).map((box, i) => ({
    level: ups[i + 1] ?? 0,
    piece: { source: box, target: out, out, into: out, weight },
  }));
  const entering = downs.slice(0, -2).map((box, i) => ({
    level: downs[i + 1] ?? 0,
    piece: { source: into, target: box, out: into, into, weight },
  }));
  const across = {
    level: ups.at(-1) ?? 0,
    piece: { source: ups.at(-2) ?? 0, target: downs.at(-2) ?? 0, out, into, weight },
  };
  return [...leaving, across, ...entering.reverse()];
}

/** A box and all boxes around it, the outermost last. */
export function around(diagram: Diagram, box: number): number[] {
  const found = [box];
  for (let parent = diagram.boxes[box]?.parent ?? null; parent !== null;) {
    found.push(parent);
    parent = diagram.boxes[parent]?.parent ?? null;
  }
  return found;
}

/** Lay out the inside of an open box, of which everything inside is laid out. */
function fill(diagram: Diagram, levels: Map<number, Level>, box: number, loops: Set<number>): void {
  const level = levels.get(box);
  if (!level) return;
  const nodes = [...level.nodes.keys()].map((end) => nodeOf(diagram, levels, end, loops));
  const fixed = (end: End, port: Port): number | null => {
    const inner = typeof end === "number" ? levels.get(end) : undefined;
    return inner ? HEADER + inner.corner(port)[1] : null;
  };
  const edges = [...level.pieces.values()].map(({ piece }): Edge => ({
    source: level.nodes.get(piece.source) ?? 0,
    target: level.nodes.get(piece.target) ?? 0,
    exit: fixed(piece.source, piece.out),
    entry: fixed(piece.target, piece.into),
    weight: piece.weight,
  }));
  level.plane = layOut(nodes, edges);
}

/** The room that a child or a port takes. */
function nodeOf(diagram: Diagram, levels: Map<number, Level>, end: End, loops: Set<number>): Node {
  if (typeof end === "string") {
    return { width: 0, height: 0, side: end.startsWith("in") ? -1 : 1, headroom: 0 };
  }
  const headroom = loops.has(end) ? LOOP : 0;
  const [width, height] = extentOf(diagram, levels, end);
  return { width, height: height + headroom, side: 0, headroom };
}

/** Width and height of a box, open or closed. */
function extentOf(diagram: Diagram, levels: Map<number, Level>, index: number): [number, number] {
  const box = diagram.boxes[index];
  const plane = levels.get(index)?.plane;
  if (!box) return [0, 0];
  if (!plane) return sizeOf(box);
  const title = index === 0 ? 0 : widthOf(nameIn(box), 13) + 2 * PAD + 24;
  return [Math.max(plane.width, title), plane.height + HEADER + FOOT];
}

/** The position of every box, from the outermost to the innermost. */
function positions(
  diagram: Diagram,
  view: View,
  levels: Map<number, Level>,
  loops: Set<number>,
): Map<number, Placed> {
  const placed = new Map<number, Placed>();
  for (const box of view.boxes) {
    const [width, height] = extentOf(diagram, levels, box);
    const parent = diagram.boxes[box]?.parent ?? null;
    const frame = placed.get(parent ?? -1);
    if (parent === null || !frame) {
      placed.set(box, { box, x: 0, y: FOOT - HEADER, width, height });
      continue;
    }
    const [x, y] = levels.get(parent)?.corner(box) ?? [0, 0];
    const headroom = loops.has(box) ? LOOP : 0;
    placed.set(box, { box, x: frame.x + x, y: frame.y + HEADER + y + headroom, width, height });
  }
  return placed;
}

/** The path of a strand: its pieces one after the other. */
function walk(levels: Map<number, Level>, placed: Map<number, Placed>, trail: Trail): Path {
  const path: Path = [];
  for (const { level, piece } of trail) {
    const frame = placed.get(level);
    const [x, y] = [frame?.x ?? 0, (frame?.y ?? 0) + HEADER];
    const points = (levels.get(level)?.path(piece) ?? []).map(([a, b]): Point => [a + x, b + y]);
    const [start, ...rest] = points;
    if (!start) continue;
    const end = path.at(-1);
    if (!end) path.push(start);
    else if (end[0] !== start[0] || end[1] !== start[1]) path.push(end, start, start);
    path.push(...rest);
  }
  return path;
}

/** The path of an arrow that comes back to the box it leaves: over its top. */
function loop(body: Placed | undefined): Path {
  if (!body) return [];
  const [middle, top] = [body.x + body.width / 2, body.y];
  const reach = Math.min(13, body.width / 2);
  return [
    [middle + reach, top],
    [middle + reach + 6, top - LOOP - 8],
    [middle - reach - 6, top - LOOP - 8],
    [middle - reach, top],
  ];
}
