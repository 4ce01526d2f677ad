import { expect, test } from "vitest";
import { ink, line, reach, rule, type Sheet, spikes } from "../src/live/rasterizer";

const RED = ink("#ff0000");

function sheet(width: number, height: number, x = { start: 0, end: 1 }): Sheet {
  return { pixels: new Uint32Array(width * height), width, height, x, y: { start: 0, end: 1 } };
}

test("a colour becomes the bytes of an opaque pixel", () => {
  expect(ink("#0072b2")).toBe(0xffb27200);
});

test("a line reaches in each column as far as all its points, however many there are", () => {
  const xs = Array.from({ length: 1001 }, (_, i) => i / 1000);
  const ys = xs.map(() => 0.5);
  ys[457] = 0.9;
  ys[812] = 0.1;

  const [top, bottom] = reach(sheet(10, 100), xs, ys);

  expect([...top].map(Math.round)).toEqual([50, 50, 50, 50, 10, 50, 50, 50, 50, 50]);
  expect([...bottom].map(Math.round)).toEqual([50, 50, 50, 50, 50, 50, 50, 50, 90, 50]);
});

test("a line between two points fills every column between them, and soft pixels end it", () => {
  const place = sheet(4, 4);

  line(place, [0, 1], [0.5, 0.5], RED, 1);

  const opacity = [...place.pixels].map((pixel) => pixel >>> 24);
  expect(opacity).toEqual([0, 0, 0, 0, 128, 128, 128, 128, 128, 128, 128, 128, 0, 0, 0, 0]);
});

test("what is no number, or beside the sheet, draws nothing and breaks nothing", () => {
  const place = sheet(4, 4, { start: 0, end: 1 });

  line(place, [0, 0.5, 1], [0.5, NaN, 0.5], RED, 1);
  line(place, [-3, -1, 2, 5], [9, 9, 9, 9], RED, 1);
  rule(place, -5, true, RED);

  expect(place.pixels.every((pixel) => pixel === 0)).toBe(true);
});

test("no spike is lost when several share a pixel", () => {
  const place = sheet(2, 2);
  const values = new Uint32Array(4 * 8);
  values[0] = RED;
  values[3 * 8 + 7] = RED;

  spikes(place, values, 4, 8);

  expect([...place.pixels]).toEqual([0, RED, RED, 0]);
});
