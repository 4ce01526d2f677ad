import { expect, test } from "vitest";
import { curves, histogram, single } from "../src/live/analysis_drawers";
import { Axis } from "../src/live/axis";
import { frame } from "./frames";
import { NOTHING } from "./fake_bokeh";

const room = { width: 300, height: 180 };
const bars = Float32Array.from([0, 10, 20, 4, 7, NaN, 12, NaN, NaN]);
const part = { ...NOTHING, rows: 3, columns: 3, low: 0, high: 50 };

test("a histogram has a bar for each bin, and a line at what is marked", () => {
  const { data, more } = histogram.columns(part, bars, frame(), [], room);

  expect(data).toEqual({
    left: Float32Array.of(0, 10),
    right: Float32Array.of(10, 20),
    top: Float32Array.of(4, 7),
  });
  expect(more?.head).toEqual({ x: [12] });
});

test("a histogram without a mark has no line", () => {
  const unmarked = bars.slice();
  unmarked[6] = NaN;

  expect(histogram.columns(part, unmarked, frame(), [], room).more?.head).toEqual({ x: [] });
});

test("bars stand on the axis, which holds the highest", () => {
  const axis = new Axis();
  const { across, values } = histogram.scale(part, axis, bars, room);

  expect(across).toEqual({ start: 0, end: 50 });
  expect(values?.start).toBe(0);
  expect(values?.end).toBeGreaterThan(7);
  expect(values?.end).toBeLessThan(8);
});

test("the axis of a histogram without counts goes to one at least", () => {
  const { values } = histogram.scale(part, new Axis(), new Float32Array(9), room);

  expect(values?.end).toBeGreaterThan(1);
});

test("one line has the times of its frame", () => {
  const rows = Float32Array.from([0, 0.5, 30, 40]);
  const line = { ...NOTHING, rows: 2, columns: 2, low: 0, high: 40 };

  const { data } = single.columns(line, rows, frame({ begin: 1 }), [], room);

  expect(data).toEqual({ t: Float64Array.of(1, 1.5), "0": Float32Array.of(30, 40) });
});

test("curves are over the places of the first row, and fill the figure", () => {
  const rows = Float32Array.from([1, 10, 500, -20, 5, -40]);
  const spectrum = { ...NOTHING, rows: 2, columns: 3, low: -40, high: 5 };

  const { data } = curves.columns(spectrum, rows, frame(), ["0", "1"], room);
  const { across } = curves.scale(spectrum, new Axis(), rows, room);

  expect(data).toEqual({ x: Float32Array.of(1, 10, 500), "0": Float32Array.of(-20, 5, -40) });
  expect(across).toEqual({ start: 1, end: 500 });
});

test("before there are data, all curves are empty", () => {
  const { data } = curves.columns(NOTHING, new Float32Array(), frame(), ["a", "b"], room);

  expect(data).toEqual({ x: new Float32Array(), "0": new Float32Array(), "1": new Float32Array() });
});
