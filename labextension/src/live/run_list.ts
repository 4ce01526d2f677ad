/** List of kept runs: their names, which of them are drawn, and how to delete one. */

import { element } from "../dom/element";
import type { Frame } from "../protocol/live";
import type { RunInfo } from "../protocol/runs";
import { button, icon } from "./icons";
import { dashSwatch } from "./kept_lines";
import { span } from "./numbers";
import type { Send } from "./send";
import { SweptRuns } from "./swept_runs";

const NOTE =
  "Drawn pale and dashed under the present run, at most four at once; those of a sweep as solid " +
  "lines, the stronger the higher the value. Only lines and phases of the past are drawn. The oldest " +
  "run is forgotten where memory is short.";

export class RunList {
  /** Opens the list; hidden while there is nothing to list. */
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;
  private readonly count = element("span");
  private readonly rows = element("div", { class: "nnb-list", attributes: { role: "list" } });
  private readonly forgotten = element("div", { class: "nnb-note", attributes: { hidden: "" } });
  private readonly swept: SweptRuns;
  private shown = new Map<string, Row>();

  constructor(private readonly send: Send) {
    this.swept = new SweptRuns(send);
    this.element = element(
      "div",
      { class: "nnb-runs", attributes: { hidden: "" } },
      this.rows,
      this.swept.element,
      this.forgotten,
      element("div", { class: "nnb-note", text: NOTE }),
    );
    this.button = element(
      "button",
      {
        class: "nnb-button nnb-open-runs",
        label: "Kept runs",
        attributes: { type: "button", "aria-expanded": "false", hidden: "" },
        on: {
          click: () => {
            this.open(this.element.hidden);
          },
        },
      },
      icon("runs"),
      this.count,
    );
  }

  private open(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.button.setAttribute("aria-expanded", `${isOpen}`);
  }

  update({ runs, forgotten }: Frame): void {
    this.button.hidden = runs.length === 0;
    if (runs.length === 0) this.open(false);
    this.count.textContent = `${runs.length}`;
    this.swept.update(runs);
    this.forgotten.hidden = forgotten === "";
    this.forgotten.textContent = forgotten;
    const rows = runs.map((run) => this.shown.get(run.id) ?? new Row(run, this.send));
    const isSame = rows.length === this.shown.size && rows.every((row) => this.has(row));
    this.shown = new Map(rows.map((row) => [row.id, row]));
    if (!isSame) this.rows.replaceChildren(...rows.map((row) => row.element));
    runs.forEach((run, i) => {
      rows[i]?.show(run);
    });
  }

  private has(row: Row): boolean {
    return this.shown.get(row.id) === row;
  }

  /** Show what there is again, as a request was not possible. */
  forget(): void {
    for (const row of this.shown.values()) row.restore();
  }
}

class Row {
  readonly element: HTMLElement;
  private readonly drawn: HTMLInputElement;
  private readonly name: HTMLInputElement;
  private readonly remove: HTMLButtonElement;
  private readonly swatch = element("span", { class: "nnb-swatch" });
  private readonly span = element("span", { class: "nnb-span" });
  readonly id: string;

  constructor(
    private info: RunInfo,
    send: Send,
  ) {
    const { id } = info;
    this.id = id;
    this.drawn = element("input", {
      attributes: { type: "checkbox" },
      on: {
        change: () => {
          send({ type: "ShowRun", run: id, shown: this.drawn.checked });
        },
      },
    });
    this.name = element("input", {
      attributes: { type: "text", size: "16", maxlength: "60" },
      on: {
        change: () => {
          const name = this.name.value.trim();
          this.name.classList.toggle("nnb-wrong", name === "");
          if (name !== "" && name !== this.info.name) send({ type: "NameRun", run: id, name });
        },
      },
    });
    this.remove = button("close", "", () => {
      send({ type: "ForgetRun", run: id });
    });
    this.element = element(
      "div",
      { class: "nnb-entry", attributes: { role: "listitem" } },
      this.drawn,
      this.swatch,
      this.name,
      this.span,
      this.remove,
    );
    this.write(info);
  }

  /** Show what a frame says; a name that somebody types stays. */
  show(info: RunInfo): void {
    if (JSON.stringify(info) !== JSON.stringify(this.info)) this.write(info);
  }

  /** Show what the last frame said. */
  restore(): void {
    this.write(this.info);
    this.name.value = this.info.name;
    this.name.classList.remove("nnb-wrong");
  }

  private write(info: RunInfo): void {
    this.info = info;
    const { name, begin, end, place } = info;
    this.drawn.checked = place !== null;
    label(this.drawn, `Draw ${name}`);
    this.swatch.replaceChildren(...(place === null ? [] : [dashSwatch(info)]));
    if (document.activeElement !== this.name) this.name.value = name;
    label(this.name, `Name of ${name}`);
    this.span.textContent = span(begin, end);
    label(this.remove, `Delete ${name}`);
  }
}

function label(control: HTMLElement, text: string): void {
  control.title = text;
  control.setAttribute("aria-label", text);
}
