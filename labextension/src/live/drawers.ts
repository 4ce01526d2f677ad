/**
 * Drawers: for each kind of plot, how the numbers of a frame are handed to Bokeh, and how they are
 * drawn without it.
 */

import { isDark } from "../dom/theme";
import { LINE_COLORS } from "../tables/line_colors";
import { PLOT_KINDS, type PlotKind } from "../tables/plot_kinds";
import { layCloud } from "./cloud";
import { readLevels, shrink } from "./density";
import { drawGrid } from "./grid";
import { paintKept, styleOf, type KeptLine } from "./kept_lines";
import type { Frame, Part, PlotInfo } from "../protocol/live";
import { lineColor, lineDashes } from "./palette";
import { rowsOf, times } from "./parts";
import { ink, line, spikes } from "./rasterizer";
import { curves, histogram, single } from "./analysis_drawers";
import type { Drawer, Image, Room, Stroke } from "./drawer";

export type { Columns, Image, Room, Sketch } from "./drawer";

const LINE_WIDTH = 1.6;
const STACKED_WIDTH = 1.2;

const INK = { light: 0xff4d4033, dark: 0xffe2dcd7 } as const;

/** Spikes as an image: one row per neuron, or per pixel where there are fewer of these. */
function inked(part: Part, numbers: Float32Array, neurons: number, room: Room): Image {
  const scale = globalThis.devicePixelRatio || 1;
  const levels = readLevels(part, numbers, neurons);
  const { values, rows, columns } = shrink(levels, scale * room.height, scale * room.width);
  const ink = (isDark() ? INK.dark : INK.light) & 0xffffff;
  // Without ink it is no colour at all, so that what lies below is seen.
  const pixels = new Uint32Array(values.length);
  for (let i = 0; i < pixels.length; i++) {
    const level = values[i] ?? 0;
    if (level) pixels[i] = (level << 24) | ink;
  }
  return { values: pixels, shape: [rows, columns] };
}

/** Rows from the bottom to the top, as Bokeh draws them. */
function upwards(rows: Float32Array[], columns: number): Image {
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, i) => {
    values.set(row, (rows.length - 1 - i) * columns);
  });
  return { values, shape: [rows.length, columns] };
}

const NOTHING: Image = { values: new Float32Array(1), shape: [1, 1] };

/** The lines of all kept runs in a plot. */
export function keptLines(
  kind: FigureKind,
  part: Part,
  numbers: Float32Array,
  frame: Frame,
  info: PlotInfo,
): KeptLine[] {
  const { strokes } = DRAWERS[kind];
  const filled = part.runs.filter((run) => run.columns > 0);
  return filled.flatMap((run) => {
    const drawn = strokes?.(rowsOf(run, numbers), frame, info) ?? [];
    return drawn.map((stroke) => ({ ...stroke, ...styleOf(run, frame, drawn.length) }));
  });
}

/** A line over time for each row behind that of times. */
function overTime(
  rows: Float32Array[],
  frame: Frame,
  colorOf: (index: number) => string,
): Stroke[] {
  const [first, ...values] = rows;
  const xs = times(first, frame.begin);
  return values.map((ys, i) => ({ xs, ys, color: colorOf(i) }));
}

const lines: Drawer = {
  columns: (part, numbers, frame, names) => {
    const rows = rowsOf(part, numbers);
    const data: Record<string, unknown> = { t: times(rows[0], frame.begin) };
    for (let i = 0; i < names.length; i++) data[`${i}`] = rows[i + 1] ?? new Float32Array();
    return { data };
  },
  scale: (part, axis) => ({ values: axis.include(part.low, part.high) }),
  strokes: (rows, frame, info) =>
    overTime(rows, frame, (i) => lineColor(i, info.colors[i] ?? LINE_COLORS[0])).filter(
      (_, i) => !info.settings.hidden.includes(i),
    ),
  sketch: {
    paint: (sheet, columns, info, scale) => {
      drawGrid(sheet);
      paintKept(sheet, columns.kept ?? [], LINE_WIDTH * scale, scale);
      const times = columns.data.t as Float64Array;
      info.colors.forEach((color, i) => {
        if (info.settings.hidden.includes(i)) return;
        const values = columns.data[`${i}`] as Float32Array;
        const dashes = lineDashes(i).map((length) => length * scale);
        line(sheet, times, values, ink(lineColor(i, color)), LINE_WIDTH * scale, dashes);
      });
    },
  },
};

/** Lines above each other, which the kernel has put in their places: all have one colour. */
const stacked: Drawer = {
  ...lines,
  hasRows: true,
  // The places of neurons stay.
  scale: ({ low, high }) => ({ values: { start: low, end: high } }),
  strokes: (rows, frame) => overTime(rows, frame, () => lineColor(0, LINE_COLORS[0])),
  sketch: {
    paint: (sheet, columns, info, scale) => {
      paintKept(sheet, columns.kept ?? [], STACKED_WIDTH * scale, scale);
      const color = ink(lineColor(0, LINE_COLORS[0]));
      const times = columns.data.t as Float64Array;
      info.dims.forEach((_, i) => {
        const values = columns.data[`${i}`] as Float32Array;
        line(sheet, times, values, color, STACKED_WIDTH * scale);
      });
    },
  },
};

const raster: Drawer = {
  columns: (part, numbers, frame, { length: count }, room) => ({
    data: { x: [frame.begin], w: [frame.end - frame.begin], h: [count] },
    image: part.rows ? inked(part, numbers, count, room) : NOTHING,
  }),
  hasRows: true,
  // Neurons keep their places.
  scale: () => ({}),
  sketch: {
    paint: (sheet, { image = NOTHING }) => {
      spikes(sheet, image.values, ...image.shape);
    },
  },
};

const NO_NUMBERS = new Float32Array();

/** The newest point of a path; the shorter of two paths ends in NaN. */
function newest(x: Float32Array, y: Float32Array): { x: number[]; y: number[] } {
  let last = x.length - 1;
  while (last >= 0 && Number.isNaN((x[last] ?? 0) + (y[last] ?? 0))) last--;
  const point = (row: Float32Array): number[] => [...row.slice(Math.max(last, 0), last + 1)];
  return { x: point(x), y: point(y) };
}

const xy: Drawer = {
  columns: (part, numbers) => {
    const [x = NO_NUMBERS, y = NO_NUMBERS, ...over] = rowsOf(part, numbers);
    const [overX = NO_NUMBERS, overY = NO_NUMBERS] = over;
    const more = {
      head: newest(x, y),
      over: { x: overX, y: overY },
      over_head: newest(overX, overY),
    };
    return { data: { x, y }, more };
  },
  scale: (part, axis) => {
    const range = axis.include(part.low, part.high);
    return { values: range, across: range };
  },
  strokes: ([xs = new Float32Array(), ys = new Float32Array()]) => [
    { xs, ys, color: lineColor(0, LINE_COLORS[0]) },
  ],
};

const image: Drawer = {
  columns: (part, numbers) => {
    if (!part.columns) return { data: { w: [1], h: [1] }, image: NOTHING };
    const rows = rowsOf(part, numbers);
    return { data: { w: [part.columns], h: [part.rows] }, image: upwards(rows, part.columns) };
  },
  scale: (part) => ({
    colors: { low: part.low, high: Math.max(part.high, part.low + 1e-9) },
    across: { start: 0, end: part.columns },
    values: { start: 0, end: part.rows },
  }),
};

/** A grid of neurons: each has a square, as large as there is room for. */
const pattern: Drawer = {
  columns: (part, numbers, frame, names, room) => {
    const columns = image.columns(part, numbers, frame, names, room);
    if (!part.columns) return columns;
    const indices = new Float32Array(part.rows * part.columns).fill(NaN);
    indices.set(names.map(Number));
    const rows = rowsOf({ ...part, offset: 0 }, indices);
    return { ...columns, neuron: upwards(rows, part.columns) };
  },
  scale: (part, _axis, _numbers, { width, height }) => {
    const side = Math.max(part.columns / width, part.rows / height);
    const [across, down] = [side * width, side * height];
    return {
      colors: { low: part.low, high: Math.max(part.high, part.low + 1e-9) },
      across: { start: (part.columns - across) / 2, end: (part.columns + across) / 2 },
      values: { start: (part.rows - down) / 2, end: (part.rows + down) / 2 },
    };
  },
};

const cloud: Drawer = {
  columns: (part, numbers, _frame, names, room) => {
    const [row = new Float32Array()] = rowsOf(part, numbers);
    const laid = layCloud(row, names, room.width, room.height);
    return {
      data: {
        text: laid.map(({ text }) => text),
        x: laid.map(() => 0.5),
        y: laid.map(({ y }) => y),
        size: laid.map(({ size }) => `${size}px`),
        alpha: laid.map(({ alpha }) => alpha),
        similarity: laid.map(({ similarity }) => similarity),
      },
    };
  },
  scale: () => ({ across: { start: 0, end: 1 }, values: { start: 0, end: 1 } }),
};

/** HTML is no figure. */
type FigureKind = Exclude<PlotKind, "html">;

export const DRAWERS: Record<FigureKind, Drawer> = {
  lines,
  stacked,
  raster,
  xy,
  cloud,
  image,
  pattern,
  rates: histogram,
  population: single,
  intervals: histogram,
  spectrum: curves,
  correlation: curves,
  aligned: curves,
};

/** The kind of that name; the versions of messages see to it that the kernel knows no others. */
export function readPlotKind(name: string): PlotKind {
  if (!Object.hasOwn(PLOT_KINDS, name))
    throw new Error(`this page draws no plots of the kind ${name}`);
  return name as PlotKind;
}

export function readFigureKind(name: string): FigureKind {
  const kind = readPlotKind(name);
  if (kind === "html") throw new Error("HTML is shown as it is, and drawn by no figure");
  return kind;
}
