import { expect, test } from "vitest";
import { stillAsked } from "../src/live/card";
import type { PlotInfo } from "../src/protocol/live";

const info = { kind: "raster", dims: [2, 0, 1], synapse: 0, ordered: true } as PlotInfo;

test("what was asked for is asked again until a layout shows it", () => {
  expect(stillAsked({ dims: [0, 1], ordered: true }, info)).toEqual({ dims: [0, 1] });
});

test("dimensions that the kernel has sorted are those that were asked for", () => {
  expect(stillAsked({ dims: [0, 1, 2], kind: "raster" }, info)).toEqual({});
});
