/** Icons, and the buttons that show one. */

import { element } from "../dom/element";

const SHAPES = {
  play: "M8 5v14l11-7z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
  step: "M6 5v14l9-7zM16 5h3v14h-3z",
  reset: "M12 5V1L7 6l5 5V7a5 5 0 1 1-5 5H5a7 7 0 1 0 7-7z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  close:
    "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  more: "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  release: "M12 4a5 5 0 0 0-5 5v2H5v9h14v-9H9V9a3 3 0 0 1 6 0h2a5 5 0 0 0-5-5z",
  branch:
    "M7 4a2.5 2.5 0 0 0-1 4.8v6.4a2.5 2.5 0 1 0 2 0V12c1-1 2.500-1.500 4-1.500 3 0 4.500-1 5-3.200A2.500 2.500 0 1 0 16 7c-.4 1-1.200 1.500-4 1.500-1.500 0-3 .3-4 1V8.800A2.500 2.500 0 0 0 7 4z",
  runs: "M3 17c4 0 4-10 9-10 4 0 5 3 9 3V8c-4 0-5-3-9-3C6 5 6 15 3 15zM3 20h3v-2H3zm5 0h3v-2H8zm5-2h3v-2h-3zm5-2h3v-2h-3z",
  player: "M3 4h18v12H3zM5 6v8h14V6zM10 7.500v5l4-2.500zM3 18h18v2H3z",
  fit: "M4 4h6v2H7.400l3 3L9 10.400l-3-3V10H4zM20 20h-6v-2h2.600l-3-3 1.400-1.400 3 3V14h2z",
} as const;

export type Icon = keyof typeof SHAPES;

/** A drawing in the colour of the text around it. */
export function icon(name: Icon): SVGSVGElement {
  const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS("http://www.w3.org/2000/svg", "path");
  shape.setAttribute("d", SHAPES[name]);
  drawing.append(shape);
  return drawing;
}

export function button(name: Icon, title: string, press: () => void, kind = ""): HTMLButtonElement {
  const options = {
    class: `nnb-button ${kind}`,
    label: title,
    attributes: { type: "button" },
    on: { click: press },
  };
  return element("button", options, icon(name));
}

export function setIcon(target: HTMLButtonElement, name: Icon, title: string): void {
  if (target.title === title) return;
  target.title = title;
  target.setAttribute("aria-label", title);
  target.replaceChildren(icon(name));
}
