/** Messages of JupyterLab's side panel. */

// Written by write_protocol.py: change it in Python.

export type EntryKind = "network" | "simulator" | "other";

export type EntryState =
  "new" | "building" | "compiling" | "running" | "cell" | "idle" | "closed" | "error";

export type OutputKind = "live" | "diagram";

/** Entry of the panel: a variable with a network or a simulator. */
export interface Row {
  type: "Row";
  /** Name of the variable. */
  name: string;
  /** Whether it is a network or a simulator, with `other` for a `nengo.Simulator`. */
  kind: EntryKind;
  /** Label of the network, if it is not the variable's name. */
  title: string;
  /** Number of neurons. */
  neurons: number;
  /** Number of ensembles. */
  ensembles: number;
  /** Number of probes. */
  probes: number;
  /** State of the simulator; `cell` says that a cell runs it. */
  state: EntryState;
  /** Simulated time, in seconds. */
  time: number;
  /** Simulated time at which it pauses by itself, in seconds; null without one. */
  goal: number | null;
  /** Length of a time step, in seconds. */
  dt: number;
  /** Steps per second, as last measured. */
  rate: number | null;
  /** Bytes of parameters and recorded samples. */
  memory: number;
  /** Last error, as a sentence. */
  error: string;
  /** Reason why it takes no orders, as a sentence; empty if it takes them. */
  reason: string;
}

/** All entries of a kernel, with the version of the messages and of this package. */
export interface Report {
  type: "Report";
  version: number;
  package: string;
  rows: Row[];
}

/** Acknowledge an order; its effect comes with reports. */
export interface Ack {
  type: "Ack";
  page: string;
  number: number;
}

/** Sentence for the page that gave an order: an error, or news about a rebuilt simulator. */
export interface Notice {
  type: "Notice";
  page: string;
  name: string;
  text: string;
}

/** Output that a page asked for, as the MIME bundle of a cell's output. */
export interface Output {
  type: "Output";
  /** Page that asked. */
  page: string;
  /** Name of the variable. */
  name: string;
  /** Whether it is the live view or the diagram. */
  kind: OutputKind;
  /** Identifies the output, so that a page shows it once. */
  key: string;
  /** Data by MIME type. */
  bundle: Record<string, unknown>;
}

/** A page has opened its comm, and wants a report of everything. */
export interface Connect {
  type: "Connect";
  page: string;
  version: number;
}

/** Run for some simulated seconds, or until paused if that is null. */
export interface Run {
  type: "Run";
  page: string;
  number: number;
  name: string;
  seconds: number | null;
}

/** Pause after the chunk in flight. */
export interface Pause {
  type: "Pause";
  page: string;
  number: number;
  name: string;
}

/** Go back to time zero. */
export interface Reset {
  type: "Reset";
  page: string;
  number: number;
  name: string;
}

/** Request the live view. */
export interface ShowLive {
  type: "ShowLive";
  page: string;
  number: number;
  name: string;
}

/** Request the diagram. */
export interface ShowDiagram {
  type: "ShowDiagram";
  page: string;
  number: number;
  name: string;
}

export type ToBrowser = Report | Ack | Notice | Output;

export type Order = Run | Pause | Reset | ShowLive | ShowDiagram;

export type ToKernel = Connect | Run | Pause | Reset | ShowLive | ShowDiagram;
