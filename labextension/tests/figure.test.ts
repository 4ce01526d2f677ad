// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Figure } from "../src/live/figure";
import type { Part, PlotInfo } from "../src/protocol/live";
import type { Bokeh, BokehModel } from "../src/loader/bokeh";
import { frame } from "./frames";

const LINES: PlotInfo = {
  type: "PlotInfo", id: "p", source: "decoded", title: "decoded", kind: "lines", kinds: ["lines"], labels: ["0"], dims: [0],
  colors: ["#0072b2"], synapse: 0, ordered: false, neurons: false, state: "", figure: {},
}; // prettier-ignore
const NOTHING: Part = { type: "Part", plot: "p", offset: 0, rows: 0, columns: 0, low: 0, high: 0 };

/** A model of BokehJS that keeps what it is set to, and calls back as Bokeh does. */
function model(attributes: Record<string, unknown>): BokehModel {
  const slots: (() => void)[] = [];
  const property = { change: { connect: (slot: () => void) => void slots.push(slot) } };
  const made: BokehModel = {
    document: null,
    properties: { start: property, end: property },
    setv: (values) => {
      Object.assign(made, values);
      for (const slot of slots) slot();
    },
    ...attributes,
  };
  return made;
}

let models: Record<string, BokehModel>;
let bokeh: Bokeh;
const look = vi.fn();

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  look.mockClear();
  models = {
    time: model({ start: 0, end: 1e-3 }),
    values: model({ start: -1, end: 1 }),
    data: model({ data: {} }),
  };
  const document = { get_model_by_name: (name: string) => models[name] ?? null };
  const root = { model: model({ document }), export: vi.fn() };
  bokeh = {
    version: "3.9.2",
    documents: [document],
    embed: { embed_item: () => Promise.resolve({ roots: [root], clear: () => undefined }) },
  };
});

const draw = (): Promise<Figure> => Figure.draw(bokeh, LINES, document.createElement("div"), look);

test("before the first step the axis of time is as long as the window", async () => {
  const figure = await draw();

  figure.update(NOTHING, new Float32Array(), frame({ time: 0, n_steps: 0, begin: 0, end: 0.001, length: 2 }));

  expect(models.time).toMatchObject({ start: 0, end: 2 });
});

test("a frame shows its window, and is not taken for somebody who moves it", async () => {
  const figure = await draw();

  figure.update(NOTHING, new Float32Array(), frame({ begin: 1, end: 3 }));

  expect(models.time).toMatchObject({ start: 1, end: 3 });
  expect(look).not.toHaveBeenCalled();
});

test("somebody who pans moves the window of all plots", async () => {
  await draw();

  models.time?.setv({ start: 0.5, end: 1.5 });

  expect(look).toHaveBeenCalledWith(0.5, 1.5);
});

test("the axis of values holds what is drawn", async () => {
  const figure = await draw();
  const numbers = Float32Array.of(0, 0.5, 1, 7);

  figure.update({ ...NOTHING, rows: 2, columns: 2, low: 1, high: 7 }, numbers, frame({}));

  const { start, end } = models.values as unknown as { start: number; end: number };
  expect(start).toBeLessThanOrEqual(1);
  expect(end).toBeGreaterThanOrEqual(7);
  expect(models.data?.data).toMatchObject({ 0: Float32Array.of(1, 7) });
});

test("a figure that is removed is forgotten by BokehJS", async () => {
  const figure = await draw();

  figure.remove();

  expect(bokeh.documents).toEqual([]);
});
