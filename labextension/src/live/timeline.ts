/**
 * The timeline: all that was recorded, which window of it is shown, and the moments one can go back
 * to.
 */

import { element } from "../dom/element";
import { button } from "./icons";
import type { Frame } from "../protocol/live";
import type { Send } from "./send";
import { seconds } from "./numbers";

const LENGTHS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];

export class Timeline {
  readonly element: HTMLElement;
  private readonly range: HTMLInputElement;
  private readonly ticks = element("div", {
    class: "nnb-ticks",
    attributes: { "aria-hidden": "true" },
  });
  private readonly length: HTMLSelectElement;
  private readonly back: HTMLButtonElement;
  private readonly live: HTMLButtonElement;
  private readonly shown = element("span", { class: "nnb-window" });
  private readonly kept = element("span", { class: "nnb-kept", attributes: { hidden: "" } });
  private drawn = "";
  private frame: Frame | null = null;

  constructor(private readonly send: Send) {
    this.range = element("input", {
      label: "What time is shown",
      attributes: { type: "range", min: "0", max: "1", step: "any", value: "1" },
      on: {
        input: () => {
          this.scrub(this.range.valueAsNumber);
        },
      },
    });
    this.length = element("select", {
      label: "How much time is shown",
      on: {
        change: () => {
          this.send({ type: "LookFor", length: Number(this.length.value) });
        },
      },
    });
    for (const length of LENGTHS) {
      this.length.append(
        element("option", { text: `${length} s`, attributes: { value: `${length}` } }),
      );
    }
    this.live = element("button", {
      class: "nnb-live",
      text: "live",
      label: "Follow the simulation (L)",
      attributes: { type: "button" },
      on: {
        click: () => {
          this.follow();
        },
      },
    });
    this.back = button(
      "branch",
      "Go back to the last stored moment before this time, and go on from there; what came after it is kept as a run",
      () => {
        const end = this.end();
        if (end !== null) send({ type: "GoBack", time: end });
      },
    );
    const track = element("div", { class: "nnb-track" }, this.range, this.ticks);
    this.element = element(
      "div",
      { class: "nnb-timeline" },
      track,
      this.kept,
      this.shown,
      this.live,
      this.back,
      this.length,
    );
  }

  follow(): void {
    this.send({ type: "LookUntil", end: null });
  }

  /** Show another window, as somebody chose it in a plot. */
  look(begin: number, end: number): void {
    const length = end - begin;
    const isNow = this.frame?.follows === true && Math.abs(end - this.frame.end) < 0.05 * length;
    this.send({ type: "Look", length, end: isNow ? null : Math.max(end, length) });
  }

  private scrub(end: number): void {
    const { time, latest, kept } = this.frame ?? { time: 0, latest: 0, kept: 0 };
    // Where a kept run goes on after the present, no end of the track is the present.
    const near = latest > time ? 0.01 * (latest - kept) : 1e-9;
    const isNow = latest > time ? Math.abs(end - time) < near : end >= time - near;
    this.send({ type: "LookUntil", end: isNow ? null : end });
  }

  private end(): number | null {
    return this.frame?.follows === false ? this.frame.end : null;
  }

  update(frame: Frame): void {
    this.frame = frame;
    this.range.min = `${frame.kept}`;
    this.range.max = `${lastOf(frame)}`;
    this.showKept(frame);
    if (document.activeElement !== this.range || frame.follows)
      this.range.valueAsNumber = frame.follows ? frame.time : frame.end;
    this.element.classList.toggle("nnb-follows", frame.follows);
    this.live.setAttribute("aria-pressed", `${frame.follows}`);
    this.back.disabled =
      frame.follows || frame.moments.length === 0 || frame.end > frame.time + 1e-9;
    this.shown.textContent = frame.follows ? "" : seconds(frame.end);
    this.showLength(frame.length);
    const drawn = `${frame.moments.length} ${frame.moments.at(-1) ?? 0} ${frame.time.toFixed(1)} ${frame.kept} ${frame.latest}`;
    if (drawn !== this.drawn) this.drawTicks(frame);
    this.drawn = drawn;
  }

  /** From when on there are samples, where the oldest were forgotten. */
  private showKept({ kept, megabytes }: Frame): void {
    this.kept.hidden = kept === 0;
    if (kept === 0) return;
    const limit = megabytes === null ? "memory" : `${megabytes} MB`;
    this.kept.textContent = `from ${seconds(kept)} on (${limit})`;
    this.kept.title =
      `Samples before ${seconds(kept)} were forgotten, so that all probes take no more than ${limit}. ` +
      "%nengo live NAME --history MB and nengo_nb.live(sim, history_megabytes=...) set how much " +
      "they may take.";
  }

  private showLength(length: number): void {
    if (document.activeElement === this.length) return;
    const value = `${Number(length.toPrecision(3))}`;
    if (![...this.length.options].some((option) => option.value === value)) {
      this.length.append(element("option", { text: `${value} s`, attributes: { value } }));
    }
    this.length.value = value;
  }

  private drawTicks(frame: Frame): void {
    const length = lastOf(frame) - frame.kept;
    const tick = (time: number, kind: string): HTMLElement => {
      const made = element("i", { class: kind });
      made.style.left = `${(100 * (time - frame.kept)) / length}%`;
      return made;
    };
    const moments = frame.moments.filter((moment) => moment >= frame.kept);
    const ticks = moments.map((moment) => tick(moment, ""));
    if (frame.latest > frame.time) ticks.push(tick(frame.time, "nnb-now"));
    this.ticks.replaceChildren(...ticks);
  }
}

/** The end of the track: the present, or that of a kept run which is drawn. */
function lastOf(frame: Frame): number {
  return Math.max(frame.time, frame.latest, frame.kept + 1e-3);
}
