import { expect, test } from "vitest";
import { layCloud, type Name } from "../src/live/cloud";
import { DRAWERS } from "../src/live/drawers";
import type { Part } from "../src/protocol/live";
import { frame } from "./frames";

const [WIDTH, HEIGHT] = [400, 180];
const SMALLEST = 9;

function lay(similarities: Record<string, number>): Name[] {
  return layCloud(Object.values(similarities), Object.keys(similarities), WIDTH, HEIGHT);
}

test("a name is the larger and the more opaque, the more similar it is", () => {
  const [half, whole] = lay({ HALF: 0.5, WHOLE: 1 });

  expect(whole?.size).toBeGreaterThan(1.5 * (half?.size ?? 0));
  expect(whole?.alpha).toBeCloseTo(1);
  expect(half?.alpha).toBeLessThan(0.7);
});

test("what is not similar, opposite or unknown is not shown", () => {
  expect(lay({ A: 0.05, B: -1, C: NaN, D: 0.9 }).map(({ text }) => text)).toEqual(["D"]);
  expect(lay({})).toEqual([]);
});

test("a name that comes moves the others by less than a pixel", () => {
  const [before] = lay({ A: 0.8, B: 0.0999 });
  const [after, fresh] = lay({ A: 0.8, B: 0.1001 });

  expect(fresh?.alpha).toBeLessThan(0.01);
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) * HEIGHT).toBeLessThan(1);
  expect(Math.abs((after?.size ?? 0) - (before?.size ?? 0))).toBeLessThan(1);
});

test("a name that just comes beside many others is not cut off", () => {
  const others = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`K${i}`, 0.9]));
  const [fresh] = lay({ FRESH: 0.101, ...others });

  expect((1 - (fresh?.y ?? 0)) * HEIGHT).toBeGreaterThan(SMALLEST / 2);
});

test("names keep their order and do not cover each other", () => {
  for (const count of [2, 10, 300]) {
    const names = Array.from({ length: count }, (_, i) => `K${i}`);
    const laid = layCloud(
      names.map((_, i) => 0.3 + ((7 * i) % 11) / 11),
      names,
      WIDTH,
      HEIGHT,
    );
    const numbers = laid.map(({ text }) => Number(text.slice(1)));
    const edges = laid.flatMap(({ y, size }) => [
      (1 - y) * HEIGHT - size / 2,
      (1 - y) * HEIGHT + size / 2,
    ]);

    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(edges).toEqual([...edges].sort((a, b) => a - b));
    expect(edges[0]).toBeGreaterThanOrEqual(0);
    expect(edges.at(-1)).toBeLessThanOrEqual(HEIGHT);
  }
});

test("of more names than have room the most similar ones are shown", () => {
  const names = Array.from({ length: 200 }, (_, i) => `K${i}`);
  const laid = layCloud(
    names.map((_, i) => (i === 150 ? 1 : 0.3)),
    names,
    WIDTH,
    HEIGHT,
  );

  expect(laid.length).toBeLessThan(30);
  expect(laid.map(({ text }) => text)).toContain("K150");
});

test("a long name is as wide as the plot at most", () => {
  const [name] = lay({ [`${"A * ".repeat(20)}B`]: 1 });

  expect((name?.size ?? 0) * 0.5 * 81).toBeLessThan(WIDTH);
});

test("a frame's similarities are columns of text, places, sizes and opacities", () => {
  const part: Part = {
    type: "Part",
    plot: "p",
    offset: 1,
    rows: 1,
    columns: 3,
    low: 0,
    high: 1,
    note: "",
    runs: [],
  };
  const room = { width: WIDTH, height: HEIGHT };
  const { data } = DRAWERS.cloud.columns(
    part,
    Float32Array.of(9, 1, 0, 0.5),
    frame(),
    ["A", "B", "C"],
    room,
  );

  expect(data).toMatchObject({ text: ["A", "C"], x: [0.5, 0.5], similarity: [1, 0.5] });
  expect((data.size as string[]).every((size) => size.endsWith("px"))).toBe(true);
});
