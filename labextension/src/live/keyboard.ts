/** A keyboard: an area whose keys are an input of the model while it has the focus. */

import { element } from "../dom/element";
import type { KeyboardInfo } from "../protocol/steering";
import type { Send } from "./send";

/** Names of keys that are shown by a sign. */
const SIGNS: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: "⏎",
  " ": "space",
};

export class Keyboard {
  readonly element: HTMLElement;
  private readonly caps: HTMLElement[];
  /** Names of the keys that are held down, by their places, which a shift does not change. */
  private readonly held = new Map<string, string>();

  constructor(
    readonly info: KeyboardInfo,
    private readonly send: Send,
  ) {
    this.caps = info.keys.map((key) => element("kbd", { text: SIGNS[key] ?? key }));
    this.element = element(
      "section",
      {
        class: "nnb-keyboard",
        label: `Keys of ${info.name}: click, then press them; Escape leaves`,
        attributes: { tabindex: "0" },
        on: {
          keydown: (event) => {
            this.press(event as KeyboardEvent);
          },
          keyup: (event) => {
            this.lift(event as KeyboardEvent);
          },
          // Also if the whole window loses it: keys that are lifted elsewhere are not heard of.
          blur: () => {
            this.release();
          },
          pointerdown: (event) => {
            // The view would take the focus.
            event.stopPropagation();
            this.element.focus({ preventScroll: true });
          },
        },
      },
      element("div", { class: "nnb-title", text: info.name }),
      element("div", { class: "nnb-caps" }, ...this.caps),
      element("div", { class: "nnb-hint", text: "click, then press" }),
    );
  }

  private press(event: KeyboardEvent): void {
    // Commands of the notebook and of the browser are theirs.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // Neither is it the view's: a key that the model does not know does nothing.
    if (event.key !== "Tab") event.stopPropagation();
    if (event.key === "Escape" && !this.info.keys.includes("Escape")) this.element.blur();
    if (!this.info.keys.includes(event.key)) return;
    event.preventDefault();
    if (event.repeat || this.held.has(event.code)) return;
    this.held.set(event.code, event.key);
    this.tell();
  }

  private lift(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.held.delete(event.code)) this.tell();
  }

  /** Lift all keys. */
  release(): void {
    if (this.held.size === 0) return;
    this.held.clear();
    this.tell();
  }

  private tell(): void {
    const held = [...new Set(this.held.values())];
    this.info.keys.forEach((key, i) => {
      this.caps[i]?.classList.toggle("nnb-pressed", held.includes(key));
    });
    this.send({ type: "HoldKeys", name: this.info.name, held });
  }
}
