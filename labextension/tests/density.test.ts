import { expect, test } from "vitest";
import { type Levels, readLevels, shrink } from "../src/live/density";
import type { Part } from "../src/protocol/live";

function part(rows: number, columns: number, high: number, offset = 0): Part {
  return { type: "Part", plot: "p", offset, rows, columns, low: 0, high, note: "", runs: [] };
}

function floats(...bytes: number[]): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}

function levels(rows: number, columns: number, values: number[]): Levels {
  return { values: Uint8Array.from(values), rows, columns };
}

/** Shares of pixels that the ink covers. */
function shares({ values }: Levels): number[] {
  return [...values].map((level) => Math.round((level / 255) ** 2 * 100) / 100);
}

test("bits are levels of all or nothing, a row for each neuron", () => {
  const numbers = floats(0b01, 0b10, 0, 0, 0b10, 0, 0, 0);

  const read = readLevels(part(2, 1, 1), numbers, 10);

  expect([read.rows, read.columns]).toEqual([10, 2]);
  const inked = [...read.values].flatMap((level, i) => (level === 255 ? [i] : []));
  // Neuron 0 in column 0, neuron 1 in column 1, and neuron 9 in column 0.
  expect(inked).toEqual([0, 3, 18]);
});

test("bytes are levels, and their padding is left out", () => {
  const numbers = floats(9, 9, 9, 9, 10, 20, 30, 0, 40, 50, 60, 0);

  const read = readLevels(part(2, 1, 255, 1), numbers, 3);

  expect([read.rows, read.columns]).toEqual([3, 2]);
  expect([...read.values]).toEqual([10, 40, 20, 50, 30, 60]);
});

test("more neurons than bytes share rows", () => {
  const read = readLevels(part(1, 1, 255), floats(1, 2, 3, 4), 10);

  expect(read.rows).toBe(4);
});

test("where there are pixels enough nothing changes", () => {
  const all = levels(2, 2, [0, 255, 10, 0]);

  expect(shrink(all, 2, 300)).toBe(all);
});

test("a pixel is as grey as the marks on it cover", () => {
  const one = levels(4, 1, [255, 0, 0, 0]);
  const three = levels(4, 1, [255, 255, 255, 0]);

  expect(shares(shrink(one, 1, 1))).toEqual([0.25]);
  expect(shares(shrink(three, 1, 1))).toEqual([0.75]);
});

test("rows that lie in two pixels are shared by them, so that there is no pattern of its own", () => {
  const full = levels(7, 3, new Array<number>(21).fill(255));
  const one = levels(3, 1, [0, 255, 0]);

  expect(new Set(shares(shrink(full, 5, 2)))).toEqual(new Set([1]));
  // A third of a pixel, rounded up to a level.
  expect(shares(shrink(one, 2, 1))).toEqual([0.34, 0.34]);
});

test("a single spike of thousands is seen", () => {
  const values = new Array<number>(200 * 600).fill(0);
  values[77 * 600 + 300] = 255;

  const shrunk = shrink(levels(200, 600, values), 20, 60);

  expect([...shrunk.values].some((level) => level > 20)).toBe(true);
});
