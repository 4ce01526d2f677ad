/** Arrangement: a layout in which a person has moved boxes, and how it is kept. */

import type { Picture, Placed } from "./layout/layout";
import type { Path, Point } from "./layout/routes";
import type { View } from "./layout/view";
import type { Diagram } from "./saved";

/** Distances by which boxes were moved from where they are laid out, by their index. */
export type Moved = ReadonlyMap<number, Point>;

/** A picture with its upper left corner, as boxes may be moved beyond zero. */
export interface Arranged extends Picture {
  x: number;
  y: number;
}

/** Space between a box that was moved and the frame around it, and the edge of the picture. */
const MARGIN = 12;

/** Shortest reach of a curve that is drawn anew. */
const REACH = 40;

/** Depth at which an arrow passes below boxes when it points back. */
const BELOW = 56;

/**
 * Move boxes of a layout, with what is inside of them; frames grow around them, and arrows follow.
 */
export function arrange(diagram: Diagram, view: View, laid: Picture, moved: Moved): Arranged {
  if (moved.size === 0) return { ...laid, x: 0, y: 0 };
  const shifts = new Map<number, Point>();
  const boxes = new Map<number, Placed>();
  // Parents come before their children.
  for (const index of view.boxes) {
    const at = laid.boxes.get(index);
    const parent = diagram.boxes[index]?.parent ?? null;
    const [x, y] = parent === null ? [0, 0] : (shifts.get(parent) ?? [0, 0]);
    const [dx, dy] = moved.get(index) ?? [0, 0];
    shifts.set(index, [x + dx, y + dy]);
    if (at) boxes.set(index, { ...at, x: at.x + x + dx, y: at.y + y + dy });
  }
  for (const index of [...view.boxes].reverse()) {
    const parent = diagram.boxes[index]?.parent ?? null;
    if (parent !== null && parent !== 0) grow(boxes.get(parent), boxes.get(index));
  }
  const paths = view.strands.map(({ source, target }, strand) => {
    const path = laid.paths[strand] ?? [];
    return follow(path, shifts.get(source) ?? [0, 0], shifts.get(target) ?? [0, 0]);
  });
  return { ...extentOf(boxes, laid), boxes, paths };
}

/** Make a frame large enough for a box inside. */
function grow(frame: Placed | undefined, inner: Placed | undefined): void {
  if (!frame || !inner) return;
  const right = Math.max(frame.x + frame.width, inner.x + inner.width + MARGIN);
  const bottom = Math.max(frame.y + frame.height, inner.y + inner.height + MARGIN);
  frame.x = Math.min(frame.x, inner.x - MARGIN);
  frame.y = Math.min(frame.y, inner.y - 2 * MARGIN);
  [frame.width, frame.height] = [right - frame.x, bottom - frame.y];
}

/** The path of an arrow whose ends were moved: shifted with both, or else a curve drawn anew. */
function follow(path: Path, [ax, ay]: Point, [bx, by]: Point): Path {
  if (ax === bx && ay === by) {
    if (ax === 0 && ay === 0) return path;
    return path.map(([x, y]): Point => [x + ax, y + ay]);
  }
  const [first, last] = [path[0], path.at(-1)];
  if (!first || !last) return path;
  const start: Point = [first[0] + ax, first[1] + ay];
  const end: Point = [last[0] + bx, last[1] + by];
  if (end[0] < start[0]) return back(start, end);
  const reach = Math.max(REACH, (end[0] - start[0]) / 2);
  return [start, [start[0] + reach, start[1]], [end[0] - reach, end[1]], end];
}

/** A path that points back: around and below both ends, as the layout draws it. */
function back(start: Point, end: Point): Path {
  const low = Math.max(start[1], end[1]) + BELOW;
  const [right, left] = [start[0] + REACH, end[0] - REACH];
  const under: Point = [end[0], low];
  return [
    start,
    [right, start[1]],
    [right, low],
    [start[0], low],
    [start[0], low],
    under,
    under,
    [left, low],
    [left, end[1]],
    end,
  ];
}

/** Corner and size of a picture, around the laid out one and all boxes. */
function extentOf(
  boxes: Map<number, Placed>,
  laid: Picture,
): { x: number; y: number; width: number; height: number } {
  let [left, top, right, bottom] = [0, 0, laid.width, laid.height];
  for (const [index, { x, y, width, height }] of boxes) {
    if (index === 0) continue;
    [left, top] = [Math.min(left, x - MARGIN), Math.min(top, y - MARGIN)];
    [right, bottom] = [Math.max(right, x + width + MARGIN), Math.max(bottom, y + height + MARGIN)];
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const VERSION = 1;

/** Largest distance that is kept; a file may say anything. */
const FARTHEST = 100_000;

/** An arrangement as it is kept: boxes by their names, to outlast changes of the network. */
export interface Kept {
  version: number;
  moved: Record<string, Point>;
  opened: string[];
}

/** The name of every box: its label with those of the boxes around it. */
export function namesOf(diagram: Diagram): string[] {
  const names: string[] = [];
  const counts = new Map<string, number>();
  for (const { parent, label, kind } of diagram.boxes) {
    const own = (label || kind).replaceAll("/", "%2F");
    const path = parent === null ? "" : `${names[parent] ?? ""}/${own}`;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    names.push(count > 1 ? `${path}#${count}` : path);
  }
  return names;
}

/** The form in which an arrangement is kept. */
export function keep(names: readonly string[], moved: Moved, opened: ReadonlySet<number>): Kept {
  const entries = [...moved].map(([box, at]): [string, Point] => [names[box] ?? "", at]);
  return {
    version: VERSION,
    moved: Object.fromEntries(entries),
    opened: [...opened].map((box) => names[box] ?? ""),
  };
}

/** Read what was kept, which may be anything; boxes that are gone are left out. */
export function readKept(
  data: unknown,
  names: readonly string[],
): { moved: Map<number, Point>; opened: Set<number> } | null {
  if (typeof data !== "object" || data === null) return null;
  const { version, moved, opened } = data as Record<string, unknown>;
  if (version !== VERSION || typeof moved !== "object" || moved === null) return null;
  const indices = new Map(names.map((name, index) => [name, index]));
  const distances = new Map<number, Point>();
  for (const [name, at] of Object.entries(moved)) {
    const box = indices.get(name);
    if (box !== undefined && box !== 0 && isDistance(at)) distances.set(box, [at[0], at[1]]);
  }
  const open = (Array.isArray(opened) ? (opened as unknown[]) : []).flatMap((name) => {
    const box = typeof name === "string" ? indices.get(name) : undefined;
    return box === undefined ? [] : [box];
  });
  return { moved: distances, opened: new Set(open) };
}

function isDistance(value: unknown): value is [number, number] {
  return (
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((each) => typeof each === "number" && Math.abs(each) <= FARTHEST)
  );
}

/** Whether two boxes are at the same place. */
export function isSame(one: Placed, other: Placed | undefined): boolean {
  if (!other) return false;
  const { x, y, width, height } = other;
  return one.x === x && one.y === y && one.width === width && one.height === height;
}

/** Whether two paths are the same. */
export function isSamePath(one: Path = [], other: Path = []): boolean {
  const isSamePoint = ([x, y]: Point, index: number): boolean =>
    x === other[index]?.[0] && y === other[index][1];
  return one.length === other.length && one.every(isSamePoint);
}
