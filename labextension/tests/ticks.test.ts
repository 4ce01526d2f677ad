import { expect, test } from "vitest";
import { findTicks, tickTexts } from "../src/live/ticks";
import axes from "./ticks.json";

test.each(axes)(
  "ticks from $low to $high are where Python has them",
  ({ low, high, wanted, ticks }) => {
    const found = findTicks(low, high, wanted);

    expect(found.length).toBe(ticks.length);
    found.forEach((tick, i) => {
      expect(Math.abs(tick - (ticks[i] ?? NaN))).toBeLessThan(1e-9 * (high - low));
    });
  },
);

test("ticks are at multiples of 1, 2 and 5, and their texts tell them apart", () => {
  expect(tickTexts(findTicks(0, 2))).toEqual(["0.0", "0.5", "1.0", "1.5", "2.0"]);
  expect(tickTexts(findTicks(373.5, 375.5))).toEqual(["373.5", "374.0", "374.5", "375.0", "375.5"]);
  expect(tickTexts(findTicks(0, 0.1))).toEqual(["0.00", "0.02", "0.04", "0.06", "0.08", "0.10"]);
});
