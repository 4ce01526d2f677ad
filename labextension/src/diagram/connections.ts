/** Connections of a box, or of an arrow's siblings, as lists of what can be gone to. */

import { element } from "../dom/element";
import { around } from "./layout/layout";
import { nameIn } from "./layout/text";
import type { Arrow, Diagram } from "./saved";
import type { Subject } from "./subject";

/** Number of connections that are listed; the others are counted. */
const MOST = 40;

/** Action of a click on an entry. */
type Go = (subject: Subject) => void;

/** Name of a box, or its kind where it has none. */
export function nameOf(diagram: Diagram, index: number | undefined): string {
  const box = diagram.boxes[index ?? -1];
  if (!box) return "";
  return box.label ? box.label : nameIn(box) || box.kind;
}

/** Text that is a button, as it leads to a thing. */
export function link(text: string, label: string, go: () => void): HTMLElement {
  const attributes = { type: "button" };
  return element("button", { class: "link", text, label, attributes, on: { click: go } });
}

/** Title of an arrow: both of its ends, each of which can be gone to. */
export function endsOf(diagram: Diagram, arrow: Arrow, go: Go): (Element | string)[] {
  const end = (index: number): HTMLElement => {
    const name = nameOf(diagram, index);
    return link(name, `Go to ${name}`, () => {
      go({ what: "box", index });
    });
  };
  return [end(arrow.source), " → ", end(arrow.target)];
}

/** Lists of the connections into and out of a box; those within a network are not among them. */
export function connectionsOf(diagram: Diagram, index: number, go: Go): Element[] {
  const inside = (end: number): boolean => around(diagram, end).includes(index);
  const [into, out, back]: [number[], number[], number[]] = [[], [], []];
  diagram.arrows.forEach(({ source, target }, arrow) => {
    const [leaves, enters] = [inside(source), inside(target)];
    if (leaves && enters && source === index) back.push(arrow);
    else if (leaves && !enters) out.push(arrow);
    else if (enters && !leaves) into.push(arrow);
  });
  return [
    ...listOf("In", into, diagram, go, ({ source }) => nameOf(diagram, source)),
    ...listOf("Out", out, diagram, go, ({ target }) => nameOf(diagram, target)),
    ...listOf("Recurrent", back, diagram, go, ({ target }) => nameOf(diagram, target)),
  ];
}

/** List of the arrows that a closed box hides behind one of them. */
export function siblingsOf(diagram: Diagram, arrows: readonly number[], go: Go): Element[] {
  const both = ({ source, target }: Arrow): string =>
    `${nameOf(diagram, source)} → ${nameOf(diagram, target)}`;
  return listOf("Drawn as one with", arrows, diagram, go, both);
}

function listOf(
  title: string,
  arrows: readonly number[],
  diagram: Diagram,
  go: Go,
  name: (arrow: Arrow) => string,
): Element[] {
  if (arrows.length === 0) return [];
  const entries = arrows.slice(0, MOST).flatMap((index) => {
    const arrow = diagram.arrows[index];
    return arrow ? [entry(index, arrow, name(arrow), go)] : [];
  });
  if (arrows.length > MOST)
    entries.push(element("li", { class: "note" }, `and ${arrows.length - MOST} more`));
  const heading = arrows.length > 1 ? `${title} (${arrows.length})` : title;
  return [element("h4", {}, heading), element("ul", { class: "links" }, ...entries)];
}

function entry(index: number, arrow: Arrow, name: string, go: Go): HTMLElement {
  const kind = arrow.kind === "plain" ? "" : `${arrow.kind}, `;
  const count = arrow.count > 1 ? `, × ${arrow.count}` : "";
  const about = `${kind}${arrow.size}-D${count}`;
  const show = link(name, `Show the connection: ${name}`, () => {
    go({ what: "arrow", index });
  });
  return element("li", {}, show, element("span", { class: "note" }, ` ${about}`));
}
