/** A view that is laid out, and the words by which a worker is asked for it. */

import type { Diagram } from "../saved";
import { place, type Picture } from "./layout";
import { look, type View } from "./view";

/** Visible boxes and arrows, their layout, and the time that it took in milliseconds. */
export interface LaidOutView {
  view: View;
  picture: Picture;
  took: number;
}

/** Keep a diagram under a number. */
export interface Keep {
  type: "keep";
  number: number;
  diagram: Diagram;
}

/** Lay out a diagram that is kept, with some of its boxes open. */
export interface LayOut {
  type: "lay out";
  number: number;
  opened: ReadonlySet<number>;
}

/** Forget a diagram. */
export interface Forget {
  type: "forget";
  number: number;
}

export type Order = Keep | LayOut | Forget;

/** Answer to a request for a layout: a view, or an error. */
export type Answer = { number: number; laid: LaidOutView } | { number: number; error: string };

/** Lay out what is seen of a diagram when some boxes are open. */
export function layOutView(diagram: Diagram, opened: ReadonlySet<number>): LaidOutView {
  const start = performance.now();
  const view = look(diagram, opened);
  const picture = place(diagram, view);
  return { view, picture, took: performance.now() - start };
}

/** The same, as an answer, whatever goes wrong. */
export function answerOf(
  number: number,
  diagram: Diagram | undefined,
  opened: ReadonlySet<number>,
): Answer {
  try {
    if (!diagram) throw new Error(`nobody told of diagram ${number}`);
    return { number, laid: layOutView(diagram, opened) };
  } catch (error) {
    return { number, error: error instanceof Error ? error.message : String(error) };
  }
}
