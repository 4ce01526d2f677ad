/** Arrangements of diagrams in the metadata of their notebook, where they outlast another run. */

import type { Widget } from "@lumino/widgets";
import type { ArrangementStore } from "../dom/page";
import { kernelIn } from "./kernels";

const KEY = "nengo_nb";

/** The part of a notebook's model that is used. */
interface Model {
  getMetadata: (key: string) => unknown;
  setMetadata: (key: string, value: unknown) => void;
  deleteMetadata: (key: string) => void;
}

type Table = Record<string, unknown>;

/**
 * Find where a diagram's arrangement is kept: in the notebook around it, or in the one with the
 * same kernel, for a tab beside it.
 */
export function storeAt(place: Element, widgets: Widget[]): ArrangementStore | undefined {
  const around = widgets.find(({ node }) => node.contains(place));
  const tab = place.closest<HTMLElement>("[data-nengo-nb-kernel]");
  const kernel = tab?.dataset.nengoNbKernel;
  const beside = kernel ? widgets.filter((widget) => kernelIn(widget) === kernel) : [];
  const model = [around, ...beside].map(modelOf).find((each) => each !== undefined);
  return model && storeIn(model);
}

function modelOf(widget: Widget | undefined): Model | undefined {
  const { context } = (widget ?? {}) as { context?: { model?: Partial<Model> } };
  const model = context?.model;
  const isNotebook = typeof model?.setMetadata === "function" && "cells" in model;
  return isNotebook ? (model as Model) : undefined;
}

/** A notebook's model as a store. */
export function storeIn(model: Model): ArrangementStore {
  const own = (): Table => tableOf(model.getMetadata(KEY));
  return {
    read: (title) => tableOf(own().diagrams)[title],
    write: (title, kept) => {
      const { diagrams, ...rest } = own();
      const others = Object.entries(tableOf(diagrams)).filter(([name]) => name !== title);
      const table = Object.fromEntries(kept ? [...others, [title, kept]] : others);
      const next = Object.keys(table).length > 0 ? { ...rest, diagrams: table } : rest;
      if (Object.keys(next).length > 0) model.setMetadata(KEY, next);
      else model.deleteMetadata(KEY);
    },
  };
}

/** A value as a table; empty if it is none. */
function tableOf(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}
