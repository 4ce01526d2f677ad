// @vitest-environment jsdom
/** Much to draw is drawn a part per frame, and little at once. */

import { expect, test, vi } from "vitest";
import { Slices } from "../src/diagram/slices";

function* counting(count: number, drawn: number[]): Generator<void> {
  for (let step = 0; step < count; step++) {
    drawn.push(step);
    yield;
  }
}

test("little is drawn at once", () => {
  const drawn: number[] = [];
  const done = vi.fn();

  new Slices().start(counting(50, drawn), done);

  expect(drawn.length).toBe(50);
  expect(done).toHaveBeenCalledTimes(1);
});

test("much is drawn over several frames, in order", async () => {
  const drawn: number[] = [];
  const done = vi.fn();

  new Slices().start(counting(500, drawn), done);
  const first = drawn.length;
  await vi.waitUntil(() => done.mock.calls.length > 0);

  expect(first).toBeLessThan(200);
  expect(drawn).toEqual(Array.from({ length: 500 }, (_, step) => step));
});

test("what is drawn anew is not finished before", async () => {
  const [old, fresh]: [number[], number[]] = [[], []];
  const [never, done] = [vi.fn(), vi.fn()];
  const slices = new Slices();

  slices.start(counting(500, old), never);
  const begun = old.length;
  slices.start(counting(500, fresh), done);
  await vi.waitUntil(() => done.mock.calls.length > 0);

  expect(old.length).toBe(begun);
  expect(never).not.toHaveBeenCalled();
});
