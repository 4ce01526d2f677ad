/**
 * Buttons and texts of the panel, changed as little as possible, so that what a person types or
 * points at stays.
 */

import { element } from "../../dom/element";

export function setText(where: HTMLElement, text: string): void {
  if (where.textContent !== text) where.textContent = text;
  where.hidden = !text;
}

export function button(text: string, title: string, click: () => void): HTMLButtonElement {
  const attributes = { type: "button", title };
  return element("button", { class: "nengo-nb-button", attributes, on: { click } }, text);
}
