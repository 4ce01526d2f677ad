/** Rows of a plot's menu that are for its analysis alone. */

import { element } from "../dom/element";
import type { PlotInfo } from "../protocol/live";
import { parse } from "./numbers";
import type { Send } from "./send";

type Entry = (value: string, hint: string, accept: (text: string) => boolean) => HTMLInputElement;

/** Rows for what a plot is correlated with, or for its markers. */
export function analysisRows(info: PlotInfo, send: Send, entry: Entry): [string, HTMLElement][] {
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
  switch (info.kind) {
    case "correlation":
      return [["With", choice(info, change)]];
    case "aligned":
      return [
        ["Marker (s)", seconds("marker", marker)],
        ["Period (s)", seconds("period", period)],
      ];
    default:
      return [];
  }
}

function choice(
  info: PlotInfo,
  change: (values: Partial<PlotInfo["analysis"]>) => void,
): HTMLElement {
  const select = element("select", {
    on: {
      change: () => {
        change({ reference: select.value });
      },
    },
  });
  for (const name of info.analysis.references)
    select.append(element("option", { text: name, attributes: { value: name } }));
  select.value = info.analysis.reference;
  return select;
}
