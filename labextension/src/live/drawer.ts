/** A drawer: how the numbers of one kind of plot are handed to Bokeh, and drawn without it. */

import type { Frame, Part, PlotInfo } from "../protocol/live";
import type { Axis } from "./axis";
import type { KeptLine } from "./kept_lines";
import type { Sheet } from "./rasterizer";

/** An image, row by row from the bottom. */
export interface Image {
  values: Uint32Array | Float32Array;
  shape: [number, number];
}

/** Columns of the data sources of a plot's figure, by the names of these. */
export interface Columns {
  data: Record<string, unknown>;
  more?: Record<string, Record<string, unknown>>;
  image?: Image;
  /** Index of the neuron of each pixel of the image. */
  neuron?: Image;
  /** Lines of kept runs, for the data source named "runs". */
  kept?: KeptLine[];
}

/** Points and colour of a line. */
export type Stroke = Pick<KeptLine, "xs" | "ys" | "color">;

/** Attributes of a figure's models, by the names of the models. */
type Attributes = Record<string, Record<string, number>>;

/** How a moving plot is drawn by hand, as Bokeh would take too long. */
export interface Sketch {
  paint: (sheet: Sheet, columns: Columns, info: PlotInfo, scale: number) => void;
}

/** Size of what is within the axes. */
export interface Room {
  width: number;
  height: number;
}

export interface Drawer {
  /** Columns for the numbers of a frame, given the names of the values that are drawn. */
  columns: (
    part: Part,
    numbers: Float32Array,
    frame: Frame,
    names: string[],
    room: Room,
  ) => Columns;
  /** Ranges and scales for the values of a frame; that of time is set for all kinds alike. */
  scale: (part: Part, axis: Axis, numbers: Float32Array, room: Room) => Attributes;
  /** Lines of a kept run from its rows; left out where the present run is drawn alone. */
  strokes?: (rows: Float32Array[], frame: Frame, info: PlotInfo) => Stroke[];
  /** Whether each value has a row of its own, from the bottom to the top. */
  hasRows?: boolean;
  /** Left out where Bokeh draws every frame. */
  sketch?: Sketch;
}
