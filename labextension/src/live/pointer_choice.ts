/**
 * A choice of semantic pointers: keys of a vocabulary, and expressions that are compared as well.
 */

import { element } from "../dom/element";
import type { PlotInfo } from "../protocol/live";

/** An expression as the kernel writes it. */
export function tidy(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** All pairs of some keys, as the products that bind them. */
export function pairsOf(keys: string[]): string[] {
  return keys.flatMap((key, i) => keys.slice(i + 1).map((other) => `${key} * ${other}`));
}

export class PointerChoice {
  readonly element: HTMLElement;
  private readonly list = element("span", { class: "nnb-pointers" });
  private info: PlotInfo;

  /** `choose` is called with the expressions to draw; none are those that are drawn by default. */
  constructor(
    info: PlotInfo,
    private readonly choose: (pointers: string[]) => void,
  ) {
    this.info = info;
    const entry = element("input", {
      label: "Expression to compare with",
      attributes: { type: "text", placeholder: "for example A * B", size: "14" },
      on: {
        change: () => {
          const text = tidy(entry.value);
          entry.value = "";
          if (text !== "") this.add([text]);
        },
      },
    });
    const press = (text: string, label: string, click: () => void): HTMLElement =>
      element("button", { text, label, attributes: { type: "button" }, on: { click } });
    this.element = element(
      "div",
      { class: "nnb-choice" },
      "Pointers ",
      this.list,
      entry,
      press("Pairs", "Compare with all pairs of the chosen keys as well", () => {
        this.add(pairsOf(this.info.labels.filter((label) => this.info.vocabulary.includes(label))));
      }),
      press("Default", "Compare with the keys of the vocabulary", () => {
        choose([]);
      }),
    );
    this.show(info);
  }

  /** Offer what there is, with what is drawn checked. */
  show(info: PlotInfo): void {
    this.info = info;
    const others = info.labels.filter((label) => !info.vocabulary.includes(label));
    const rows = [...info.vocabulary, ...others].map((text) => {
      const box = element("input", {
        attributes: { type: "checkbox" },
        on: {
          change: () => {
            this.toggle(text, box);
          },
        },
      });
      box.checked = info.labels.includes(text);
      return element("label", {}, box, text);
    });
    this.list.replaceChildren(...rows);
  }

  private add(expressions: string[]): void {
    const fresh = expressions.filter((text) => !this.info.labels.includes(text));
    if (fresh.length) this.choose([...this.info.labels, ...fresh]);
  }

  private toggle(text: string, box: HTMLInputElement): void {
    const kept = this.info.labels.filter((label) => label !== text);
    if (box.checked) this.choose([...kept, text]);
    else if (kept.length) this.choose(kept);
    else box.checked = true; // a plot of nothing could not be read
  }
}
