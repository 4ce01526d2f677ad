/**
 * The saved form of a diagram, as `nengo_nb/diagram/saved.py` writes it, read as what it may be:
 * anything.
 */

import { ARROW_KINDS, type ArrowKind } from "../tables/arrow_kinds";
import { BOX_KINDS, type BoxKind } from "../tables/box_kinds";

export const VERSION = 1;

export type Fact = readonly [word: string, fact: string];

export interface Box {
  kind: BoxKind;
  label: string;
  parent: number | null;
  copies: number;
  size: string;
  neurons: number;
  facts: Fact[];
  probes: number;
  /** Indices of the boxes inside, which the saved form leaves out. */
  children: number[];
}

export interface Arrow {
  source: number;
  target: number;
  kind: ArrowKind;
  count: number;
  size: number;
  facts: Fact[];
}

export interface Diagram {
  boxes: Box[];
  arrows: Arrow[];
  outside: number;
  cut: number;
}

/** A diagram with the card around it. */
export interface Saved {
  diagram: Diagram;
  title: string;
  facts: Fact[];
  warnings: string[];
  /** Sentences on what was probably not as it was meant when the diagram was drawn. */
  findings: string[];
  opened: number[];
  drawing: string;
}

/** A saved diagram is invalid; the message says why. */
export class SavedError extends Error {}

/** Read a saved diagram; nothing in it is trusted, and nothing in it is run. */
export function readSaved(data: unknown): Saved {
  const saved = record(data, "the diagram");
  if (saved.version !== VERSION) {
    throw new SavedError(
      `This diagram was saved in version ${text(saved.version)}, and this page draws version ${VERSION}.`,
    );
  }
  const boxes = list(saved.boxes, "boxes").map(readBox);
  if (boxes[0]?.parent !== null)
    throw new SavedError("A diagram begins with a box that is in no other.");
  boxes.forEach((box, index) => {
    if (index === 0) return;
    const parent = box.parent === null || box.parent >= index ? undefined : boxes[box.parent];
    if (!parent) throw new SavedError(`Box ${index} of the diagram is in no box before it.`);
    parent.children.push(index);
  });
  const arrows = list(saved.arrows, "arrows").map((arrow) => readArrow(arrow, boxes));
  return {
    diagram: { boxes, arrows, outside: count(saved.outside), cut: count(saved.cut) },
    title: text(saved.title),
    facts: facts(saved.facts),
    warnings: list(saved.warnings ?? [], "warnings").map(text),
    findings: list(saved.findings ?? [], "findings").map(text),
    opened: list(saved.opened ?? [], "opened").map(count),
    drawing: text(saved.drawing),
  };
}

function readBox(data: unknown): Box {
  const box = record(data, "a box");
  return {
    kind: one(box.kind, BOX_KINDS),
    label: text(box.label),
    parent: box.parent === null ? null : count(box.parent),
    copies: count(box.copies),
    size: text(box.size),
    neurons: count(box.neurons),
    facts: facts(box.facts),
    probes: count(box.probes),
    children: [],
  };
}

function readArrow(data: unknown, boxes: Box[]): Arrow {
  const arrow = record(data, "an arrow");
  const [source, target] = [count(arrow.source), count(arrow.target)];
  if (Math.max(source, target) >= boxes.length || Math.min(source, target) === 0) {
    throw new SavedError(`An arrow of the diagram runs from box ${source} to box ${target}.`);
  }
  return {
    source,
    target,
    kind: one(arrow.kind, Object.keys(ARROW_KINDS) as ArrowKind[]),
    count: count(arrow.count),
    size: count(arrow.size),
    facts: facts(arrow.facts),
  };
}

function record(data: unknown, what: string): Record<string, unknown> {
  if (typeof data !== "object" || data === null) throw new SavedError(`There is no ${what} in it.`);
  return data as Record<string, unknown>;
}

function list(data: unknown, what: string): unknown[] {
  if (!Array.isArray(data)) throw new SavedError(`The diagram has no list of ${what}.`);
  return data as unknown[];
}

function text(data: unknown): string {
  return typeof data === "string" || typeof data === "number" ? String(data) : "";
}

function count(data: unknown): number {
  if (typeof data !== "number" || !Number.isInteger(data) || data < 0) {
    throw new SavedError(`${JSON.stringify(data)} is no number of anything in a diagram.`);
  }
  return data;
}

function one<Kind extends string>(data: unknown, kinds: readonly Kind[]): Kind {
  const found = kinds.find((kind) => kind === data);
  if (found === undefined)
    throw new SavedError(`${JSON.stringify(data)} is nothing that a diagram shows.`);
  return found;
}

function facts(data: unknown): Fact[] {
  return list(data ?? [], "facts").map((fact) => {
    const [word, what] = list(fact, "words");
    return [text(word), text(what)];
  });
}
