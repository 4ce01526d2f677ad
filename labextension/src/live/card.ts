/** A card: one plot with its heading and what can be done with it. */

import type { Bokeh } from "../loader/bokeh";
import { element } from "../dom/element";
import { LINE_COLORS } from "../tables/line_colors";
import { PLOT_KINDS } from "../tables/plot_kinds";
import { analysisRows } from "./analysis_menu";
import { ROW_ORDERS } from "../tables/row_orders";
import { DRAWERS, readPlotKind } from "./drawers";
import { button } from "./icons";
import type { Drawing } from "./drawing";
import { Figure } from "./figure";
import { HtmlPage } from "./html_page";
import { dashSwatch } from "./kept_lines";
import { sweptEntries } from "./swept_runs";
import type { Html } from "../protocol/html";
import type { Frame, Part, PlotInfo, SourceInfo } from "../protocol/live";
import type { Send } from "./send";
import { looksRows } from "./looks_menu";
import { choice, type Row } from "./menu_entries";
import { parse, parseIndices, writeIndices } from "./numbers";
import { lineColor } from "./palette";
import { PointerChoice } from "./pointer_choice";
import { save } from "./save";

type Asked = Partial<Pick<PlotInfo, "kind" | "dims" | "pointers" | "synapse" | "order">>;

/**
 * The requests that are not answered yet: a layout may have been on its way when they were sent.
 */
export function stillAsked(asked: Asked, info: PlotInfo): Asked {
  const entries = Object.entries(asked) as [keyof Asked, unknown][];
  return Object.fromEntries(
    entries.filter(([name, value]) => inAnyOrder(value) !== inAnyOrder(info[name])),
  );
}

/** A value as text; the kernel sorts dimensions if it is asked to. */
function inAnyOrder(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? value.map(String).sort() : value);
}

export interface CardTools {
  bokeh: Bokeh;
  send: Send;
  look: (begin: number, end: number) => void;
  hover: (share: number | null, row?: string) => void;
  /** Sources that could be drawn over a plot. */
  sources: () => SourceInfo[];
}

export class Card {
  readonly element: HTMLElement;
  private readonly plot = element("div", { class: "nnb-plot" });
  private readonly cursor = element("div", { class: "nnb-cursor", attributes: { hidden: "" } });
  private readonly state = element("div", { class: "nnb-state" });
  private readonly menu = element("div", { class: "nnb-menu", attributes: { hidden: "" } });
  private readonly title = element("span", { class: "nnb-title" });
  private readonly legend = element("span", { class: "nnb-legend" });
  /** Which dashes are which kept run. */
  private readonly runs = element("span", { class: "nnb-run-legend" });
  private readonly note = element("div", { class: "nnb-note", attributes: { hidden: "" } });
  private figure: Drawing | null = null;
  private html: Html | null = null;
  private drawing: string | null = null;
  private asked: Asked = {};
  private choice: PointerChoice | null = null;
  /**
   * The newest data: those of a paused run come once, perhaps while Bokeh still makes the figure.
   */
  private newest: { part: Part; numbers: Float32Array; frame: Frame } | null = null;

  constructor(
    private info: PlotInfo,
    private readonly tools: CardTools,
  ) {
    const heading = element("div", { class: "nnb-heading" });
    const remove = (): void => {
      tools.send({ type: "RemovePlot", plot: this.info.id });
    };
    const open = (): void => {
      this.menu.hidden = !this.menu.hidden;
      if (!this.menu.hidden) this.fillMenu();
    };
    heading.append(
      this.title,
      this.legend,
      this.runs,
      button("fit", "Fit the axis of values", () => this.figure?.fit(), "nnb-fit"),
      button("more", "Change or save this plot", open),
      button("close", "Remove this plot", remove),
    );
    this.plot.addEventListener("pointermove", (event) => {
      this.point(event);
    });
    this.plot.addEventListener("pointerenter", () => {
      this.figure?.point(true);
    });
    this.plot.addEventListener("pointerleave", () => {
      this.figure?.point(false);
      tools.hover(null);
    });
    const stage = element("div", { class: "nnb-stage" }, this.plot, this.cursor, this.state);
    this.element = element("section", { class: "nnb-card" }, heading, this.note, this.menu, stage);
    this.element.dataset.plot = info.id;
    this.show(info);
  }

  /** Draw what a plot is now; numbers come with the next frame. */
  show(info: PlotInfo): void {
    this.info = info;
    this.asked = stillAsked(this.asked, info);
    this.title.textContent = this.title.title = info.title;
    this.element.setAttribute("aria-label", info.title);
    this.element.dataset.shown = JSON.stringify([info.kind, info.dims, info.synapse, info.order]);
    this.choice?.show(info);
    this.tellState(info.kind === "html" ? (this.html?.error ?? "") : info.state);
    const compared = info.vocabulary.length ? info.labels : [];
    const drawing = JSON.stringify([info.source, info.kind, info.dims, info.synapse, compared]);
    if (drawing === this.drawing) {
      this.drawLegend(info);
      this.figure?.setLooks(info);
      if (this.newest)
        this.figure?.update(this.newest.part, this.newest.numbers, this.newest.frame);
      return;
    }
    this.drawing = drawing;
    this.newest = null; // of the former drawing
    this.drawLegend(info);
    void this.redraw(info, drawing);
  }

  /** Which colour is which value, where there are few enough to say. */
  private drawLegend(info: PlotInfo): void {
    const few = info.colors.length > 1 && info.colors.length <= 8;
    const entries = (few ? info.colors : []).map((color, i) => {
      const swatch = element("i");
      swatch.style.background = lineColor(i, color);
      return this.switchOf(i, swatch, info.labels[info.dims[i] ?? 0] ?? "");
    });
    this.legend.replaceChildren(...(info.settings.over ? this.pathsOf(info) : entries));
  }

  /** A legend's entry, which switches its line off and on. */
  private switchOf(index: number, swatch: HTMLElement, label: string): HTMLElement {
    const hidden = new Set(this.info.settings.hidden);
    const isShown = !hidden.has(index);
    const press = (): void => {
      if (isShown) hidden.add(index);
      else hidden.delete(index);
      this.tools.send({ type: "HideLines", plot: this.info.id, hidden: [...hidden] });
    };
    return element(
      "button",
      {
        label: `${isShown ? "Hide" : "Show"} the line ${label}`,
        attributes: { type: "button", "aria-pressed": `${isShown}` },
        on: { click: press },
      },
      swatch,
      label,
    );
  }

  /** The legend of two paths over each other. */
  private pathsOf(info: PlotInfo): HTMLElement[] {
    return [info.source, info.settings.over].map((name, i) => {
      const swatch = element("i");
      swatch.style.background = lineColor(i, LINE_COLORS[i] ?? "");
      return element("span", {}, swatch, name);
    });
  }

  private async make(info: PlotInfo, place: HTMLElement): Promise<Drawing> {
    if (info.kind !== "html") return Figure.draw(this.tools.bokeh, info, place, this.tools.look);
    return new HtmlPage(place, info.title);
  }

  /** Show the HTML of a node, or say why there is none. */
  showHtml(message: Html): void {
    this.html = message;
    this.tellState(message.error);
    if (this.figure instanceof HtmlPage) this.figure.show(message.text);
  }

  private tellState(text: string): void {
    this.state.textContent = text;
    this.state.hidden = text === "";
  }

  private async redraw(info: PlotInfo, drawing: string): Promise<void> {
    const place = element("div", { class: "nnb-figure" });
    const old = [...this.plot.children];
    this.plot.append(place);
    const figure = await this.make(info, place);
    if (drawing !== this.drawing) {
      figure.remove();
      place.remove();
      return;
    }
    this.figure?.remove();
    for (const child of old) child.remove();
    this.figure = figure;
    this.element.dataset.drawn = info.kind;
    if (this.html && figure instanceof HtmlPage) figure.show(this.html.text);
    if (this.newest) figure.update(this.newest.part, this.newest.numbers, this.newest.frame);
  }

  update(part: Part, numbers: Float32Array, frame: Frame): void {
    this.newest = { part, numbers, frame };
    this.nameRuns(part, frame);
    this.figure?.update(part, numbers, frame);
    if (this.note.textContent !== part.note) this.note.textContent = part.note;
    this.note.hidden = part.note === "";
  }

  private nameRuns(part: Part, frame: Frame): void {
    const drawn = frame.runs.filter((run) => part.runs.some(({ run: id }) => id === run.id));
    const named = JSON.stringify(drawn.map(({ name, place, level }) => [name, place, level]));
    if (this.runs.dataset.named === named) return;
    this.runs.dataset.named = named;
    const others = drawn.filter(({ level }) => level === null);
    const swept = drawn.filter(({ level }) => level !== null);
    const entries = others.map((run) => element("span", {}, dashSwatch(run), run.name));
    this.runs.replaceChildren(...entries, ...sweptEntries(swept, dashSwatch));
  }

  restyle(): void {
    this.drawLegend(this.info);
    this.figure?.restyle();
    // The inks of a raster are in its image.
    if (this.newest) this.figure?.update(this.newest.part, this.newest.numbers, this.newest.frame);
  }

  /** Show where the one cursor of all plots is, as a share of the window; null hides it. */
  setCursor(share: number | null): void {
    const place = this.figure?.isTimed ? this.figure.place() : null;
    this.cursor.hidden = share === null || !place;
    if (share === null || !place) return;
    this.cursor.style.left = `${place.left + share * (place.right - place.left)}px`;
    this.cursor.style.top = `${place.top}px`;
    this.cursor.style.height = `${place.bottom - place.top}px`;
  }

  private point(event: PointerEvent): void {
    const place = this.figure?.isTimed ? this.figure.place() : null;
    if (!place) return;
    const box = this.plot.getBoundingClientRect();
    const share = (event.clientX - box.left - place.left) / (place.right - place.left);
    const height = (place.bottom - (event.clientY - box.top)) / (place.bottom - place.top);
    this.tools.hover(share >= 0 && share <= 1 ? share : null, this.rowAt(height));
  }

  /** The neuron of the row at a share of the height, if each has one. */
  private rowAt(height: number): string {
    const { kind, dims, labels } = this.info;
    const label = labels[dims[Math.floor(height * dims.length)] ?? -1];
    const drawn = readPlotKind(kind);
    const hasRows = drawn !== "html" && DRAWERS[drawn].hasRows;
    return hasRows && label !== undefined ? `neuron ${label}` : "";
  }

  /** Ask for another way of drawing it, and for what was asked before and has not come yet. */
  private change(values: Asked): void {
    this.asked = { ...this.asked, ...values };
    const { id, kind, dims, pointers, synapse, order } = { ...this.info, ...this.asked };
    this.tools.send({ type: "ChangePlot", plot: id, kind, dims, pointers, synapse, order });
  }

  /** Drop the requests, as they are not possible. */
  forget(): void {
    this.asked = {};
  }

  private fillMenu(): void {
    const { info } = this;
    if (info.kind === "html") {
      this.menu.replaceChildren("Save as ", this.saver("html"));
      return;
    }
    const labels = info.kinds.map((kind) => [kind, PLOT_KINDS[readPlotKind(kind)].label] as const);
    const kinds = choice(labels, info.kind, (kind) => {
      this.change({ kind });
    });
    const dims = this.entry(writeIndices(info.dims), "for example 0-3, 7", (text) => {
      const found = parseIndices(text);
      if (found) this.change({ dims: found });
      return found !== null;
    });
    const synapse = this.entry(`${info.synapse}`, "seconds", (text) => {
      const found = parse(text);
      if (found !== null && found >= 0) this.change({ synapse: found });
      return found !== null && found >= 0;
    });
    const orders = Object.entries(ROW_ORDERS).map(([name, { label }]) => [name, label] as const);
    const order = choice(orders, info.order, (chosen) => {
      this.change({ order: chosen });
    });
    const entry = this.entry.bind(this);
    const row = (label: string, input: HTMLElement): HTMLElement =>
      element("label", {}, `${label} `, input);
    const rows = (all: Row[]): HTMLElement[] => all.map(([label, input]) => row(label, input));
    const { neurons, settings } = info;
    this.choice = info.vocabulary.length
      ? new PointerChoice(info, (pointers) => {
          this.change({ pointers });
        })
      : null;
    this.menu.replaceChildren(
      row("Draw as", kinds),
      ...(info.undriven ? [element("div", { class: "nnb-undriven", text: info.undriven })] : []),
      this.choice?.element ?? row(neurons ? "Neurons" : "Dimensions", dims),
      ...(settings.has_synapse ? [row("Synapse (s)", synapse)] : []),
      ...rows(looksRows(info, this.tools.send, entry, this.tools.sources())),
      ...(info.drivers.length ? [this.steering()] : []),
      ...(settings.has_order ? [row("Sorted", order)] : []),
      ...rows(analysisRows(info, this.tools.send, entry)),
      element(
        "span",
        { class: "nnb-save" },
        "Save as ",
        this.saver("png"),
        this.saver("svg"),
        this.saver("csv"),
      ),
    );
  }

  /** A button for the entries of all nodes that drive what is drawn. */
  private steering(): HTMLElement {
    const press = (): void => {
      for (const name of this.info.drivers) this.tools.send({ type: "AddExpression", name });
    };
    return element("button", {
      text: "Type an expression",
      label: "Show where an expression is typed that drives this",
      attributes: { type: "button" },
      on: { click: press },
    });
  }

  private entry(value: string, hint: string, accept: (text: string) => boolean): HTMLInputElement {
    const input = element("input", {
      attributes: { type: "text", value, placeholder: hint, size: "9" },
      on: {
        change: () => {
          input.classList.toggle("nnb-wrong", !accept(input.value));
        },
      },
    });
    return input;
  }

  private saver(type: "png" | "svg" | "csv" | "html"): HTMLElement {
    const press = (): void => {
      if (type === "csv") this.tools.send({ type: "WantData", plot: this.info.id });
      else
        void this.figure?.picture(type).then((content) => {
          save(`${this.info.title}.${type}`, content);
        });
    };
    return element("button", {
      text: type.toUpperCase(),
      attributes: { type: "button" },
      on: { click: press },
    });
  }

  remove(): void {
    this.figure?.remove();
    this.element.remove();
  }
}
