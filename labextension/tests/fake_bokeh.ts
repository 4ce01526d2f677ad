/** BokehJS to test with: models that keep what they are set to, in one document. */

import { vi } from "vitest";
import type { Bokeh, BokehModel, BokehViews } from "../src/loader/bokeh";
import type { Part, PlotInfo } from "../src/protocol/live";

/** A plot of one line. */
export const LINES: PlotInfo = {
  type: "PlotInfo", id: "p", source: "decoded", title: "decoded", kind: "lines", kinds: ["lines"], labels: ["0"], dims: [0],
  colors: ["#0072b2"], synapse: 0, order: "index", neurons: false, pointers: [], vocabulary: [], drivers: [], undriven: "",
  analysis: { type: "AnalysisInfo", reference: "", references: [], marker: 0, period: 1 }, state: "", settings: { type: "PlotSettings", over: "", limits: [], has_limits: true, has_synapse: true, has_order: false, hidden: [], sound: "" }, figure: {},
}; // prettier-ignore

/** The data of a plot before there are any. */
export const NOTHING: Part = {
  type: "Part",
  plot: "p",
  offset: 0,
  rows: 0,
  columns: 0,
  low: 0,
  high: 0,
  note: "",
  runs: [],
};

/** A model of BokehJS that keeps what it is set to, and calls back as Bokeh does. */
export function model(attributes: Record<string, unknown>): BokehModel {
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

/** The models of a plot of lines, by name. */
export function lineModels(): Record<string, BokehModel> {
  return {
    time: model({ start: 0, end: 1e-3 }),
    values: model({ start: -1, end: 1 }),
    data: model({ data: {} }),
    runs: model({ data: {} }),
  };
}

/** BokehJS that embeds a document of these models, at once or once `embedded` is resolved. */
export function bokehOf(
  models: Record<string, BokehModel>,
  embedded: Promise<void> = Promise.resolve(),
): Bokeh {
  const document = { get_model_by_name: (name: string) => models[name] ?? null };
  const root = { model: model({ document }), export: vi.fn() };
  const views = { roots: [root], clear: () => undefined } as BokehViews;
  return {
    version: "3.9.2",
    documents: [document],
    embed: { embed_item: () => embedded.then(() => views) },
  };
}
