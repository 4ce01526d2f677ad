/** Messages between panel and kernel; nengo_nb/jupyter/protocol/panel.py has the same, field by field. */

export const VERSION = 3;

// --- from the kernel ---

/** A network, or a simulator that a variable holds. */
export interface Row {
  name: string;
  kind: string;
  title: string;
  neurons: number;
  ensembles: number;
  probes: number;
  state: string;
  time: number;
  goal: number | null;
  dt: number;
  rate: number | null;
  memory: number;
  error: string;
  reason: string;
}

/** All there is in a kernel. */
export interface Report {
  type: "Report";
  version: number;
  package: string;
  rows: Row[];
}

/** An order has arrived. */
export interface Heard {
  type: "Heard";
  page: string;
  number: number;
}

/** A sentence for whoever gave an order. */
export interface Said {
  type: "Said";
  page: string;
  name: string;
  text: string;
}

/** The requested view, as a MIME bundle. */
export interface Shown {
  type: "Shown";
  page: string;
  name: string;
  kind: string;
  key: string;
  bundle: object;
}

export type Incoming = Report | Heard | Said | Shown;

// --- to the kernel ---

export interface Hello {
  type: "Hello";
  page: string;
  version: number;
}

export interface Run {
  type: "Run";
  page: string;
  number: number;
  name: string;
  seconds: number | null;
}

export interface Pause {
  type: "Pause";
  page: string;
  number: number;
  name: string;
}

export interface Reset {
  type: "Reset";
  page: string;
  number: number;
  name: string;
}

export interface ShowLive {
  type: "ShowLive";
  page: string;
  number: number;
  name: string;
}

export interface ShowDiagram {
  type: "ShowDiagram";
  page: string;
  number: number;
  name: string;
}

export type Outgoing = Hello | Run | Pause | Reset | ShowLive | ShowDiagram;

/** Requests that a row can send. */
export type Order =
  | { type: "Run"; name: string; seconds: number | null }
  | { type: "Pause" | "Reset" | "ShowLive" | "ShowDiagram"; name: string };
