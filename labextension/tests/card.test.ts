// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Card, stillAsked } from "../src/live/card";
import type { PlotInfo } from "../src/protocol/live";
import { bokehOf, lineModels, LINES, model, NOTHING } from "./fake_bokeh";
import { enter, first, frame, send, sent } from "./frames";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
});

const info = { kind: "raster", dims: [2, 0, 1], synapse: 0, order: "rate" } as PlotInfo;

test("what was asked for is asked again until a layout shows it", () => {
  expect(stillAsked({ dims: [0, 1], order: "rate" }, info)).toEqual({ dims: [0, 1] });
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

test("over a raster the neuron of the row is named by its own number", async () => {
  const hover = vi.fn();
  const info: PlotInfo = {
    ...LINES,
    kind: "raster",
    colors: [],
    labels: ["0", "1", "2", "3"],
    dims: [3, 0, 2],
  };
  const bokeh = bokehOf(lineModels());
  const views = await bokeh.embed.embed_item({ target_id: null }, document.body);
  const [root] = views.roots;
  Object.assign(root ?? {}, {
    frame: { bbox: { left: 0, right: 100, top: 0, bottom: 100 } },
  });
  const card = new Card(info, { bokeh, send, look: vi.fn(), hover, sources: () => [] });
  await vi.waitUntil(() => card.element.dataset.drawn === "raster");
  const plot = card.element.querySelector(".nnb-plot");

  for (const clientY of [1, 50, 99]) {
    plot?.dispatchEvent(new MouseEvent("pointermove", { clientX: 50, clientY }));
  }

  expect(hover.mock.calls).toEqual([
    [0.5, "neuron 2"],
    [0.5, "neuron 0"],
    [0.5, "neuron 3"],
  ]);
});

/** A card whose menu is open. */
function withMenu(info: PlotInfo): Card {
  const tools = {
    bokeh: bokehOf(lineModels()),
    send,
    look: vi.fn(),
    hover: vi.fn(),
    sources: () => [],
  };
  const card = new Card(info, tools);
  first(HTMLButtonElement, card.element, "[title='Change or save this plot']").click();
  return card;
}

test("the menu of an average at markers sets when they are", () => {
  sent.length = 0;
  const info: PlotInfo = { ...LINES, kind: "aligned", kinds: ["aligned"] };
  const card = withMenu(info);

  const labels = [...card.element.querySelectorAll("label")];
  const marker = labels.find((label) => label.textContent.startsWith("Marker"));
  const period = labels.find((label) => label.textContent.startsWith("Period"));
  if (!marker || !period) throw new Error("there are no markers");
  enter(first(HTMLInputElement, marker, "input"), "0,5");
  enter(first(HTMLInputElement, period, "input"), "-1");

  const change = { type: "ChangeAnalysis", plot: "p", reference: "" };
  expect(sent).toEqual([{ ...change, marker: 0.5, period: 1 }]);
  expect(first(HTMLInputElement, period, "input").className).toBe("nnb-wrong");
});

test("the menu of a correlation chooses what it is with", () => {
  sent.length = 0;
  const analysis = { ...LINES.analysis, reference: "wave", references: ["wave", "decoded"] };
  const info: PlotInfo = { ...LINES, kind: "correlation", kinds: ["correlation"], analysis };
  const card = withMenu(info);

  const labels = [...card.element.querySelectorAll("label")];
  const choice = labels.find((label) => label.textContent.startsWith("With"));
  if (!choice) throw new Error("there is no choice");
  enter(first(HTMLSelectElement, choice, "select"), "decoded");

  const change = { type: "ChangeAnalysis", plot: "p", marker: 0, period: 1 };
  expect(sent).toEqual([{ ...change, reference: "decoded" }]);
});

test("a menu has no synapse and no order where these change nothing", () => {
  const words = (has: boolean): string => {
    const settings = { ...LINES.settings, has_synapse: has, has_order: has };
    return withMenu({ ...LINES, settings }).element.textContent;
  };

  expect(words(true)).toContain("Synapse");
  expect(words(true)).toContain("Sorted");
  expect(words(false)).not.toMatch(/Synapse|Sorted/);
});
