/** Additions: the dialogue that adds plots and sliders, and copies the view as code. */

import { element } from "../dom/element";
import { PLOT_KINDS } from "../tables/plot_kinds";
import { readPlotKind } from "./drawers";
import type { Layout } from "../protocol/live";
import type { Send } from "./send";

const MOST = 200;

export class Additions {
  readonly element: HTMLElement;
  private readonly search: HTMLInputElement;
  private readonly list = element("div", { class: "nnb-list", attributes: { role: "listbox" } });
  private readonly item: HTMLSelectElement;
  private readonly batch: HTMLElement;
  private layout: Layout | null = null;

  constructor(private readonly send: Send) {
    this.search = element("input", {
      attributes: { type: "search", placeholder: "Search what can be watched or steered" },
      on: {
        input: () => {
          this.fill();
        },
      },
    });
    const panel = element(
      "div",
      { class: "nnb-panel", attributes: { hidden: "" } },
      this.search,
      this.list,
    );
    const open = element("button", {
      class: "nnb-add",
      text: "Add …",
      label: "Add a plot or sliders",
      attributes: { type: "button", "aria-expanded": "false" },
      on: {
        click: () => {
          panel.hidden = !panel.hidden;
          open.setAttribute("aria-expanded", `${!panel.hidden}`);
          if (!panel.hidden) {
            this.fill();
            this.search.focus();
          }
        },
      },
    });
    const copy = element("button", {
      text: "Copy as code",
      label: "Copy the call that shows this view as it is arranged",
      attributes: { type: "button" },
      on: {
        click: () => {
          send({ type: "WantCode" });
        },
      },
    });
    this.item = element("select", {
      label: "Item of the minibatch",
      on: {
        change: () => {
          send({ type: "ChooseItem", item: Number(this.item.value) });
        },
      },
    });
    this.batch = element("label", { attributes: { hidden: "" } }, "Item ", this.item);
    this.element = element(
      "div",
      { class: "nnb-additions" },
      element("div", { class: "nnb-row" }, open, copy, this.batch),
      panel,
    );
  }

  update(layout: Layout): void {
    this.layout = layout;
    this.batch.hidden = layout.items < 2;
    if (this.item.options.length !== layout.items) {
      const numbers = Array.from({ length: layout.items }, (_, i) => `${i}`);
      this.item.replaceChildren(
        ...numbers.map((text) => element("option", { text, attributes: { value: text } })),
      );
    }
    this.item.value = `${layout.item}`;
    this.fill();
  }

  private fill(): void {
    const { layout } = this;
    if (!layout) return;
    const words = this.search.value.toLowerCase().split(/\s+/);
    const fits = (name: string): boolean =>
      words.every((word) => name.toLowerCase().includes(word));
    const shown = new Set(layout.sliders.map((slider) => slider.name));
    const sliders = layout.nodes.filter((name) => !shown.has(name) && fits(`${name} sliders`));
    const typed = layout.pointer_nodes.filter(
      ({ name, title }) => !layout.expressions.includes(name) && fits(`${title} expression`),
    );
    const sources = layout.sources.filter((source) => fits(source.name));
    const rows = [
      ...sources.slice(0, MOST).map((source) =>
        this.entry(
          source.name,
          source.kinds.map((kind) => [
            PLOT_KINDS[readPlotKind(kind)].label,
            () => {
              this.send({ type: "AddPlot", source: source.key, kind });
            },
          ]),
          source.costs ? "compiles anew" : "",
        ),
      ),
      ...sliders.map((name) =>
        this.entry(
          name,
          [
            [
              "sliders",
              () => {
                this.send({ type: "AddSliders", name });
              },
            ],
          ],
          "",
        ),
      ),
      ...typed.map(({ name, title }) =>
        this.entry(
          title,
          [
            [
              "expression",
              () => {
                this.send({ type: "AddExpression", name });
              },
            ],
          ],
          "",
        ),
      ),
    ];
    if (sources.length > MOST)
      rows.push(element("div", { text: `and ${sources.length - MOST} more` }));
    this.list.replaceChildren(...rows);
  }

  private entry(name: string, actions: [string, () => void][], note: string): HTMLElement {
    const buttons = actions.map(([text, click]) =>
      element("button", {
        text,
        label: `${name} as ${text}`,
        attributes: { type: "button" },
        on: { click },
      }),
    );
    return element(
      "div",
      { class: "nnb-entry" },
      element("span", { class: "nnb-title", text: name }),
      element("span", { class: "nnb-note", text: note }),
      ...buttons,
    );
  }
}
