/** BokehJS, as far as it is used here. */

export interface Bokeh {
  version: string;
  documents: object[];
  embed: { embed_item: (item: object, element: HTMLElement) => Promise<BokehViews> };
}

export interface BokehViews {
  roots: Iterable<BokehView>;
  clear: () => void;
}

/** Position of a plot's frame in its element, in pixels. */
export interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface BokehView {
  model: BokehModel;
  frame?: { bbox: Place };
  bbox?: { height: number };
  export: (type: "png" | "svg", hidpi: boolean) => { to_blob: () => Promise<Blob> };
}

export interface BokehModel {
  document: { get_model_by_name: (name: string) => BokehModel | null } | null;
  properties: Record<string, { change: { connect: (slot: () => void) => void } } | undefined>;
  setv: (
    attributes: Record<string, unknown>,
    options?: { silent?: boolean; check_eq?: boolean },
  ) => void;
  [attribute: string]: unknown;
}

declare global {
  var Bokeh: Bokeh | undefined;
}

/** Let go of what one drawing consists of: BokehJS keeps it for good, drawn or not. */
export function forget(bokeh: Bokeh, document: object | null | undefined): void {
  const at = document ? bokeh.documents.indexOf(document) : -1;
  if (at >= 0) bokeh.documents.splice(at, 1);
}
