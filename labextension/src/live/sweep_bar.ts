/** Progress of a sweep, and the button that ends it. */

import { element } from "../dom/element";
import type { Frame } from "../protocol/live";
import { short } from "./numbers";
import type { Send } from "./send";

export class SweepBar {
  readonly element: HTMLElement;
  private readonly text = element("span", { attributes: { role: "status" } });
  private readonly bar = element("progress", {
    label: "Share of the sweep that is done",
    attributes: { max: "1", value: "0" },
  });

  constructor(send: Send) {
    const stop = element("button", {
      text: "Stop the sweep",
      label: "Stop the sweep; runs that are complete are kept",
      attributes: { type: "button" },
      on: {
        click: () => {
          send({ type: "StopSweep" });
        },
      },
    });
    this.element = element(
      "div",
      { class: "nnb-sweep", attributes: { hidden: "" } },
      this.bar,
      this.text,
      stop,
    );
  }

  update({ sweep, playing }: Frame): void {
    this.element.hidden = sweep === null;
    if (sweep === null) return;
    const { label, value, number, count, done } = sweep;
    const paused = playing ? "" : ", paused";
    const text = `${label} = ${short(value)}, run ${number} of ${count}${paused}`;
    if (this.text.textContent !== text) this.text.textContent = text;
    this.bar.value = done;
  }
}
