/** Moves of boxes, with undo and redo. */

import type { Moved } from "./arrangement";
import type { Point } from "./layout/routes";

/** Number of moves that can be undone. */
const MOST = 200;

const NONE: Moved = new Map();

export class Moves {
  present: Moved = NONE;
  private past: Moved[] = [];
  private future: Moved[] = [];

  constructor(private readonly changed: () => void) {}

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Begin with what was kept; there is nothing to undo then. */
  restore(moved: Moved): void {
    [this.present, this.past, this.future] = [moved, [], []];
  }

  /** The moves with one box moved farther. */
  with(box: number, [dx, dy]: Point): Moved {
    const [x, y] = this.present.get(box) ?? [0, 0];
    const next = new Map(this.present);
    const at: Point = [Math.round(x + dx), Math.round(y + dy)];
    if (at[0] === 0 && at[1] === 0) next.delete(box);
    else next.set(box, at);
    return next;
  }

  /** Move a box. */
  move(box: number, by: Point): void {
    this.set(this.with(box, by));
  }

  /** Put all boxes back to where they are laid out. */
  reset(): void {
    if (this.present.size > 0) this.set(NONE);
  }

  undo(): void {
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.present);
    this.present = before;
    this.changed();
  }

  redo(): void {
    const next = this.future.pop();
    if (!next) return;
    this.past.push(this.present);
    this.present = next;
    this.changed();
  }

  private set(next: Moved): void {
    this.past = [...this.past.slice(1 - MOST), this.present];
    this.present = next;
    this.future = [];
    this.changed();
  }
}
