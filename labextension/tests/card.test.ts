// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Card, stillAsked } from "../src/live/card";
import type { PlotInfo } from "../src/protocol/live";
import { bokehOf, lineModels, LINES, model, NOTHING } from "./fake_bokeh";
import { frame, send } from "./frames";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

const info = { kind: "raster", dims: [2, 0, 1], synapse: 0, ordered: true } as PlotInfo;

test("what was asked for is asked again until a layout shows it", () => {
  expect(stillAsked({ dims: [0, 1], ordered: true }, info)).toEqual({ dims: [0, 1] });
});

test("dimensions that the kernel has sorted are those that were asked for", () => {
  expect(stillAsked({ dims: [0, 1, 2], kind: "raster" }, info)).toEqual({});
});

test("a raster of a paused view has the inks of the theme that the page changes to", async () => {
  const made: unknown[][] = [];
  class Pixels {
    readonly values: unknown[];
    constructor(...values: unknown[]) {
      this.values = values;
      made.push(values);
    }
  }
  const models = { ...lineModels(), data: model({ data: { image: [new Pixels()] } }) };
  const info: PlotInfo = { ...LINES, kind: "raster", kinds: ["raster"], colors: [] };
  const card = new Card(info, {
    bokeh: bokehOf(models),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  });
  card.update(
    { ...NOTHING, rows: 1, columns: 1, high: 1 },
    new Float32Array(Uint32Array.of(1).buffer),
    frame(),
  );
  await vi.waitUntil(() => card.element.dataset.drawn === "raster");

  document.body.dataset.jpThemeLight = "false";
  card.restyle();
  delete document.body.dataset.jpThemeLight;

  const inks = made.slice(1).map(([buffer]) => new Uint32Array(buffer as ArrayBuffer)[0]);
  expect(inks).toEqual([0xff4d4033, 0xffe2dcd7]);
});

test("data that come before the figure, as the only ones of a paused run do, are drawn with it", async () => {
  const models = lineModels();
  let embed = (): void => undefined;
  const embedded = new Promise<void>((resolve) => {
    embed = resolve;
  });
  const card = new Card(LINES, {
    bokeh: bokehOf(models, embedded),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  });

  card.update({ ...NOTHING, rows: 2, columns: 2, high: 7 }, Float32Array.of(0, 2, 1, 7), frame());
  embed();
  await vi.waitUntil(() => card.element.dataset.drawn === "lines");

  expect(models.data?.data).toMatchObject({ t: Float64Array.of(1, 3), 0: Float32Array.of(1, 7) });
  expect(models.time).toMatchObject({ start: 1, end: 3 });
});
