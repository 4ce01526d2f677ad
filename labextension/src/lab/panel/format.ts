/** Text of the panel: how rows, sizes, rates and the state of the connection are written. */

import type { ConnectionState } from "./panel_client";
import type { EntryState, Row } from "../../protocol/panel";

const STATES: Record<EntryState, string> = {
  new: "not built",
  building: "being built",
  compiling: "compiling",
  running: "running",
  cell: "running in a cell",
  idle: "idle",
  closed: "closed",
  error: "error",
};

export function stateName(row: Row): string {
  return STATES[row.state];
}

/** Whether something moves. */
export function isMoving(row: Row): boolean {
  return ["building", "compiling", "running", "cell"].includes(row.state);
}

export function formatCount(number: number, thing: string): string {
  return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
}

/** Its size. */
export function formatSize(row: Row): string {
  const parts = [
    formatCount(row.neurons, "neuron"),
    formatCount(row.ensembles, "ensemble"),
    formatCount(row.probes, "probe"),
  ];
  return (row.title ? [row.title, ...parts] : parts).join(" · ");
}

export function formatTime(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

/** Speed relative to real time. */
export function formatRatio(row: Row): string {
  return row.rate === null ? "" : `${short(row.rate * row.dt)}× real time`;
}

/** Simulated time, speed and memory. */
export function formatProgress(row: Row): string {
  const time =
    row.goal === null ? formatTime(row.time) : `${formatTime(row.time)} of ${formatTime(row.goal)}`;
  const rate = row.rate === null ? "" : `${Math.round(row.rate).toLocaleString("en")} steps/s`;
  const memory = row.memory ? formatBytes(row.memory) : "";
  return [time, formatRatio(row), rate, memory].filter(Boolean).join(" · ");
}

/** Text of the status bar; empty where nothing runs. */
export function formatStatus(rows: Row[]): string {
  const moving = rows.filter(isMoving);
  const first = moving[0];
  if (!first) return "";
  const more = moving.length > 1 ? ` and ${moving.length - 1} more` : "";
  const isRunning = first.state === "running" || first.state === "cell";
  const words = isRunning ? [formatTime(first.time), formatRatio(first)] : [stateName(first)];
  return [`Nengo: ${first.name}`, ...words.filter(Boolean)].join(" · ") + more;
}

export function formatBytes(size: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let amount = size;
  while (amount >= 1000 && units.length > 1) {
    amount /= 1000;
    units.shift();
  }
  return `${short(amount)} ${units[0] ?? ""}`;
}

/** Three digits that count. */
function short(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString("en")
    : String(Number(value.toPrecision(3)));
}

/** Text in place of rows, with the next thing to do. */
export function adviceFor(condition: ConnectionState | null): string {
  switch (condition?.kind) {
    case undefined:
      return "Open a notebook, and its networks are listed here.";
    case "looking":
      return "Looking for the notebook's kernel…";
    case "absent":
      return (
        "nengo_nb is not loaded in this notebook's kernel. Run %load_ext nengo_nb in a cell. If there is no such " +
        "module, install nengo_nb where the kernel runs."
      );
    case "failed":
      return `This kernel cannot be followed: ${condition.text}`;
    case "mismatch":
      return (
        `The kernel has another version of nengo_nb (${condition.report.package}) than this page. Reload the page; ` +
        "if that does not help, restart the kernel."
      );
    case "open":
      if (condition.report === null) return "Waiting for the kernel…";
      return condition.report.rows.length ? "" : "No networks yet: a %%nengo cell makes one.";
  }
}
