/** Runs of a sweep: solid lines, the stronger the higher the value; and all of them at once. */

import { element } from "../dom/element";
import type { RunInfo } from "../protocol/runs";
import type { Send } from "./send";

/** Opacity of the lines of the lowest value; that of the highest is 1. */
const FAINTEST = 0.25;

/** More of them than this have one entry in a legend, which is one line. */
const MOST_NAMED = 2;

export function opacityOf(level: number): number {
  return FAINTEST + (1 - FAINTEST) * level;
}

/** A legend's entries for the runs of a sweep, each with a drawing of its line. */
export function sweptEntries(
  runs: RunInfo[],
  draw: (info: RunInfo) => SVGSVGElement,
): HTMLElement[] {
  const ordered = [...runs].sort((a, b) => (a.level ?? 0) - (b.level ?? 0));
  const [lowest, highest] = [ordered[0], ordered.at(-1)];
  if (!lowest || !highest || ordered.length <= MOST_NAMED)
    return ordered.map((run) => element("span", {}, draw(run), run.name));
  const names = ordered.map(({ name }) => name).join("\n");
  return [
    element(
      "span",
      { attributes: { title: names } },
      `${lowest.name} `,
      element("i", { class: "nnb-ramp" }),
      ` ${highest.name}`,
    ),
  ];
}

/** Buttons for all runs of sweeps, in the list of runs. */
export class SweptRuns {
  readonly element: HTMLElement;
  private runs: RunInfo[] = [];

  constructor(send: Send) {
    this.element = element(
      "div",
      { class: "nnb-swept", attributes: { hidden: "" } },
      "All runs of sweeps: ",
      this.button("draw", (run) => {
        if (run.place === null) send({ type: "ShowRun", run: run.id, shown: true });
      }),
      this.button("hide", (run) => {
        if (run.place !== null) send({ type: "ShowRun", run: run.id, shown: false });
      }),
      this.button("delete", (run) => {
        send({ type: "ForgetRun", run: run.id });
      }),
    );
  }

  private button(text: string, act: (run: RunInfo) => void): HTMLButtonElement {
    return element("button", {
      text,
      attributes: { type: "button" },
      on: {
        click: () => {
          this.runs.forEach(act);
        },
      },
    });
  }

  update(runs: RunInfo[]): void {
    this.runs = runs.filter(({ level }) => level !== null);
    this.element.hidden = this.runs.length < 2;
  }
}
