/** Drag: a box follows the pointer that holds it. Elsewhere a drag moves what is seen. */

import type { Point } from "./layout/routes";

/** Pixels from which a pressed pointer drags, and does not click. */
const SLACK = 4;

/** Events of a drag; distances are in pixels on the screen, from where it began. */
export interface DragEvents {
  preview: (box: number, by: Point) => void;
  drop: (box: number, by: Point) => void;
  cancel: () => void;
}

export class Drag {
  /** Whether the pointer moved since it was pressed, so that what follows is no click. */
  moved = false;
  private held: { box: number; x: number; y: number; pointer: number } | null = null;

  /** Listens before anything else that does: what it takes, the others do not get. */
  constructor(
    private readonly element: SVGSVGElement,
    private readonly events: DragEvents,
    stopped: AbortSignal,
  ) {
    const options = { signal: stopped };
    element.addEventListener("pointerdown", this.press, options);
    element.addEventListener("pointermove", this.follow, options);
    element.addEventListener("pointerup", this.release, options);
    element.addEventListener("pointercancel", this.cancel, options);
  }

  private readonly press = (event: PointerEvent): void => {
    this.moved = false;
    const box = boxAt(event.target);
    if (event.button !== 0 || box === null) return;
    event.stopImmediatePropagation();
    this.held = { box, x: event.clientX, y: event.clientY, pointer: event.pointerId };
  };

  private readonly follow = (event: PointerEvent): void => {
    const { held } = this;
    if (held?.pointer !== event.pointerId) return;
    const by: Point = [event.clientX - held.x, event.clientY - held.y];
    if (!this.moved && Math.hypot(...by) < SLACK) return;
    if (!this.moved) this.element.setPointerCapture(event.pointerId);
    this.moved = true;
    this.element.classList.add("moving");
    this.events.preview(held.box, by);
  };

  private readonly release = (event: PointerEvent): void => {
    const { held } = this;
    this.end();
    if (held && this.moved) {
      this.events.drop(held.box, [event.clientX - held.x, event.clientY - held.y]);
    }
  };

  private readonly cancel = (): void => {
    if (this.held && this.moved) this.events.cancel();
    this.end();
  };

  private end(): void {
    this.held = null;
    this.element.classList.remove("moving");
  }
}

/** The box that a pointer takes: a closed one anywhere, an open one by its title; no badge. */
function boxAt(target: EventTarget | null): number | null {
  if (!(target instanceof Element) || target.closest(".badge")) return null;
  const mark = target.closest<SVGElement>("[data-box]");
  if (!mark || (mark.classList.contains("frame") && !target.closest(".grip"))) return null;
  return Number(mark.dataset.box);
}
