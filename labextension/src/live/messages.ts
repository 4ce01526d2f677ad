/** Messages between browser and kernel; nengo_nb/jupyter/protocol/live.py has the same, field by field. */

export const VERSION = 4;

// --- from the kernel ---

export interface SourceInfo {
  key: string;
  name: string;
  kinds: string[];
  size: number;
  costs: boolean;
}

export interface PlotInfo {
  id: string;
  source: string;
  title: string;
  kind: string;
  kinds: string[];
  labels: string[];
  dims: number[];
  colors: string[];
  synapse: number;
  ordered: boolean;
  state: string;
  figure: object;
}

export interface SliderInfo {
  name: string;
  size: number;
  low: number;
  high: number;
}

export interface Scene {
  type: "Scene";
  version: number;
  title: string;
  plots: PlotInfo[];
  sliders: SliderInfo[];
  nodes: string[];
  sources: SourceInfo[];
  items: number;
  item: number;
  dt: number;
}

export interface Part {
  plot: string;
  offset: number;
  rows: number;
  columns: number;
  low: number;
  high: number;
}

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
  begin: number;
  end: number;
  follows: boolean;
  length: number;
  moments: number[];
  held: string[];
  values: number[][];
  parts: Part[];
}

export interface Notice {
  type: "Notice";
  text: string;
}

export interface File {
  type: "File";
  name: string;
  text: string;
}

export interface Closed {
  type: "Closed";
}

export type Incoming = Scene | Frame | Notice | File | Closed;

// --- to the kernel ---

export interface Ready {
  type: "Ready";
  view: string;
  version: number;
}

export interface Prefer {
  type: "Prefer";
  frames: number;
  plots: string;
}

export interface Ack {
  type: "Ack";
  view: string;
  number: number;
}

export interface Play {
  type: "Play";
}

export interface Pause {
  type: "Pause";
}

export interface Step {
  type: "Step";
  steps: number;
}

export interface RunTo {
  type: "RunTo";
  time: number;
}

export interface Speed {
  type: "Speed";
  factor: number | null;
}

export interface Reset {
  type: "Reset";
}

export interface GoBack {
  type: "GoBack";
  time: number;
}

export interface Grab {
  type: "Grab";
  name: string;
  values: number[];
}

export interface Release {
  type: "Release";
  name: string;
}

export interface AddSliders {
  type: "AddSliders";
  name: string;
}

export interface RemoveSliders {
  type: "RemoveSliders";
  name: string;
}

export interface Look {
  type: "Look";
  length: number;
  end: number | null;
}

export interface LookFor {
  type: "LookFor";
  length: number;
}

export interface LookUntil {
  type: "LookUntil";
  end: number | null;
}

export interface ChooseItem {
  type: "ChooseItem";
  item: number;
}

export interface AddPlot {
  type: "AddPlot";
  source: string;
  kind: string;
}

export interface ChangePlot {
  type: "ChangePlot";
  plot: string;
  kind: string;
  dims: number[];
  synapse: number;
  ordered: boolean;
}

export interface RemovePlot {
  type: "RemovePlot";
  plot: string;
}

export interface WantData {
  type: "WantData";
  plot: string;
}

export interface WantCode {
  type: "WantCode";
}

export interface Hide {
  type: "Hide";
  view: string;
  hidden: boolean;
}

export type Outgoing =
  | Ready
  | Prefer
  | Ack
  | Play
  | Pause
  | Step
  | RunTo
  | Speed
  | Reset
  | GoBack
  | Grab
  | Release
  | AddSliders
  | RemoveSliders
  | Look
  | LookFor
  | LookUntil
  | ChooseItem
  | AddPlot
  | ChangePlot
  | RemovePlot
  | WantData
  | WantCode
  | Hide;

export type Send = (message: Outgoing) => void;
