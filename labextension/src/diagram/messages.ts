/** Messages between a diagram and the kernel; `nengo_nb/jupyter/diagrams/inspection.py` has the same fields. */

import type { Fact } from "./saved";

/** Look at a box or an arrow: what came of it when it was built? */
export interface LookRequest {
  type: "look";
  version: number;
  /** Which request it is; the answer names it. */
  id: number;
  /** Which drawing is looked at. */
  drawing: string;
  what: "box" | "arrow";
  index: number;
  /** Which of the copies that it stands for, counted from zero. */
  copy: number;
}

export interface LookReply {
  type: "looked";
  version: number;
  id: number;
  facts: Fact[];
  charts: Chart[];
  /** Note about what is not available, and what would make it so. */
  note: string;
}

/** Activity of the boxes of a drawing, from 0 to 1: a float32 for each box, in a buffer of its own. */
export interface ActivityMessage {
  type: "activity";
  version: number;
  drawing: string;
}

export type Chart = LineChart | ImageChart;

export interface LineChart {
  kind: "lines";
  title: string;
  x: number[];
  lines: (number | null)[][];
  names: string[];
  x_label: string;
  y_label: string;
}

export interface ImageChart {
  kind: "image";
  title: string;
  values: (number | null)[][];
  rows: string;
  columns: string;
}

/** Asks the kernel, and rejects where it has gone. */
export type Ask = (request: Omit<LookRequest, "id" | "type" | "version">) => Promise<LookReply>;
