/** The entry of the toolbar that saves what was recorded as a player. */

import { element } from "../dom/element";
import { icon } from "./icons";
import type { Send } from "./send";

const NOTE =
  "A player shows the recorded run without a kernel: it plays, scrubs and zooms. In the notebook it " +
  "takes the place of this view's picture once the kernel is gone, and in exports.";

export class PlayerMenu {
  /** Opens the menu. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(send: Send) {
    const entry = (text: string, asFile: boolean): HTMLElement =>
      element("button", {
        text,
        attributes: { type: "button" },
        on: {
          click: () => {
            this.open(false);
            send({ type: "WantPlayer", as_file: asFile });
          },
        },
      });
    this.element = element(
      "div",
      { class: "nnb-runs", attributes: { hidden: "" } },
      element(
        "div",
        { class: "nnb-entry" },
        entry("Keep in the notebook", false),
        entry("Save as a file (HTML)", true),
      ),
      element("div", { class: "nnb-note", text: NOTE }),
    );
    this.button = element(
      "button",
      {
        class: "nnb-button",
        label: "Save as a player",
        attributes: { type: "button", "aria-expanded": "false" },
        on: {
          click: () => {
            this.open(this.element.hidden);
          },
        },
      },
      icon("player"),
    );
  }

  private open(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", `${isOpen}`);
  }
}
