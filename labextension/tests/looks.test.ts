// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Axis } from "../src/live/axis";
import { Card } from "../src/live/card";
import { DRAWERS } from "../src/live/drawers";
import { parseLimits, writeLimits } from "../src/live/numbers";
import type { BokehModel } from "../src/loader/bokeh";
import type { PlotInfo, SourceInfo } from "../src/protocol/live";
import type { PlotSettings } from "../src/protocol/plot_settings";
import { bokehOf, lineModels, LINES, model, NOTHING } from "./fake_bokeh";
import { enter, first, frame, send, sent } from "./frames";

const TWO: PlotInfo = {
  ...LINES,
  labels: ["a", "b"],
  dims: [0, 1],
  colors: ["#0072b2", "#d55e00"],
};
const XY: PlotInfo = {
  ...TWO,
  kind: "xy",
  kinds: ["xy"],
  colors: [],
  settings: { ...TWO.settings, has_order: false },
};

const source = (key: string, kinds: string[]): SourceInfo => ({
  type: "SourceInfo", key, name: key, kinds, size: 2, costs: false,
}); // prettier-ignore

const SOURCES = [
  source("decoded", ["xy"]),
  source("target", ["lines", "xy"]),
  source("one", ["lines"]),
];

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  sent.length = 0;
});

function settings(info: PlotInfo, values: Partial<PlotSettings>): PlotInfo {
  return { ...info, settings: { ...info.settings, ...values } };
}

async function cardOf(
  info: PlotInfo,
  models: Record<string, BokehModel> = lineModels(),
): Promise<Card> {
  const tools = {
    bokeh: bokehOf(models),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => SOURCES,
  };
  const card = new Card(info, tools);
  await vi.waitUntil(() => card.element.dataset.drawn === info.kind);
  return card;
}

const entries = (card: Card): HTMLElement[] => [
  ...card.element.querySelectorAll<HTMLElement>(".nnb-legend > *"),
];

test("a click on an entry of the legend switches its line off, and on again", async () => {
  const card = await cardOf(TWO);

  entries(card)[1]?.click();
  card.show(settings(TWO, { hidden: [1] }));
  expect(entries(card).map((entry) => entry.getAttribute("aria-pressed"))).toEqual([
    "true",
    "false",
  ]);
  entries(card)[1]?.click();

  expect(sent).toEqual([
    { type: "HideLines", plot: "p", hidden: [1] },
    { type: "HideLines", plot: "p", hidden: [] },
  ]);
});

test("an axis with fixed ends shows these, whatever values come, until it is free again", async () => {
  const models = lineModels();
  const card = await cardOf(LINES, models);
  const part = { ...NOTHING, rows: 2, columns: 2, low: -9, high: 7 };

  card.show(settings(LINES, { limits: [-1, 2] }));
  card.update(part, Float32Array.of(0, 2, -9, 7), frame());
  expect(models.values).toMatchObject({ start: -1, end: 2 });
  card.show(settings(LINES, { limits: [] }));

  expect(models.values).toMatchObject({ start: -9.8, end: 7.8 });
});

test("limits and the source over a path are chosen in the menu", async () => {
  const card = await cardOf(XY, { ...lineModels(), head: model({ data: {} }) });
  card.element.querySelector<HTMLElement>("[title^=Change]")?.click();

  enter(first(HTMLInputElement, card.element, "[placeholder^=auto]"), "-1 to 1");
  const choice = first(HTMLSelectElement, card.element, ".nnb-menu label:last-of-type select");
  expect([...choice.options].map((option) => option.value)).toEqual(["", "target"]);
  enter(choice, "target");

  expect(sent).toEqual([
    { type: "ChangeLimits", plot: "p", limits: [-1, 1] },
    { type: "DrawOver", plot: "p", source: "target" },
  ]);
});

test("two paths over each other are named in the legend", async () => {
  const card = await cardOf(settings(XY, { over: "target" }));

  expect(entries(card).map((entry) => entry.textContent)).toEqual(["decoded", "target"]);
});

test("of two paths the newest points are marked, also of the one with fewer", () => {
  const part = { ...NOTHING, rows: 4, columns: 3 };
  const numbers = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, NaN, 9, 10, NaN);

  const { more } = DRAWERS.xy.columns(part, numbers, frame(), ["0", "1"], { width: 9, height: 9 });

  expect(more).toMatchObject({ head: { x: [3], y: [6] }, over_head: { x: [8], y: [10] } });
});

test("a single path has nothing over it, and an empty one no newest point", () => {
  const columns = (rows: number, numbers: Float32Array): unknown =>
    DRAWERS.xy.columns({ ...NOTHING, rows, columns: 1 }, numbers, frame(), [], {
      width: 9,
      height: 9,
    }).more;

  expect(columns(2, Float32Array.of(1, 2))).toMatchObject({
    head: { x: [1], y: [2] },
    over_head: { x: [], y: [] },
  });
  expect(columns(2, Float32Array.of(NaN, NaN))).toMatchObject({ head: { x: [], y: [] } });
});

test.each([
  ["auto", []],
  ["", []],
  ["-1 to 1", [-1, 1]],
  ["-0,5; 2", [-0.5, 2]],
  ["0, 10", [0, 10]],
  ["1 to 1", null],
  ["2 to 1", null],
  ["wide", null],
  ["1 2 3", null],
])("limits typed as %j are %j", (text, limits) => {
  expect(parseLimits(text)).toEqual(limits);
});

test("limits are written as they are typed", () => {
  expect(parseLimits(writeLimits([-0.5, 2]))).toEqual([-0.5, 2]);
  expect(writeLimits([])).toBe("auto");
});

test("an axis without limits follows its values", () => {
  expect(new Axis().include(0, 1)).toEqual({ start: -0.05, end: 1.05 });
});

test("each neuron of a firing pattern has a square, and says which it is", () => {
  const part = { ...NOTHING, rows: 2, columns: 3, low: 0, high: 50 };
  const numbers = Float32Array.of(10, 20, 30, 40, 50, NaN);
  const room = { width: 600, height: 100 };

  const { image, neuron } = DRAWERS.pattern.columns(
    part,
    numbers,
    frame(),
    ["7", "3", "1", "0", "2"],
    room,
  );
  const { across, values } = DRAWERS.pattern.scale(part, new Axis(), numbers, room);

  expect(image).toEqual({ shape: [2, 3], values: Float32Array.of(40, 50, NaN, 10, 20, 30) });
  expect(neuron).toEqual({ shape: [2, 3], values: Float32Array.of(0, 2, NaN, 7, 3, 1) });
  expect(across).toEqual({ start: -4.5, end: 7.5 });
  expect(values).toEqual({ start: 0, end: 2 });
});
