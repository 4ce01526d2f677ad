/** The browser lays a diagram out as Python does, to a thousandth of a pixel. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { place } from "../src/diagram/layout/layout";
import { look } from "../src/diagram/layout/view";
import { readSaved } from "../src/diagram/saved";

interface View {
  opened: number[];
  strands: [source: number, target: number, kind: string, arrows: number[]][];
  size: [number, number];
  boxes: [box: number, x: number, y: number, width: number, height: number][];
  paths: [number, number][][];
}

const file = new URL("pictures.json", import.meta.url);
const pictures = JSON.parse(readFileSync(file, "utf8")) as { saved: unknown; views: View[] }[];

describe.each(pictures.map(({ saved, views }, number) => ({ number, saved, views })))(
  "network $number",
  ({ saved, views }) => {
    const { diagram } = readSaved(saved);

    test.each(views)("is laid out alike with $opened.length boxes open", (expected) => {
      const view = look(diagram, new Set(expected.opened));
      const picture = place(diagram, view);

      expect(view.strands.map((s) => [s.source, s.target, s.kind, s.arrows])).toEqual(
        expected.strands,
      );
      close([picture.width, picture.height], expected.size);
      const boxes = [...picture.boxes.values()].map((b) => [b.box, b.x, b.y, b.width, b.height]);
      expect(boxes.length).toBe(expected.boxes.length);
      boxes.forEach((box, index) => {
        close(box, expected.boxes[index] ?? []);
      });
      picture.paths.forEach((path, index) => {
        close(path.flat(), expected.paths[index]?.flat() ?? []);
      });
    });
  },
);

function close(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length);
  found.forEach((number, index) => {
    expect(Math.abs(number - (expected[index] ?? NaN))).toBeLessThan(0.002);
  });
}
