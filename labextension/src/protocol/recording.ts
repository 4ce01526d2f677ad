/** Recorded runs as a player on a page reads them, and the request for one. */

// Written by write_protocol.py: change it in Python.

/**
 * Lines over time: `points` times from `offset` on, then the values of one line after the other.
 * Without `limits` the axis holds all values. Lines of positions in `hidden` are switched off.
 */
export interface LinesPanel {
  type: "LinesPanel";
  title: string;
  note: string;
  labels: string[];
  quantity: string;
  points: number;
  offset: number;
  stacked: boolean;
  hidden: number[];
  limits: number[];
}

/**
 * Spikes, whose marks are `step` rows high. `trains` are, as base64, for each row the number of
 * its spikes, then the steps of `dt` seconds between them, the first from the begin on. Numbers
 * have seven bits in a byte, the lowest first, and the highest bit where more follow.
 */
export interface SpikesPanel {
  type: "SpikesPanel";
  title: string;
  note: string;
  labels: string[];
  dt: number;
  trains: string;
  step: number;
}

/** Path: `points` times from `offset` on, then its first and its second coordinates. */
export interface PathData {
  type: "PathData";
  name: string;
  points: number;
  offset: number;
}

/** Paths of one value over another; `labels` are those of the axes. */
export interface PathsPanel {
  type: "PathsPanel";
  title: string;
  note: string;
  labels: string[];
  paths: PathData[];
  limits: number[];
}

/** Images: `images` times from `offset` on, then the images, row by row from the top. */
export interface ImagesPanel {
  type: "ImagesPanel";
  title: string;
  note: string;
  quantity: string;
  images: number;
  rows: number;
  columns: number;
  offset: number;
  low: number;
  high: number;
  grey: boolean;
}

/** Similarities of pointers: `times` times from `offset` on, then all values of each. */
export interface CloudsPanel {
  type: "CloudsPanel";
  title: string;
  note: string;
  labels: string[];
  times: number;
  offset: number;
}

export type PanelData = LinesPanel | SpikesPanel | PathsPanel | ImagesPanel | CloudsPanel;

/**
 * Recorded run from `begin` to `end` in simulated seconds. `numbers` are float32 numbers in
 * little-endian order as base64; times among them count from `begin`. `notes` say what is left
 * out.
 */
export interface RecordingData {
  type: "RecordingData";
  title: string;
  begin: number;
  end: number;
  panels: PanelData[];
  notes: string[];
  numbers: string;
}

/** Sentence for the viewer on what was kept in the notebook. */
export interface Kept {
  type: "Kept";
  text: string;
}

/** Request what was recorded as a player: a file to save, or else kept in the view's output. */
export interface WantPlayer {
  type: "WantPlayer";
  as_file: boolean;
}
