/** A drawing: what fills a card. */

import type { Place } from "../loader/bokeh";
import type { Frame, Part, PlotInfo } from "../protocol/live";

/** A file that a drawing can be saved as. */
export type Picture = "png" | "svg" | "html";

export interface Drawing {
  /** Whether time runs to the right in it. */
  readonly isTimed: boolean;
  /** Draw the numbers of a frame. */
  update: (part: Part, numbers: Float32Array, frame: Frame) => void;
  /** The colours of the page's theme and of the palette. */
  restyle: () => void;
  /** Take over limits of the axis and lines that are switched off. */
  setLooks: (info: PlotInfo) => void;
  /** Fit the axis of values anew. */
  fit: () => void;
  /** Whether somebody points at it, to read a value or to move the window. */
  point: (pointed: boolean) => void;
  /** Position of its frame. */
  place: () => Place | null;
  /** It as a file's content. */
  picture: (type: Picture) => Promise<Blob>;
  remove: () => void;
}
