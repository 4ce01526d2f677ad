/** Settings of a plot that change how it looks and not what it draws, and requests of them. */

// Written by write_protocol.py: change it in Python.

/** Settings of a plot. */
export interface PlotSettings {
  type: "PlotSettings";
  /** Key of the source whose path is drawn over an xy plot; empty for none. */
  over: string;
  /** Fixed ends of the axis or scale of values; empty where it follows the values. */
  limits: number[];
  /** Whether such ends can be set. */
  has_limits: boolean;
  /** Whether its values are filtered before they are drawn. */
  has_synapse: boolean;
  /** Whether the order of neurons changes what is drawn. */
  has_order: boolean;
  /** Positions of the lines that are switched off, among those that are drawn. */
  hidden: number[];
  /** Neurons of a raster that are heard: `"all"`, or the index of one; empty for none. */
  sound: string;
}

/** Draw the path of another source over an xy plot; no `source` ends that. */
export interface DrawOver {
  type: "DrawOver";
  plot: string;
  source: string;
}

/** Fix the axis or scale of values from `limits[0]` to `limits[1]`; without any, free it. */
export interface ChangeLimits {
  type: "ChangeLimits";
  plot: string;
  limits: number[];
}

/** Switch off the lines at these positions among those that are drawn, and all others on. */
export interface HideLines {
  type: "HideLines";
  plot: string;
  hidden: number[];
}

/** Have neurons of a raster heard: `"all"`, the index of one, or `"off"`. */
export interface ChangeSound {
  type: "ChangeSound";
  plot: string;
  sound: string;
}
