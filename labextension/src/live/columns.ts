/** Columns: the numbers of one plot, from a frame's buffer to what Bokeh draws. */

import type { Frame, Part } from "./messages";
import { isDark } from "./theme";

/** The numbers of a part, row by row, without a copy. */
export function rowsOf(part: Part, numbers: Float32Array): Float32Array[] {
  return Array.from({ length: part.rows }, (_, row) => {
    const begin = part.offset + row * part.columns;
    return numbers.subarray(begin, begin + part.columns);
  });
}

/** Times are sent from the window's begin, because float32 would blur those of a long run. */
function times(row: Float32Array | undefined, begin: number): Float64Array {
  return Float64Array.from(row ?? [], (time) => time + begin);
}

const INK = { light: 0xff4d4033, dark: 0xffe2dcd7 } as const;

/** Spikes as an image: one row per neuron, inked where it spiked. */
function bitmap(rows: Float32Array[], neurons: number, bins: number): Image {
  const values = new Uint32Array(neurons * bins);
  const [columns = new Float32Array(), places = new Float32Array()] = rows;
  const ink = isDark() ? INK.dark : INK.light;
  columns.forEach((column, i) => {
    values[(places[i] ?? 0) * bins + column] = ink;
  });
  return { values, shape: [neurons, bins] };
}

/** Rows from the bottom to the top, as Bokeh draws them. */
function upwards(rows: Float32Array[], columns: number): Image {
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    values.set(row, (rows.length - 1 - i) * columns);
  });
  return { values, shape: [rows.length, columns] };
}

/** An image, row by row from the bottom. */
export interface Image {
  values: Uint32Array | Float32Array;
  shape: [number, number];
}

export interface Columns {
  data: Record<string, unknown>;
  head?: Record<string, unknown>;
  image?: Image;
}

/** What the models named "data" and "head" of a plot's figure hold. */
export function columns(
  kind: string,
  lines: number,
  part: Part,
  numbers: Float32Array,
  frame: Frame,
): Columns {
  const rows = rowsOf(part, numbers);
  switch (kind) {
    case "raster": {
      const data = { x: [frame.begin], w: [frame.end - frame.begin], h: [lines] };
      return { data, image: bitmap(rows, lines, part.high) };
    }
    case "xy": {
      const [x = new Float32Array(), y = new Float32Array()] = rows;
      return { data: { x, y }, head: { x: [...x.slice(-1)], y: [...y.slice(-1)] } };
    }
    case "image":
      if (!part.columns)
        return { data: { w: [1], h: [1] }, image: { values: new Float32Array(1), shape: [1, 1] } };
      return { data: { w: [part.columns], h: [part.rows] }, image: upwards(rows, part.columns) };
    default: {
      const data: Record<string, unknown> = { t: times(rows[0], frame.begin) };
      for (let i = 0; i < lines; i++) data[`${i}`] = rows[i + 1] ?? new Float32Array();
      return { data };
    }
  }
}

/** An axis that holds what it held and what is new, with some air; it never jumps back and forth. */
export class Axis {
  private low = Infinity;
  private high = -Infinity;

  include(low: number, high: number): [number, number] {
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
    const span = this.high - this.low;
    const air = span > 1e-9 * Math.max(Math.abs(this.low), Math.abs(this.high)) ? 0.05 * span : 0.5;
    return [this.low - air, this.high + air];
  }
}
