/** The view of a diagram: which boxes and arrows can be seen when some boxes are open. */

import type { ArrowKind } from "../../tables/arrow_kinds";
import type { Diagram } from "../saved";

/** Arrows that are seen as one, because what they join is inside the same two closed boxes. */
export interface Strand {
  source: number;
  target: number;
  kind: ArrowKind;
  arrows: number[];
}

export interface View {
  /** Parents before their children. */
  boxes: number[];
  opened: Set<number>;
  /** The arrows between the boxes that are closed. */
  strands: Strand[];
}

/**
 * The view with some boxes open; the outermost one always is. An arrow ends at the nearest box that
 * is seen.
 */
export function look(diagram: Diagram, opened: ReadonlySet<number>): View {
  const boxes = [0];
  const open = new Set<number>();
  for (const box of boxes) {
    const children = diagram.boxes[box]?.children ?? [];
    if (box === 0 || (children.length > 0 && opened.has(box))) {
      open.add(box);
      boxes.push(...children);
    }
  }
  return { boxes, opened: open, strands: strandsOf(diagram, boxes, open) };
}

function strandsOf(diagram: Diagram, boxes: number[], opened: Set<number>): Strand[] {
  const nearest = nearestSeen(diagram, boxes);
  const found = new Map<string, Strand>();
  diagram.arrows.forEach((arrow, index) => {
    const source = nearest[arrow.source] ?? 0;
    const target = nearest[arrow.target] ?? 0;
    const inside = source === target && (source !== arrow.source || target !== arrow.target);
    if (inside || opened.has(source) || opened.has(target)) return;
    const key = `${source} ${target} ${arrow.kind}`;
    const strand = found.get(key) ?? { source, target, kind: arrow.kind, arrows: [] };
    strand.arrows.push(index);
    found.set(key, strand);
  });
  return [...found.values()];
}

/** For every box the nearest one around it that is seen, or itself. */
export function nearestSeen(diagram: Diagram, boxes: Iterable<number>): number[] {
  const seen = new Set(boxes);
  const nearest: number[] = [];
  diagram.boxes.forEach((box, index) => {
    nearest.push(seen.has(index) || box.parent === null ? index : (nearest[box.parent] ?? 0));
  });
  return nearest;
}
