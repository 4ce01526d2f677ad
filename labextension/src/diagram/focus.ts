/** Focus: marks as buttons, and where arrow keys lead from one to the next. */

import type { Picture } from "./layout/layout";

export const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Events of a mark. */
interface ButtonEvents {
  act: (event: Event) => void;
  hover: (event: Event) => void;
  leave: (event: Event) => void;
}

/** Let a mark be a button, for the pointer and for keys. */
export function makeButton(mark: SVGGElement, label: string, events: ButtonEvents): void {
  mark.setAttribute("tabindex", "0");
  mark.setAttribute("role", "button");
  mark.setAttribute("aria-label", label);
  mark.addEventListener("click", events.act);
  mark.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    events.act(event);
  });
  for (const type of ["pointerenter", "focus"] as const) mark.addEventListener(type, events.hover);
  for (const type of ["pointerleave", "blur"] as const) mark.addEventListener(type, events.leave);
}

/** The nearest box in a direction, rather straight ahead than aside; undefined without any. */
export function nextBox(
  picture: Picture,
  boxes: Iterable<number>,
  start: number,
  [dx, dy]: readonly [number, number],
): number | undefined {
  const from = picture.boxes.get(start);
  if (!from) return undefined;
  const candidates = [...boxes].flatMap((box) => {
    const to = picture.boxes.get(box);
    if (!to || box === start) return [];
    const across = to.x + to.width / 2 - (from.x + from.width / 2);
    const down = to.y + to.height / 2 - (from.y + from.height / 2);
    const ahead = across * dx + down * dy;
    const aside = Math.abs(across * dy) + Math.abs(down * dx);
    return ahead > 1 ? [{ box, cost: ahead + 2 * aside }] : [];
  });
  candidates.sort((a, b) => a.cost - b.cost);
  return candidates[0]?.box ?? -1;
}
