/** Rows of a plot's menu for its looks: ends of its axis, and what is drawn over it. */

import type { PlotInfo, SourceInfo } from "../protocol/live";
import { choice, type Entry, type Row } from "./menu_entries";
import { parseLimits, writeLimits } from "./numbers";
import type { Send } from "./send";
import { parseSound } from "./sound";

/** The rows that suit a plot; `sources` could be drawn over it. */
export function looksRows(info: PlotInfo, send: Send, entry: Entry, sources: SourceInfo[]): Row[] {
  const rows: Row[] = [];
  if (info.settings.has_limits) rows.push(["Range", limits(info, send, entry)]);
  if (info.kind === "raster") rows.push(["Sound of neuron", sound(info, send, entry)]);
  if (info.kind === "xy") rows.push(["Over it", paths(info, send, sources)]);
  return rows;
}

/** Entry for the ends of the axis of values. */
function limits({ id, settings }: PlotInfo, send: Send, entry: Entry): HTMLInputElement {
  return entry(writeLimits(settings.limits), "auto, or -1 to 1", (text) => {
    const found = parseLimits(text);
    if (found) send({ type: "ChangeLimits", plot: id, limits: found });
    return found !== null;
  });
}

/** Entry for the neurons whose spikes are heard. */
function sound({ id, settings }: PlotInfo, send: Send, entry: Entry): HTMLInputElement {
  return entry(settings.sound || "off", "off, all, or 7", (text) => {
    const found = parseSound(text);
    if (found !== null) send({ type: "ChangeSound", plot: id, sound: found });
    return found !== null;
  });
}

/** Choice of the path that is drawn over this one. */
function paths(info: PlotInfo, send: Send, sources: SourceInfo[]): HTMLSelectElement {
  const others = sources.filter(({ key, kinds }) => kinds.includes("xy") && key !== info.source);
  const options = others.map(({ key }) => [key, key] as const);
  return choice([["", "nothing"], ...options], info.settings.over, (source) => {
    send({ type: "DrawOver", plot: info.id, source });
  });
}
