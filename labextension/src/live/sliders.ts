/** Sliders: they follow what a node outputs, until somebody takes hold of one; a button lets go again. */

import { element } from "../dom/element";
import { button } from "./icons";
import type { Frame, SliderInfo } from "../protocol/live";
import type { Send } from "./send";
import { parse, short } from "./numbers";

export class Sliders {
  readonly element: HTMLElement;
  private readonly ranges: HTMLInputElement[] = [];
  private readonly entries: HTMLInputElement[] = [];
  private readonly release: HTMLButtonElement;
  private values: number[];

  constructor(
    readonly info: SliderInfo,
    private readonly send: Send,
  ) {
    this.values = Array.from({ length: info.size }, () => 0);
    this.release = button("release", `Let ${info.name} output its own values again`, () => {
      send({ type: "Release", name: info.name });
    });
    const remove = button("close", `Remove the sliders of ${info.name}`, () => {
      send({ type: "RemoveSliders", name: info.name });
    });
    const title = element("span", { class: "nnb-title", text: info.name, attributes: { title: info.name } });
    this.element = element(
      "section",
      { class: "nnb-sliders", attributes: { "aria-label": `Sliders of ${info.name}` } },
      element("div", { class: "nnb-heading" }, title, this.release, remove),
    );
    for (let i = 0; i < info.size; i++) this.element.append(this.row(i));
  }

  private row(index: number): HTMLElement {
    const { low, high, name } = this.info;
    const label = this.info.size > 1 ? `${name}[${index}]` : name;
    const range = element("input", {
      label,
      attributes: { type: "range", min: `${low}`, max: `${high}`, step: "any" },
      on: {
        input: () => {
          this.grab(index, range.valueAsNumber);
        },
      },
    });
    const entry = element("input", {
      label: `Value of ${label}`,
      attributes: { type: "text", inputmode: "decimal", size: "6" },
      on: {
        change: () => {
          const value = parse(entry.value);
          entry.classList.toggle("nnb-wrong", value === null);
          if (value !== null) this.grab(index, value);
        },
      },
    });
    this.ranges.push(range);
    this.entries.push(entry);
    const number = this.info.size > 1 ? [element("span", { class: "nnb-index", text: `${index}` })] : [];
    return element("div", { class: "nnb-slider" }, ...number, range, entry);
  }

  private grab(index: number, value: number): void {
    this.values = this.values.map((other, i) => (i === index ? value : other));
    this.draw(index, value);
    this.send({ type: "Grab", name: this.info.name, values: this.values });
  }

  /** Follow the node, but never pull a slider out of somebody's hand. */
  update(values: number[] | undefined, frame: Frame): void {
    const held = frame.held.includes(this.info.name);
    this.element.classList.toggle("nnb-held", held);
    this.release.disabled = !held;
    if (!values) return;
    if (!this.element.contains(document.activeElement) || !held) this.values = values;
    values.forEach((value, i) => {
      if (held && this.element.contains(document.activeElement)) return;
      this.draw(i, value);
    });
  }

  private draw(index: number, value: number): void {
    const [range, entry] = [this.ranges[index], this.entries[index]];
    if (!range || !entry) return;
    if (value < Number(range.min)) range.min = `${value}`;
    if (value > Number(range.max)) range.max = `${value}`;
    range.valueAsNumber = value;
    if (document.activeElement !== entry) entry.value = short(value);
  }
}
