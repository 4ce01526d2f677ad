/** Messages about the kept runs of a live view. */

// Written by write_protocol.py: change it in Python.

/**
 * Run that is over and was kept, from `begin` to `end` in simulated seconds; `place` is its place
 * among those that are drawn, null where it is not.
 */
export interface RunInfo {
  type: "RunInfo";
  id: string;
  name: string;
  begin: number;
  end: number;
  place: number | null;
}

/** Location of a kept run's data of one plot: `rows x columns` float32 from `offset`. */
export interface RunPart {
  type: "RunPart";
  run: string;
  offset: number;
  rows: number;
  columns: number;
}

/** Draw a kept run, or do not. */
export interface ShowRun {
  type: "ShowRun";
  run: string;
  shown: boolean;
}

/** Give a kept run another name. */
export interface NameRun {
  type: "NameRun";
  run: string;
  name: string;
}

/** Delete a kept run. */
export interface ForgetRun {
  type: "ForgetRun";
  run: string;
}
