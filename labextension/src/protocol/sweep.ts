/** Messages about sweeps of a live view: the same run for a range of a slider's values. */

// Written by write_protocol.py: change it in Python.

/**
 * Sweep under way: run `number` of `count`, with a slider called `label` at `value`; `done` is the
 * share of all runs that was simulated.
 */
export interface SweepInfo {
  type: "SweepInfo";
  label: string;
  value: number;
  number: number;
  count: number;
  done: number;
}

/**
 * Run for some seconds with a dimension of a node held at each of `count` values, from a reset or
 * from now. Numbers that a page could not read are null.
 */
export interface Sweep {
  type: "Sweep";
  name: string;
  dimension: number;
  low: number | null;
  high: number | null;
  count: number | null;
  seconds: number | null;
  from_now: boolean;
}

/** End a sweep; runs that are complete stay. */
export interface StopSweep {
  type: "StopSweep";
}
