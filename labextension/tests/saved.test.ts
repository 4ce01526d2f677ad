/** A saved diagram is read as what it may be: anything. */

import { describe, expect, test } from "vitest";
import { readSaved, SavedError } from "../src/diagram/saved";

const box = (parent: number | null, label = ""): object => ({
  kind: parent === null ? "network" : "ensemble",
  label,
  parent,
  copies: 1,
  size: "",
  neurons: 5,
  facts: [["radius", "1"]],
  probes: 0,
});
const good = { version: 1, boxes: [box(null), box(0), box(0)], arrows: [], outside: 0, cut: 0 };
const arrow = { source: 1, target: 2, kind: "plain", count: 1, size: 1, facts: [] };

test("a good one knows what is inside what", () => {
  const { diagram } = readSaved({ ...good, arrows: [arrow] });

  expect(diagram.boxes.map(({ children }) => children)).toEqual([[1, 2], [], []]);
  expect(diagram.arrows[0]?.target).toBe(2);
});

describe("a bad one is an error that says what is wrong", () => {
  test.each([
    ["nothing", null, /no the diagram|There is no/],
    ["another version", { ...good, version: 2 }, /version 2, and this page draws version 1/],
    ["no boxes", { ...good, boxes: 3 }, /no list of boxes/],
    ["an empty list", { ...good, boxes: [] }, /begins with a box/],
    ["a box in itself", { ...good, boxes: [box(null), box(1)] }, /Box 1 .* in no box before it/],
    ["a box in none", { ...good, boxes: [box(null), box(null)] }, /Box 1 .* in no box before it/],
    ["an unknown kind", { ...good, arrows: [{ ...arrow, kind: "<b>" }] }, /"<b>" is nothing/],
    ["an arrow to nowhere", { ...good, arrows: [{ ...arrow, target: 7 }] }, /from box 1 to box 7/],
    [
      "an arrow to the frame",
      { ...good, arrows: [{ ...arrow, target: 0 }] },
      /from box 1 to box 0/,
    ],
    ["a negative number", { ...good, arrows: [{ ...arrow, count: -1 }] }, /-1 is no number/],
    ["a fact that is none", { ...good, boxes: [{ ...box(null), facts: [3] }] }, /no list of words/],
  ])("%s", (_name, data, message) => {
    expect(() => readSaved(data)).toThrow(SavedError);
    expect(() => readSaved(data)).toThrow(message);
  });
});
