/** Keeper: keeps a diagram's arrangement with its notebook, and brings it back. */

import { keep, namesOf, readKept } from "./arrangement";
import type { ArrangementStore } from "../dom/page";
import type { Plane } from "./plane";
import type { Saved } from "./saved";

export class Keeper {
  private readonly names: string[];
  private loaded = false;

  /**
   * @param store Finds where arrangements are kept, once the diagram is on the page; nothing where
   *   there is no such place.
   */
  constructor(
    private readonly saved: Saved,
    private readonly plane: Plane,
    private readonly store: () => ArrangementStore | undefined,
  ) {
    this.names = namesOf(saved.diagram);
  }

  /** Bring back what was kept, as soon as it can be found. */
  load(): void {
    const store = this.loaded ? undefined : this.store();
    if (!store) return;
    this.loaded = true;
    const kept = readKept(store.read(this.saved.title), this.names);
    if (kept && kept.moved.size > 0) this.plane.restore(kept.moved, kept.opened);
  }

  /** Keep the present arrangement, or nothing where everything is as it is laid out. */
  save(): void {
    const { moves, opened } = this.plane;
    const kept = moves.present.size > 0 ? keep(this.names, moves.present, opened) : undefined;
    this.store()?.write(this.saved.title, kept);
  }
}
