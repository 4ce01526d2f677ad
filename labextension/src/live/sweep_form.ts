/** Form that asks for a sweep of a slider: the same run for each of some values. */

import { element } from "../dom/element";
import type { SliderInfo } from "../protocol/live";
import { choice } from "./menu_entries";
import { parse, short } from "./numbers";
import type { Send } from "./send";

const NOTE =
  "The network runs once for each value, as fast as possible; each run is kept and drawn. Other " +
  "inputs stay as they are. Then the view is where it is now, in time, state and sliders.";

/** Where runs begin. */
const BEGINS = [
  ["start", "from the start (0 s)"],
  ["now", "from now on"],
] as const;

export class SweepForm {
  readonly element: HTMLElement;
  private readonly low = entryFor("First value of the sweep");
  private readonly high = entryFor("Last value of the sweep");
  private readonly count = entryFor("Number of values");
  private readonly seconds = entryFor("Length of each run, in seconds");
  private readonly dimension: HTMLSelectElement;
  private readonly begin: HTMLSelectElement;

  constructor(
    private info: SliderInfo,
    private readonly send: Send,
  ) {
    const dimensions = Array.from({ length: info.size }, (_, i) => [`${i}`, `${i}`] as const);
    this.dimension = named(choice(dimensions, "0", ignored), "Dimension that is swept");
    this.begin = named(choice(BEGINS, "start", ignored), "Where runs begin");
    [this.count.value, this.seconds.value] = ["5", "1"];
    const start = element("button", {
      text: "Sweep",
      label: `Run the network for each of these values of ${info.name}`,
      attributes: { type: "button" },
      on: {
        click: () => {
          this.ask();
        },
      },
    });
    const row = (...children: (Node | string)[]): HTMLElement => element("div", {}, ...children);
    this.element = element(
      "div",
      {
        class: "nnb-sweep-form",
        attributes: { role: "group", "aria-label": `Sweep of ${info.name}`, hidden: "" },
      },
      ...(info.size > 1 ? [row("dimension ", this.dimension)] : []),
      row("from ", this.low, " to ", this.high),
      row(this.count, " values of ", this.seconds, " s"),
      row(this.begin, " ", start),
      element("div", { class: "nnb-note", text: NOTE }),
    );
    this.propose(info);
  }

  /** Follow the range of the slider. */
  show(info: SliderInfo): void {
    const isNew = info.low !== this.info.low || info.high !== this.info.high;
    this.info = info;
    // Another range alone, as somebody may have typed here.
    if (isNew) this.propose(info);
  }

  private propose({ low, high }: SliderInfo): void {
    this.low.value = short(low);
    this.high.value = short(high);
  }

  /** The kernel says what is wrong with it, if so. */
  private ask(): void {
    this.send({
      type: "Sweep",
      name: this.info.name,
      dimension: Number(this.dimension.value),
      low: parse(this.low.value),
      high: parse(this.high.value),
      count: parse(this.count.value),
      seconds: parse(this.seconds.value),
      from_now: this.begin.value === "now",
    });
  }
}

function ignored(): void {
  // What was chosen is read when the sweep is asked for.
}

function named(select: HTMLSelectElement, label: string): HTMLSelectElement {
  select.title = label;
  select.setAttribute("aria-label", label);
  return select;
}

function entryFor(label: string): HTMLInputElement {
  return element("input", { label, attributes: { type: "text", inputmode: "decimal", size: "5" } });
}
