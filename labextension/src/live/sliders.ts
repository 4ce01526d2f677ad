/** Sliders: they follow what a node outputs, until somebody takes hold of one; a button lets go again. */

import { element } from "../dom/element";
import { button } from "./icons";
import type { SliderInfo } from "../protocol/live";
import type { Send } from "./send";
import { parse, short } from "./numbers";

export class Sliders {
  readonly element: HTMLElement;
  private readonly ranges: HTMLInputElement[] = [];
  private readonly entries: HTMLInputElement[] = [];
  private readonly release: HTMLButtonElement;
  private readonly rows: HTMLElement[] = [];
  /** Sliders that somebody has moved since the node was last released. */
  private readonly taken = new Set<number>();

  constructor(
    readonly info: SliderInfo,
    private readonly send: Send,
  ) {
    this.release = button("release", `Let ${info.name} output its own values again`, () => {
      this.taken.clear();
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
    const row = element("div", { class: "nnb-slider" }, ...number, range, entry);
    this.rows.push(row);
    return row;
  }

  /** Take hold of one dimension; the others stay with the node, or where they were put. */
  private grab(index: number, value: number): void {
    this.taken.add(index);
    this.draw(index, value);
    const values = this.ranges.map((_, i) => (i === index ? value : null));
    this.send({ type: "Grab", name: this.info.name, values });
  }

  /** Follow the node, but never pull a slider out of somebody's hand. */
  update(values: number[] | undefined, held: number[]): void {
    this.element.classList.toggle("nnb-held", held.length > 0);
    this.release.disabled = held.length === 0;
    this.rows.forEach((row, i) => {
      row.classList.toggle("nnb-taken", held.includes(i));
      // Frames made before the kernel knew of it show the node's value still.
      const taken = this.taken.has(i) || held.includes(i);
      const value = values?.[i];
      if (value !== undefined && !(taken && row.contains(document.activeElement))) this.draw(i, value);
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
