/** Messages of diagrams, all on one comm per kernel. */

// Written by write_protocol.py: change it in Python.

export type SubjectKind = "box" | "arrow";

/** Line chart over a shared axis, with a gap where a value is null. */
export interface LineChart {
  type: "LineChart";
  /** Title of the chart. */
  title: string;
  /** Values along the shared axis. */
  x: number[];
  /** Values of each line. */
  lines: (number | null)[][];
  /** Name of each line; none if there are too many to tell apart. */
  names: string[];
  /** Indices of the lines that are drawn dashed. */
  dashed: number[];
  /** Label of the shared axis. */
  x_label: string;
  /** Label of the axis of values. */
  y_label: string;
}

/** Matrix as an image; `rows` and `columns` say what these are. */
export interface ImageChart {
  type: "ImageChart";
  title: string;
  values: (number | null)[][];
  rows: string;
  columns: string;
}

export type Chart = LineChart | ImageChart;

/** Offer to watch or to steer an object in a live view. */
export interface OfferInfo {
  type: "OfferInfo";
  /** Name of the offer in a request. */
  key: string;
  /** Text of its button. */
  label: string;
  /** Sentence on what it does. */
  about: string;
}

/** Facts and charts of a built object. */
export interface InspectReply {
  type: "InspectReply";
  /** Number of the request. */
  id: number;
  /** Terms with their descriptions. */
  facts: [string, string][];
  /** Charts of the object. */
  charts: Chart[];
  /** Number of dimensions of which one can be chosen to draw charts along it. */
  dimensions: number;
  /** Note about what is not available, and what would make it so. */
  note: string;
  /** Offers to watch or steer the object; none of a network that is gone. */
  offers: OfferInfo[];
}

/** Activity of a drawing's boxes from 0 to 1; the buffer has a float32 for each box. */
export interface Activity {
  type: "Activity";
  drawing: string;
}

/** Finding about an object of a drawing. */
export interface FindingInfo {
  type: "FindingInfo";
  /** Whether it is a box or an arrow. */
  what: SubjectKind;
  /** Index of the box or arrow in the drawing. */
  index: number;
  /** Number of the object among those that share the box or arrow, from zero. */
  copy: number;
  /** Name of the object. */
  name: string;
  /** Kind of the problem. */
  problem: string;
  /** Sentence that says what was found. */
  reason: string;
  /** Sentence that says what helps. */
  remedy: string;
}

/** Findings about the network of a drawing, sent to all pages that show it. */
export interface Health {
  type: "Health";
  /** Name of the drawing. */
  drawing: string;
  /** The findings, in the order of the drawing. */
  findings: FindingInfo[];
  /** Number of findings that are not among them. */
  more: number;
  /** Sentence that says what was looked at, and what was left out. */
  looked_at: string;
}

/** Reply to a request that was carried out, or whose note says why it was not. */
export interface Done {
  type: "Done";
  /** Number of the request. */
  id: number;
  /** Sentence for the page; empty where there is nothing to say. */
  note: string;
}

/** Reply to a request to watch or steer an object. */
export interface WatchReply {
  type: "WatchReply";
  /** Number of the request. */
  id: number;
  /** Name of the live view that shows it; empty if none does. */
  view: string;
  /** Name of its plot in that view; empty if the object is steered. */
  plot: string;
  /** Name of the node that is steered there; empty if the object is watched. */
  node: string;
  /** Sentence for the page; empty where there is nothing to say. */
  note: string;
}

/** Picture of a live view that a diagram has opened, sent whenever its simulation pauses. */
export interface ViewPicture {
  type: "ViewPicture";
  /** Name of the live view. */
  view: string;
  /** The picture in base64; empty where nothing can be drawn. */
  png: string;
}

/** Request details of a box or an arrow. */
export interface InspectRequest {
  type: "InspectRequest";
  /** Version of the page's messages. */
  version: number;
  /** Number of the request, which the reply repeats. */
  id: number;
  /** Name of the drawing. */
  drawing: string;
  /** Whether a box or an arrow is inspected. */
  what: SubjectKind;
  /** Index of the box or arrow in the drawing. */
  index: number;
  /** Number of the object among those that share the box or arrow, from zero. */
  copy: number;
  /** Dimension of the represented value along which charts are drawn, from zero. */
  dimension: number;
}

/** Request to look for what is probably not as it was meant in a drawing's network. */
export interface CheckRequest {
  type: "CheckRequest";
  /** Version of the page's messages. */
  version: number;
  /** Number of the request, which the reply repeats. */
  id: number;
  /** Name of the drawing. */
  drawing: string;
  /**
   * Whether a person has asked. Otherwise, as where a page shows the drawing, only a network that
   * has a simulator is looked at, and not for long.
   */
  asked: boolean;
  /**
   * Simulated seconds to run the network for, in a simulator of its own; 0 for a look at the built
   * network alone.
   */
  seconds: number;
}

/** Request to watch or steer an object in a live view, which is opened if there is none. */
export interface WatchRequest {
  type: "WatchRequest";
  /** Version of the page's messages. */
  version: number;
  /** Number of the request, which the reply repeats. */
  id: number;
  /** Name of the drawing. */
  drawing: string;
  /** Whether it is a box or an arrow. */
  what: SubjectKind;
  /** Index of the box or arrow in the drawing. */
  index: number;
  /** Number of the object among those that share the box or arrow, from zero. */
  copy: number;
  /** Key of the offer. */
  offer: string;
  /** Names of the live views that can be seen on the page, in their order. */
  views: string[];
}

export type ToBrowser = InspectReply | Done | WatchReply | Activity | Health | ViewPicture;

export type ToKernel = InspectRequest | CheckRequest | WatchRequest;
