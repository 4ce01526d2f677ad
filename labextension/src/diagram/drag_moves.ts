/** Moves that a drag makes: a preview for each frame, and one move once the box is dropped. */

import type { Moved } from "./arrangement";
import type { DragEvents } from "./drag";
import type { Point } from "./layout/routes";
import type { Moves } from "./moves";
import type { Zoom } from "./zoom";

/** The part of a plane that moves boxes. */
interface Movable {
  readonly zoom: Zoom;
  readonly moves: Moves;
  rearrange: (moved: Moved) => void;
  hold: (box: number) => void;
  hideTip: () => void;
}

/** Events of a drag that moves the boxes of a plane. */
export function movesOf(plane: Movable, stopped: AbortSignal): DragEvents {
  let frame = 0;
  stopped.addEventListener("abort", () => {
    cancelAnimationFrame(frame);
  });
  const units = ([dx, dy]: Point): Point => {
    const { scale } = plane.zoom.window;
    return [dx / scale, dy / scale];
  };
  return {
    preview: (box, by) => {
      // What is seen stays meanwhile, so that nothing slips away from the pointer.
      plane.zoom.fitted = false;
      plane.hideTip();
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => {
        plane.rearrange(plane.moves.with(box, units(by)));
      });
    },
    drop: (box, by) => {
      cancelAnimationFrame(frame);
      plane.moves.move(box, units(by));
      plane.hold(box);
    },
    cancel: () => {
      cancelAnimationFrame(frame);
      plane.rearrange(plane.moves.present);
    },
  };
}
