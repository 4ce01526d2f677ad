/** Messages on the analyses of a live view. */

// Written by write_protocol.py: change it in Python.

/**
 * Settings of a plot's analysis. `reference` is the source that values are correlated with, one of
 * `references`; empty where there is none. Averages are around the time `marker`, and again each
 * `period` after it, in seconds; a period of zero is one marker alone.
 */
export interface AnalysisInfo {
  type: "AnalysisInfo";
  reference: string;
  references: string[];
  marker: number;
  period: number;
}

/** Change the settings of a plot's analysis. */
export interface ChangeAnalysis {
  type: "ChangeAnalysis";
  plot: string;
  reference: string;
  marker: number;
  period: number;
}
