/** Rows of a plot's menu that are for its analysis alone. */

import type { PlotInfo } from "../protocol/live";
import { choice, type Entry, type Row } from "./menu_entries";
import { parse } from "./numbers";
import type { Send } from "./send";

/** Rows for what a plot is correlated with, or for its markers. */
export function analysisRows(info: PlotInfo, send: Send, entry: Entry): Row[] {
  const { reference, marker, period } = info.analysis;
  const change = (values: Partial<PlotInfo["analysis"]>): void => {
    const wanted = { reference, marker, period, ...values };
    send({
      type: "ChangeAnalysis",
      plot: info.id,
      reference: wanted.reference,
      marker: wanted.marker,
      period: wanted.period,
    });
  };
  const seconds = (name: "marker" | "period", value: number): HTMLInputElement =>
    entry(`${value}`, "seconds", (text) => {
      const found = parse(text);
      if (found !== null && found >= 0) change({ [name]: found });
      return found !== null && found >= 0;
    });
  const references = info.analysis.references.map((name) => [name, name] as const);
  switch (info.kind) {
    case "correlation":
      return [
        [
          "With",
          choice(references, reference, (chosen) => {
            change({ reference: chosen });
          }),
        ],
      ];
    case "aligned":
      return [
        ["Marker (s)", seconds("marker", marker)],
        ["Period (s)", seconds("period", period)],
      ];
    default:
      return [];
  }
}
