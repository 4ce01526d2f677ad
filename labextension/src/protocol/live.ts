/** Messages of live views. */

// Written by write_protocol.py: change it in Python.

import type { AnalysisInfo, ChangeAnalysis } from "./analysis";
import type { Html } from "./html";
import type { BokehScript, WantBokeh } from "./loader";
import type { ChangeLimits, ChangeSound, DrawOver, HideLines, PlotSettings } from "./plot_settings";
import type { Preferences } from "./preferences";
import type { Kept, WantPlayer } from "./recording";
import type { RunFindings } from "./run_health";
import type { ForgetRun, NameRun, RunInfo, RunPart, ShowRun } from "./runs";
import type { Clicks } from "./sound";
import type {
  AddExpression,
  AddSliders,
  ChangeSliders,
  CheckExpression,
  Checked,
  Drive,
  Grab,
  HoldKeys,
  KeyboardInfo,
  PointerNodeInfo,
  Release,
  RemoveExpression,
  RemoveSliders,
} from "./steering";
import type { StopSweep, Sweep, SweepInfo } from "./sweep";

/** Source of a plot; `costs` says that the program is compiled again to record it. */
export interface SourceInfo {
  type: "SourceInfo";
  key: string;
  name: string;
  kinds: string[];
  size: number;
  costs: boolean;
}

/**
 * Plot, with Bokeh's JSON in `figure`; `state` says why it has no data, if so, and `neurons`
 * whether its values are those of neurons. A similarity to semantic pointers has the keys of their
 * `vocabulary`, and in `pointers` the expressions that were chosen; without any, `labels` are the
 * keys that are drawn by default. `drivers` are names that `AddExpression` takes: of nodes that
 * drive what is compared, or of the module, which gets an input for it; `undriven` says why there
 * is none.
 */
export interface PlotInfo {
  type: "PlotInfo";
  id: string;
  source: string;
  title: string;
  kind: string;
  kinds: string[];
  labels: string[];
  dims: number[];
  colors: string[];
  synapse: number;
  order: string;
  neurons: boolean;
  pointers: string[];
  vocabulary: string[];
  drivers: string[];
  undriven: string;
  analysis: AnalysisInfo;
  state: string;
  settings: PlotSettings;
  figure: Record<string, unknown>;
}

/** Sliders of one node, one for each value it outputs, from `low` to `high`. */
export interface SliderInfo {
  type: "SliderInfo";
  name: string;
  size: number;
  low: number;
  high: number;
}

/**
 * State of a view without its data, sent whenever it changes. `expressions` are the names of nodes
 * that have an entry for expressions.
 */
export interface Layout {
  type: "Layout";
  version: number;
  title: string;
  plots: PlotInfo[];
  sliders: SliderInfo[];
  expressions: string[];
  pointer_nodes: PointerNodeInfo[];
  keyboards: KeyboardInfo[];
  nodes: string[];
  sources: SourceInfo[];
  items: number;
  item: number;
  dt: number;
}

/** Location of a plot's float32 data from element `offset`, and a `note` that sums up. */
export interface Part {
  type: "Part";
  plot: string;
  offset: number;
  rows: number;
  columns: number;
  low: number;
  high: number;
  note: string;
  runs: RunPart[];
}

/**
 * Frame of a view; times are simulated seconds, `rate` is in steps per second. For the sliders of
 * each node, `values` are where they stand, and `held` the indices of those that override the
 * node; `typed` are the expressions that nodes with entries for them put out, empty where they put
 * out their own values. Samples before `kept` were forgotten, so that they take no more than
 * `megabytes` (null for all there is). `traceback` are the user's lines that led to `error`. Kept
 * `runs` are drawn until `latest`; `forgotten` names lost ones. `sweep` is one that is under way.
 */
export interface Frame {
  type: "Frame";
  number: number;
  time: number;
  n_steps: number;
  playing: boolean;
  compiling: boolean;
  speed: number | null;
  ratio: number;
  rate: number;
  ended: string;
  error: string;
  traceback: string;
  begin: number;
  end: number;
  follows: boolean;
  length: number;
  moments: number[];
  kept: number;
  megabytes: number | null;
  runs: RunInfo[];
  latest: number;
  forgotten: string;
  sweep: SweepInfo | null;
  held: number[][];
  values: number[][];
  typed: string[];
  parts: Part[];
}

/** Sentence for the viewer, as a request was not possible. */
export interface Notice {
  type: "Notice";
  text: string;
}

/** Data of a plot to save, as CSV. */
export interface File {
  type: "File";
  name: string;
  text: string;
}

/** The view as Python code, for the clipboard. */
export interface Code {
  type: "Code";
  text: string;
}

/** The view was closed by the kernel. */
export interface Closed {
  type: "Closed";
}

/** A view is on a page and wants the whole state. */
export interface Ready {
  type: "Ready";
  view: string;
  version: number;
}

/** Acknowledge a frame that a view has drawn. */
export interface Ack {
  type: "Ack";
  view: string;
  number: number;
}

/** Run until paused. */
export interface Play {
  type: "Play";
}

/** Pause after the chunk in flight. */
export interface Pause {
  type: "Pause";
}

/** Take `steps` time steps. */
export interface Step {
  type: "Step";
  steps: number;
}

/** Run to a simulated time, in seconds. */
export interface RunTo {
  type: "RunTo";
  time: number;
}

/** Set simulated seconds per second; null is as fast as possible. */
export interface Speed {
  type: "Speed";
  factor: number | null;
}

/** Go back to time zero. */
export interface Reset {
  type: "Reset";
}

/** Go back to the last checkpoint at or before a time, in seconds, to go on from there. */
export interface GoBack {
  type: "GoBack";
  time: number;
}

/** Show a window of `length` seconds that ends at `end`, null for the present. */
export interface Look {
  type: "Look";
  length: number;
  end: number | null;
}

/** Change the length of the window, in seconds, and leave its end. */
export interface LookFor {
  type: "LookFor";
  length: number;
}

/** Change the end of the window, null for the present, and leave its length. */
export interface LookUntil {
  type: "LookUntil";
  end: number | null;
}

/** Show another item of the minibatch. */
export interface ChooseItem {
  type: "ChooseItem";
  item: number;
}

/** Add a plot of a source. */
export interface AddPlot {
  type: "AddPlot";
  source: string;
  kind: string;
}

/** Change the settings of a plot; no `dims` or `pointers` are those by default. */
export interface ChangePlot {
  type: "ChangePlot";
  plot: string;
  kind: string;
  dims: number[];
  pointers: string[];
  synapse: number;
  order: string;
}

/** Remove a plot. */
export interface RemovePlot {
  type: "RemovePlot";
  plot: string;
}

/** Request all recorded samples of a plot, as CSV. */
export interface WantData {
  type: "WantData";
  plot: string;
}

/** Request the view as Python code. */
export interface WantCode {
  type: "WantCode";
}

/** The page's `visibilitychange` event of a view. */
export interface Hide {
  type: "Hide";
  view: string;
  hidden: boolean;
}

export type ToBrowser =
  | Layout
  | Frame
  | Notice
  | File
  | Code
  | Kept
  | Checked
  | Closed
  | BokehScript
  | Html
  | Clicks
  | RunFindings;

/** Request of the viewer, with a handler in `live/handlers.py`. */
export type Request =
  | Play
  | Pause
  | Step
  | RunTo
  | Speed
  | Reset
  | GoBack
  | Grab
  | Release
  | CheckExpression
  | Drive
  | AddExpression
  | RemoveExpression
  | AddSliders
  | ChangeSliders
  | RemoveSliders
  | Look
  | LookFor
  | LookUntil
  | ChooseItem
  | AddPlot
  | ChangePlot
  | ChangeAnalysis
  | RemovePlot
  | HoldKeys
  | DrawOver
  | ChangeLimits
  | HideLines
  | ChangeSound
  | WantData
  | WantCode
  | ShowRun
  | NameRun
  | ForgetRun
  | Sweep
  | StopSweep;

export type ToKernel =
  | Ready
  | Preferences
  | Ack
  | Hide
  | WantBokeh
  | WantPlayer
  | Play
  | Pause
  | Step
  | RunTo
  | Speed
  | Reset
  | GoBack
  | Grab
  | Release
  | CheckExpression
  | Drive
  | AddExpression
  | RemoveExpression
  | AddSliders
  | ChangeSliders
  | RemoveSliders
  | Look
  | LookFor
  | LookUntil
  | ChooseItem
  | AddPlot
  | ChangePlot
  | ChangeAnalysis
  | RemovePlot
  | HoldKeys
  | DrawOver
  | ChangeLimits
  | HideLines
  | ChangeSound
  | WantData
  | WantCode
  | ShowRun
  | NameRun
  | ForgetRun
  | Sweep
  | StopSweep;
