/** The toolbar: running, how fast, and where the simulation is. */

import { element } from "../dom/element";
import { button, setIcon } from "./icons";
import type { Frame } from "../protocol/live";
import type { Send } from "./send";
import { parse, rate, ratio, seconds } from "./numbers";

const SPEEDS: [string, string][] = [
  ["0.01", "0.01×"],
  ["0.1", "0.1×"],
  ["0.5", "0.5×"],
  ["1", "1×"],
  ["2", "2×"],
  ["5", "5×"],
  ["10", "10×"],
  ["", "as fast as possible"],
];

/** Milliseconds after which a frame is believed that does not show what was asked for. */
const PATIENCE = 5000;

export class Toolbar {
  readonly element: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly speed: HTMLSelectElement;
  private readonly time = element("span", { class: "nnb-time", text: seconds(0) });
  private readonly pace = element("span", { class: "nnb-pace", attributes: { role: "status" } });
  private frame: Frame | null = null;
  /** State that was asked for last, until a frame shows it. */
  private wanted: { playing: boolean; until: number } | null = null;

  constructor(
    private readonly send: Send,
    ...more: HTMLElement[]
  ) {
    this.play = button(
      "play",
      "Play (space)",
      () => {
        this.toggle();
      },
      "nnb-primary",
    );
    const steps = this.entry("Number of steps", "1", "4");
    const step = button("step", "Take these steps (right arrow)", () => {
      this.step();
    });
    this.step = () => {
      const found = parse(steps.value);
      const fits = found !== null && Number.isInteger(found) && found > 0;
      steps.classList.toggle("nnb-wrong", !fits);
      if (fits) send({ type: "Step", steps: found });
    };
    const goal = this.entry("Run to this time, in seconds", "", "5", () => {
      const found = parse(goal.value);
      goal.classList.toggle("nnb-wrong", found === null);
      if (found !== null) send({ type: "RunTo", time: found });
    });
    goal.placeholder = "to … s";
    this.speed = element("select", {
      label: "Speed, as a multiple of real time",
      on: {
        change: () => {
          send({
            type: "Speed",
            factor: this.speed.value === "" ? null : Number(this.speed.value),
          });
        },
      },
    });
    for (const [value, text] of SPEEDS)
      this.speed.append(element("option", { text, attributes: { value } }));
    this.speed.value = "1";
    const reset = button("reset", "Back to the start (R); the run is kept", () => {
      send({ type: "Reset" });
    });
    const group = (...children: HTMLElement[]): HTMLElement =>
      element("span", { class: "nnb-group" }, ...children);
    this.element = element(
      "div",
      { class: "nnb-toolbar", attributes: { role: "toolbar", "aria-label": "Simulation" } },
      group(this.play, reset),
      group(step, steps),
      group(goal),
      group(this.speed),
      ...more,
      this.time,
      this.pace,
    );
  }

  step: () => void;

  /** Play or pause, whichever was not asked for last: frames may not tell yet what was. */
  toggle(): void {
    const playing = !this.playing();
    this.wanted = { playing, until: performance.now() + PATIENCE };
    this.send({ type: playing ? "Play" : "Pause" });
    this.showPlaying();
  }

  /** Forget what was asked for, as it is not possible. */
  forget(): void {
    this.wanted = null;
    this.showPlaying();
  }

  private playing(): boolean {
    return this.wanted?.playing ?? this.frame?.playing ?? false;
  }

  private showPlaying(): void {
    if (this.playing()) setIcon(this.play, "pause", "Pause (space)");
    else setIcon(this.play, "play", "Play (space)");
  }

  private entry(label: string, value: string, size: string, accept?: () => void): HTMLInputElement {
    const attributes = { type: "text", inputmode: "decimal", size, value };
    return element("input", { label, attributes, on: accept ? { change: accept } : {} });
  }

  update(frame: Frame): void {
    this.frame = frame;
    // Frames from before the kernel heard of it say the contrary for a while, but not for good.
    const heard = frame.playing === this.wanted?.playing;
    if (heard || frame.ended || performance.now() > (this.wanted?.until ?? 0)) this.wanted = null;
    this.showPlaying();
    this.play.disabled = frame.ended !== "";
    this.play.dataset.playing = `${frame.playing}`;
    this.time.textContent = seconds(frame.time);
    if (document.activeElement !== this.speed) this.showSpeed(frame.speed);
    if (frame.compiling) this.pace.textContent = "compiling …";
    else if (frame.playing)
      this.pace.textContent = `${ratio(frame.ratio)} · up to ${rate(frame.rate)}`;
    else this.pace.textContent = frame.ended ? `ended: ${frame.ended}` : "paused";
  }

  /** The speed the run has, also if code chose one that is not in the list. */
  private showSpeed(speed: number | null): void {
    const value = speed === null ? "" : `${speed}`;
    if (![...this.speed.options].some((option) => option.value === value)) {
      this.speed.append(element("option", { text: `${value}×`, attributes: { value } }));
    }
    this.speed.value = value;
  }
}
