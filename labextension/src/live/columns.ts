/** Columns: the numbers of one plot, from a frame's buffer to what Bokeh draws. */

import type { Frame, Part } from "../protocol/live";
import { isDark } from "../shared/theme";

/** The numbers of a part, row by row, without a copy. */
export function rowsOf(part: Part, numbers: Float32Array): Float32Array[] {
  return Array.from({ length: part.rows }, (_, row) => {
    const begin = part.offset + row * part.columns;
    return numbers.subarray(begin, begin + part.columns);
  });
}

/** Times are sent from the window's begin, because float32 would blur those of a long run. */
function times(row: Float32Array | undefined, begin: number): Float64Array {
  const found = new Float64Array(row ?? []);
  for (let i = 0; i < found.length; i++) found[i] = (found[i] ?? 0) + begin;
  return found;
}

const INK = { light: 0xff4d4033, dark: 0xffe2dcd7 } as const;

/** Spikes as an image: one row per neuron, inked where it spiked. The numbers are bits, column after column. */
function bitmap(part: Part, numbers: Float32Array, neurons: number): Image {
  const values = new Uint32Array(neurons * part.rows);
  const bits = new Uint32Array(
    numbers.buffer,
    numbers.byteOffset + 4 * part.offset,
    part.rows * part.columns,
  );
  const ink = isDark() ? INK.dark : INK.light;
  for (let column = 0; column < part.rows; column++) {
    for (let word = 0; word < part.columns; word++) {
      let left = bits[column * part.columns + word] ?? 0;
      while (left !== 0) {
        const bit = 31 - Math.clz32(left);
        left ^= 1 << bit;
        values[(32 * word + bit) * part.rows + column] = ink;
      }
    }
  }
  return { values, shape: [neurons, part.rows] };
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

const NOTHING: Image = { values: new Float32Array(1), shape: [1, 1] };

export interface Columns {
  data: Record<string, unknown>;
  head?: Record<string, unknown>;
  image?: Image;
}

/** Columns of the data sources named "data" and "head" of a plot's figure. */
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
      const image = part.rows ? bitmap(part, numbers, lines) : NOTHING;
      return { data, image };
    }
    case "xy": {
      const [x = new Float32Array(), y = new Float32Array()] = rows;
      return { data: { x, y }, head: { x: [...x.slice(-1)], y: [...y.slice(-1)] } };
    }
    case "image":
      if (!part.columns) return { data: { w: [1], h: [1] }, image: NOTHING };
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
  private shown: [number, number] = [0, 0];

  /** Begin and end. Values within its margin leave it as it is, as a change redraws everything. */
  include(low: number, high: number): [number, number] {
    this.low = Math.min(this.low, low);
    this.high = Math.max(this.high, high);
    const span = this.high - this.low;
    const air = span > 1e-9 * Math.max(Math.abs(this.low), Math.abs(this.high)) ? 0.05 * span : 0.5;
    const [start, end] = this.shown;
    const fits = this.low >= start && this.high <= end && end - start < 1.2 * (span + 2 * air);
    if (!fits) this.shown = [this.low - air, this.high + air];
    return this.shown;
  }
}
