/**
 * Sliders: they follow what a node outputs, until somebody takes hold of one; a button lets go
 * again.
 */

import { element } from "../dom/element";
import { button } from "./icons";
import type { SliderInfo } from "../protocol/live";
import type { Send } from "./send";
import { parse, short } from "./numbers";
import { SweepForm } from "./sweep_form";

export class Sliders {
  readonly element: HTMLElement;
  private readonly ranges: HTMLInputElement[] = [];
  private readonly entries: HTMLInputElement[] = [];
  private readonly release: HTMLButtonElement;
  private readonly rows: HTMLElement[] = [];
  private readonly drawn: number[] = [];
  private readonly low = entryFor("Value at the left end");
  private readonly high = entryFor("Value at the right end");
  private readonly sweep: SweepForm;
  /** The range, with what the node has put out beyond it. */
  private seen: { low: number; high: number };
  /** Sliders that somebody has moved since the node was last released. */
  private readonly taken = new Set<number>();

  constructor(
    public info: SliderInfo,
    private readonly send: Send,
  ) {
    this.seen = { low: info.low, high: info.high };
    this.sweep = new SweepForm(info, send);
    const limits = this.limits();
    const open = button(
      "more",
      `Set the range of the sliders of ${info.name}, or sweep one`,
      () => {
        limits.hidden = !limits.hidden;
      },
    );
    this.release = button("release", `Let ${info.name} output its own values again`, () => {
      this.taken.clear();
      send({ type: "Release", name: info.name });
    });
    const remove = button("close", `Remove the sliders of ${info.name}`, () => {
      send({ type: "RemoveSliders", name: info.name });
    });
    const title = element("span", {
      class: "nnb-title",
      text: info.name,
      attributes: { title: info.name },
    });
    this.element = element(
      "section",
      { class: "nnb-sliders", attributes: { "aria-label": `Sliders of ${info.name}` } },
      element("div", { class: "nnb-heading" }, title, this.release, open, remove),
      limits,
    );
    for (let i = 0; i < info.size; i++) this.element.append(this.row(i));
    this.show(info);
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
    const number =
      this.info.size > 1 ? [element("span", { class: "nnb-index", text: `${index}` })] : [];
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
      if (value !== undefined && !(taken && row.contains(document.activeElement)))
        this.draw(i, value);
    });
  }

  /** Set the range that was asked for. */
  show(info: SliderInfo): void {
    this.info = info;
    this.sweep.show(info);
    this.low.value = short(info.low);
    this.high.value = short(info.high);
    this.seen = { low: info.low, high: info.high };
    this.ranges.forEach((range, i) => {
      [range.min, range.max] = [`${info.low}`, `${info.high}`];
      const value = this.drawn[i];
      if (value !== undefined) this.place(range, value);
    });
  }

  private draw(index: number, value: number): void {
    const [range, entry] = [this.ranges[index], this.entries[index]];
    if (!range || !entry) return;
    // What the node outputs of itself widens the range for good, as it will come again.
    if (!this.taken.has(index)) {
      this.seen = { low: Math.min(this.seen.low, value), high: Math.max(this.seen.high, value) };
    }
    this.drawn[index] = value;
    this.place(range, value);
    if (document.activeElement !== entry) entry.value = short(value);
  }

  /** Put a slider on a value, which it reaches beyond its range for as long as it is there. */
  private place(range: HTMLInputElement, value: number): void {
    range.min = `${Math.min(this.seen.low, value)}`;
    range.max = `${Math.max(this.seen.high, value)}`;
    range.valueAsNumber = value;
  }

  /** A button for the form of a sweep. */
  private opener(): HTMLElement {
    const form = this.sweep.element;
    const opener = element("button", {
      class: "nnb-open-sweep",
      text: "Sweep …",
      label: `Run the network for a range of values of ${this.info.name}`,
      attributes: { type: "button", "aria-expanded": "false" },
      on: {
        click: () => {
          form.hidden = !form.hidden;
          opener.setAttribute("aria-expanded", `${!form.hidden}`);
        },
      },
    });
    return opener;
  }

  /** Two entries for the range, and what is below them. */
  private limits(): HTMLElement {
    const change = (): void => {
      const [low, high] = [parse(this.low.value), parse(this.high.value)];
      const fits = low !== null && high !== null && low < high;
      for (const entry of [this.low, this.high]) entry.classList.toggle("nnb-wrong", !fits);
      if (fits) this.send({ type: "ChangeSliders", name: this.info.name, low, high });
    };
    for (const entry of [this.low, this.high]) entry.addEventListener("change", change);
    return element(
      "div",
      { class: "nnb-limits", attributes: { hidden: "" } },
      "from ",
      this.low,
      " to ",
      this.high,
      this.opener(),
      this.sweep.element,
    );
  }
}

function entryFor(label: string): HTMLInputElement {
  return element("input", { label, attributes: { type: "text", inputmode: "decimal", size: "5" } });
}
