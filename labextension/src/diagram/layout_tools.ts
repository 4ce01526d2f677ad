/** Layout tools: buttons and keys that undo, redo and reset moves of boxes. */

import { element } from "../dom/element";
import type { Moves } from "./moves";

/** Attribute that keeps keys from JupyterLab's shortcuts, which come before any listener here. */
const KEEPS_KEYS = "data-lm-suppress-shortcuts";

export class LayoutTools {
  readonly element: HTMLElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;

  constructor(private readonly moves: Moves) {
    const button = (words: string, label: string, act: () => void): HTMLButtonElement =>
      element("button", { label, on: { click: act } }, words);
    this.undo = button("↶", "Undo the last move of a box (Ctrl+Z)", () => {
      moves.undo();
    });
    this.redo = button("↷", "Redo it (Ctrl+Shift+Z)", () => {
      moves.redo();
    });
    this.reset = button("Reset layout", "Put all boxes back to where they were laid out", () => {
      moves.reset();
    });
    this.element = element("span", { class: "tools" }, this.undo, this.redo, this.reset);
    this.update();
  }

  /** Show what there is to do; nothing is shown before a box was moved. */
  update(): void {
    const { canUndo, canRedo, present } = this.moves;
    this.undo.disabled = !canUndo;
    this.redo.disabled = !canRedo;
    this.reset.disabled = present.size === 0;
    this.element.hidden = !canUndo && !canRedo && present.size === 0;
  }

  /** Handle a key that was pressed in the diagram. */
  key(event: KeyboardEvent): void {
    if (!isUndo(event) || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) this.moves.redo();
    else this.moves.undo();
  }
}

function isUndo(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
}

/** Let Ctrl+Z within an element be no command of JupyterLab's, which would undo a cell. */
export function takeUndo(host: HTMLElement, stopped: AbortSignal): void {
  window.addEventListener(
    "keydown",
    (event) => {
      host.toggleAttribute(KEEPS_KEYS, isUndo(event));
    },
    { signal: stopped, capture: true },
  );
}
