/** Messages about the kept runs of a live view. */

// Written by write_protocol.py: change it in Python.

/**
 * Run that is over and was kept, from `begin` to `end` in simulated seconds; `place` is its place
 * among those that are drawn, null where it is not. `level` is where the value of one of a sweep
 * is from the lowest, 0, to the highest one, 1; null of others.
 */
export interface RunInfo {
  type: "RunInfo";
  id: string;
  name: string;
  begin: number;
  end: number;
  place: number | null;
  level: number | null;
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
