/** The player: plots of a recorded run with one cursor, which plays, scrubs and zooms. */

import { element } from "../dom/element";
import { takeKeys } from "../live/keys";
import { seconds } from "../live/numbers";
import type { PanelData, RecordingData } from "../protocol/recording";
import { makePanel, type Panel } from "./panels";
import { readNumbers } from "./recording";
import { short, Stage, type Shown } from "./stage";
import { inksOf, isPageDark, lineStyle, onColors } from "./theme";

/** Largest number of values that a legend lists. */
const MOST_LISTED = 8;
/** Share of the run below which a window is not made shorter. */
const SHORTEST = 1e-5;

interface Card {
  data: PanelData;
  panel: Panel;
  stage: Stage;
  values: HTMLElement[];
}

export class PlayerView {
  readonly element: HTMLElement;
  private readonly cards: Card[];
  private readonly slider: HTMLInputElement;
  private readonly play = button("▶", "Play (space)", () => {
    this.toggle();
  });
  private readonly at = element("span", {
    class: "nnb-player-time",
    attributes: { role: "status" },
  });
  private readonly part = element("div", { class: "nnb-player-part" });
  private shown: Shown;
  private playedAt: number | null = null;
  private due = 0;

  constructor(
    private readonly data: RecordingData,
    private readonly stop: AbortSignal,
  ) {
    const { begin, end } = data;
    this.shown = { begin, end, time: begin, dark: false };
    this.slider = element("input", {
      label: "Time",
      attributes: { type: "range", min: `${begin}`, max: `${end}`, step: "any" },
      on: {
        input: () => {
          this.seek(this.slider.valueAsNumber);
        },
      },
    });
    this.slider.valueAsNumber = begin;
    const numbers = readNumbers(data.numbers);
    this.cards = data.panels.map((panel) => ({
      data: panel,
      panel: makePanel(panel, numbers, begin),
      stage: new Stage(panel.title),
      values: [],
    }));
    const track = element("div", { class: "nnb-player-track" }, this.slider, this.part);
    this.element = element(
      "div",
      {
        class: "nnb-player",
        attributes: { tabindex: "0", role: "group", "aria-label": `Player of ${data.title}` },
      },
      element(
        "div",
        { class: "nnb-player-bar" },
        this.play,
        track,
        this.at,
        button("−", "Show more time (-)", () => {
          this.zoom(2);
        }),
        button("+", "Show less time (+)", () => {
          this.zoom(0.5);
        }),
        button("⤢", "Show all (0)", () => {
          this.look(begin, end);
        }),
      ),
      element("div", { class: "nnb-player-plots" }, ...this.cards.map((card) => this.draw(card))),
      ...data.notes.map((text) => element("div", { class: "nnb-player-note", text })),
    );
    this.listen();
  }

  private listen(): void {
    const { begin, end } = this.data;
    const step = (direction: number): void => {
      this.seek(this.shown.time + (direction * (this.shown.end - this.shown.begin)) / 100);
    };
    const actions = {
      " ": () => {
        this.toggle();
      },
      ArrowLeft: () => {
        step(-1);
      },
      ArrowRight: () => {
        step(1);
      },
      "+": () => {
        this.zoom(0.5);
      },
      "-": () => {
        this.zoom(2);
      },
      "0": () => {
        this.look(begin, end);
      },
    };
    takeKeys(this.element, actions, this.stop);
    const resized = new ResizeObserver(() => {
      this.schedule();
    });
    resized.observe(this.element);
    this.stop.addEventListener("abort", () => {
      resized.disconnect();
    });
    const recolor = (): void => {
      this.shown.dark = isPageDark();
      this.element.classList.toggle("nnb-player-dark", this.shown.dark);
      this.schedule();
    };
    onColors(recolor, this.stop);
    recolor();
  }

  private draw(card: Card): HTMLElement {
    const { data, panel, stage } = card;
    const legend = element("span", { class: "nnb-player-legend" });
    if (panel.values.length > 1 || panel.isTimed) this.list(card, legend);
    const heading = element(
      "div",
      { class: "nnb-player-heading" },
      element("b", { text: data.title, attributes: { title: data.title } }),
      legend,
    );
    const note = element("div", { class: "nnb-player-note", text: data.note });
    if (panel.isTimed) this.point(stage);
    return element("section", {}, heading, ...(data.note ? [note] : []), stage.canvas);
  }

  /** The legend: names, values at the cursor, and switches. */
  private list({ panel, values }: Card, legend: HTMLElement): void {
    if (panel.values.length > MOST_LISTED) return;
    for (const { label, index } of panel.values) {
      const value = element("span");
      values.push(value);
      const swatch = element("i");
      const { color } = lineStyle(index, false);
      swatch.style.background = color === inksOf(false).ink ? "currentColor" : color;
      const press = (): void => {
        if (!panel.hidden.delete(index)) panel.hidden.add(index);
        entry.setAttribute("aria-pressed", `${!panel.hidden.has(index)}`);
        this.schedule();
      };
      const entry = element(
        "button",
        {
          label,
          attributes: { type: "button", "aria-pressed": `${!panel.hidden.has(index)}` },
          on: { click: press },
        },
        swatch,
        `${short(label, 24)} `,
        value,
      );
      entry.disabled = !panel.isTimed;
      legend.append(entry);
    }
  }

  /** Scrub where a pointer is, zoom to what it drags over with Shift, or with Ctrl and a wheel. */
  private point(stage: Stage): void {
    const { canvas } = stage;
    const options = { signal: this.stop };
    let from: number | null = null;
    const timeOf = (event: MouseEvent): number =>
      stage.fromX(event.clientX - canvas.getBoundingClientRect().left);
    const move = (event: PointerEvent): void => {
      if (canvas.hasPointerCapture(event.pointerId) && from === null) this.seek(timeOf(event));
    };
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0) return;
        canvas.setPointerCapture(event.pointerId);
        from = event.shiftKey ? timeOf(event) : null;
        move(event);
      },
      options,
    );
    canvas.addEventListener("pointermove", move, options);
    canvas.addEventListener(
      "pointerup",
      (event) => {
        if (from !== null) this.look(Math.min(from, timeOf(event)), Math.max(from, timeOf(event)));
        from = null;
      },
      options,
    );
    canvas.addEventListener(
      "dblclick",
      () => {
        this.look(this.data.begin, this.data.end);
      },
      options,
    );
    canvas.addEventListener(
      "wheel",
      (event) => {
        // A wheel alone scrolls the page.
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, timeOf(event));
      },
      { ...options, passive: false },
    );
  }

  /** Move the cursor; the window comes along. */
  seek(time: number): void {
    this.shown.time = Math.min(Math.max(time, this.data.begin), this.data.end);
    const { begin, end } = this.shown;
    const length = end - begin;
    if (this.shown.time > end) this.look(this.shown.time - 0.1 * length, NaN);
    else if (this.shown.time < begin) this.look(this.shown.time - 0.9 * length, NaN);
    this.schedule();
  }

  /** Show a longer or shorter window, in which a time keeps its place. */
  zoom(factor: number, around = this.shown.time): void {
    const { begin, end } = this.shown;
    const middle = Math.min(Math.max(around, begin), end);
    this.look(middle - (middle - begin) * factor, middle + (end - middle) * factor);
  }

  /** Show a window of the run; without an end, one as long as before. */
  look(begin: number, end: number): void {
    const whole = this.data.end - this.data.begin;
    const wanted = Number.isNaN(end) ? this.shown.end - this.shown.begin : end - begin;
    const length = Math.min(Math.max(wanted, SHORTEST * whole), whole);
    this.shown.begin = Math.min(Math.max(begin, this.data.begin), this.data.end - length);
    this.shown.end = this.shown.begin + length;
    this.schedule();
  }

  toggle(): void {
    if (this.playedAt !== null) this.playedAt = null;
    else {
      if (this.shown.time >= this.data.end) this.seek(this.data.begin);
      this.playedAt = performance.now();
    }
    this.schedule();
  }

  private schedule(): void {
    if (this.due || this.stop.aborted) return;
    this.due = requestAnimationFrame((now) => {
      this.due = 0;
      this.frame(now);
    });
  }

  private frame(now: number): void {
    if (this.playedAt !== null) {
      // One second takes one second.
      this.seek(this.shown.time + Math.max(now - this.playedAt, 0) / 1000);
      this.playedAt = this.shown.time < this.data.end ? now : null;
      if (this.playedAt !== null) this.schedule();
    }
    const { begin, end, time, dark } = this.shown;
    const playing = this.playedAt !== null;
    this.play.textContent = playing ? "⏸" : "▶";
    this.play.title = playing ? "Pause (space)" : "Play (space)";
    this.play.setAttribute("aria-label", this.play.title);
    if (document.activeElement !== this.slider || playing) this.slider.valueAsNumber = time;
    this.at.textContent = seconds(time);
    const whole = this.data.end - this.data.begin;
    this.part.style.left = `${(100 * (begin - this.data.begin)) / whole}%`;
    this.part.style.width = `${(100 * (end - begin)) / whole}%`;
    for (const card of this.cards) {
      // A hidden output has no size; it is drawn when it gets one.
      if (card.stage.clear(dark)) card.panel.draw(card.stage, this.shown);
      card.values.forEach((value, i) => {
        value.textContent = write(card.panel.values[i]?.at(time) ?? NaN, card.data.note !== "");
      });
    }
    Object.assign(this.element.dataset, {
      time: `${time}`,
      begin: `${begin}`,
      end: `${end}`,
      playing: `${playing}`,
    });
  }
}

/** A value at the cursor; of thinned lines it is one nearby. */
function write(value: number, isNearby: boolean): string {
  if (Number.isNaN(value)) return "";
  return `${isNearby ? "≈ " : ""}${Number(value.toPrecision(4))}`;
}

function button(text: string, label: string, press: () => void): HTMLButtonElement {
  return element("button", { text, label, attributes: { type: "button" }, on: { click: press } });
}
