/** Badges: signs that something was found about a box or an arrow, or about what is inside. */

import { nearestSeen, type View } from "./layout/view";
import type { Path } from "./layout/routes";
import { svg } from "./marks";
import type { Diagram } from "./saved";
import type { Subject } from "./subject";

/** Findings by the visible box, or the strand of the view, that their badge stands on. */
export interface Badges {
  boxes: Map<number, number[]>;
  strands: Map<number, number[]>;
}

/**
 * Find where findings are shown: at their box or arrow, or at the closed box around them.
 *
 * @param subjects Subject of each finding.
 */
export function placeBadges(diagram: Diagram, view: View, subjects: readonly Subject[]): Badges {
  const nearest = nearestSeen(diagram, view.boxes);
  const strands = new Map<number, number>();
  view.strands.forEach(({ arrows }, strand) => {
    for (const arrow of arrows) strands.set(arrow, strand);
  });
  const placed: Badges = { boxes: new Map(), strands: new Map() };
  subjects.forEach(({ what, index }, finding) => {
    const strand = what === "arrow" ? strands.get(index) : undefined;
    if (strand !== undefined) {
      append(placed.strands, strand, finding);
      return;
    }
    const box = what === "arrow" ? (diagram.arrows[index]?.source ?? 0) : index;
    append(placed.boxes, nearest[box] ?? 0, finding);
  });
  return placed;
}

function append(table: Map<number, number[]>, key: number, finding: number): void {
  const list = table.get(key) ?? [];
  list.push(finding);
  table.set(key, list);
}

/** A badge: an amber disc with an exclamation mark, or the number of findings. */
export function badge(
  x: number,
  y: number,
  count: number,
  label: string,
  show: () => void,
): SVGGElement {
  const words = `${count === 1 ? "1 finding" : `${count} findings`}: ${label}`;
  const mark = svg(
    "g",
    {
      class: "badge",
      transform: `translate(${x} ${y})`,
      tabindex: 0,
      role: "button",
      "aria-label": words,
    },
    svg("title", {}, words),
    svg("circle", { r: 8 }),
    svg("text", { y: 4 }, count === 1 ? "!" : String(Math.min(count, 99))),
  );
  const act = (event: Event): void => {
    event.preventDefault();
    event.stopPropagation();
    show();
  };
  mark.addEventListener("click", act);
  mark.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") act(event);
  });
  return mark;
}

/** The middle of a path. */
export function middleOf(path: Path): [number, number] {
  const curves = Math.max(0, Math.floor((path.length - 1) / 3));
  const first = 3 * Math.floor(curves / 2);
  const [a, b, c, d] = path.slice(first, first + 4);
  if (!a || !b || !c || !d) return [path[0]?.[0] ?? 0, path[0]?.[1] ?? 0];
  const at = (axis: 0 | 1): number => (a[axis] + 3 * b[axis] + 3 * c[axis] + d[axis]) / 8;
  return [at(0), at(1)];
}
