/** Drawers of analyses: histograms, and one line of what many values have in common. */

import type { Drawer } from "./drawer";
import { drawGrid } from "./grid";
import { LINE_COLORS } from "../tables/line_colors";
import { lineColor } from "./palette";
import { rowsOf, times } from "./parts";
import { ink, line } from "./rasterizer";

const LINE_WIDTH = 1.6;

/** Rows: bounds of the bins, a count for each but the last, and first of the third what to mark. */
export const histogram: Drawer = {
  columns: (part, numbers) => {
    const [edges = NO_ROW, counts = NO_ROW, marks = NO_ROW] = rowsOf(part, numbers);
    const mark = marks.slice(0, 1).filter((place) => !Number.isNaN(place));
    const data = { left: edges.slice(0, -1), right: edges.slice(1), top: counts.slice(0, -1) };
    return { data, more: { head: { x: [...mark] } } };
  },
  scale: (part, axis, numbers) => {
    const [, counts = NO_ROW] = rowsOf(part, numbers);
    const { end } = axis.include(0, Math.max(1, ...counts.subarray(0, -1)));
    // Bars stand on the axis.
    return { across: { start: part.low, end: part.high }, values: { start: 0, end } };
  },
};

/** One line of rates over time, whatever the number of neurons that it is made of. */
export const single: Drawer = {
  columns: (part, numbers, frame) => {
    const rows = rowsOf(part, numbers);
    return { data: { t: times(rows[0], frame.begin), "0": rows[1] ?? NO_ROW } };
  },
  scale: (part, axis) => ({ values: { start: 0, end: axis.include(0, part.high).end } }),
  sketch: {
    paint: (sheet, columns, _info, scale) => {
      drawGrid(sheet);
      const color = ink(lineColor(0, LINE_COLORS[0]));
      const { t, "0": values } = columns.data as { t: Float64Array; "0": Float32Array };
      line(sheet, t, values, color, LINE_WIDTH * scale);
    },
  },
};

/** A row of places, and a row for each curve over them. */
export const curves: Drawer = {
  columns: (part, numbers, _frame, names) => {
    const [x = NO_ROW, ...rows] = rowsOf(part, numbers);
    const data: Record<string, Float32Array> = { x };
    // Without data, all are empty; of many neurons there may be one curve alone.
    const count = part.rows ? rows.length : Math.max(names.length, 1);
    for (let i = 0; i < count; i++) data[`${i}`] = rows[i] ?? NO_ROW;
    return { data };
  },
  scale: (part, axis, numbers) => {
    const [x = NO_ROW] = rowsOf(part, numbers);
    const [start = NaN, end = NaN] = [x[0], x[x.length - 1]];
    const ranges: ReturnType<Drawer["scale"]> = { values: axis.include(part.low, part.high) };
    if (start < end) ranges.across = { start, end };
    return ranges;
  },
};

const NO_ROW = new Float32Array();
