/**
 * Marks: the shapes of boxes and arrows, as elements of SVG. All words become text nodes, whatever
 * they say.
 */

import type { Path } from "./layout/routes";
import { FAN, HEADER, isFanned, lineIn, nameIn } from "./layout/text";
import type { Placed } from "./layout/layout";
import { ARROW_KINDS, type ArrowKind } from "../tables/arrow_kinds";
import type { Box } from "./saved";
import type { BoxKind } from "../tables/box_kinds";

type Attributes = Record<string, string | number>;

export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Element | string)[]
): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

const CORNERS: Partial<Record<BoxKind, number>> = { node: 5, network: 9, mixed: 9 };

/** A closed box: a dot, or a shape with its name and size, as a stack if it stands for several. */
export function bodyOf(box: Box, at: Placed): SVGGElement {
  const fan = isFanned(box) ? FAN : 0;
  const [x, y, width, height] = [at.x, at.y + fan, at.width - fan, at.height - fan];
  const group = svg("g", { class: `box ${box.kind}` });
  for (const step of fan > 0 ? [fan, fan / 2, 0] : [0]) {
    const rx = CORNERS[box.kind] ?? height / 2;
    group.append(svg("rect", { class: "body", x: x + step, y: y - step, width, height, rx }));
  }
  const rx = CORNERS[box.kind] ?? height / 2;
  group.append(svg("rect", { class: "activity", x, y, width, height, rx }));
  group.append(...wordsIn(box, x + width / 2, y + height / 2));
  if (box.children.length > 0) group.append(plus(x + width / 2, y + height));
  if (box.probes > 0 && box.kind !== "passthrough") group.append(eye(x + width - 9, y));
  return group;
}

function wordsIn(box: Box, x: number, y: number): SVGElement[] {
  if (box.kind === "passthrough")
    return [svg("text", { class: "under", x, y: y + 17 }, nameIn(box))];
  const line = lineIn(box);
  const name = svg("text", { class: "name", x, y: line ? y - 2.5 : y + 4 }, nameIn(box));
  return line ? [name, svg("text", { class: "size", x, y: y + 13 }, line)] : [name];
}

/** The sign that a box can be opened. */
function plus(x: number, y: number): SVGGElement {
  return svg(
    "g",
    { class: "plus", transform: `translate(${x} ${y})` },
    svg("circle", { r: 6.5 }),
    svg("path", { d: "M-3 0H3M0 -3V3" }),
  );
}

/** The sign that something in a box is probed. */
function eye(x: number, y: number): SVGGElement {
  return svg(
    "g",
    { class: "eye", transform: `translate(${x} ${y})` },
    svg("circle", { r: 5 }),
    svg("circle", { class: "pupil", r: 2 }),
  );
}

/** An open box: a frame with its name. */
export function frameOf(box: Box, at: Placed): SVGGElement {
  return svg(
    "g",
    { class: "frame" },
    svg("rect", { x: at.x, y: at.y, width: at.width, height: at.height, rx: 10 }),
    svg("rect", { class: "grip", x: at.x, y: at.y, width: at.width, height: HEADER, rx: 10 }),
    svg("text", { x: at.x + 26, y: at.y + 18 }, nameIn(box)),
    svg("path", { class: "minus", d: `M${at.x + 11} ${at.y + 14}h7` }),
  );
}

/**
 * A curve with the head of its kind, wider where it carries more numbers, and wide enough to be
 * hit.
 */
export function arrowOf(path: Path, kind: ArrowKind, size: number): SVGGElement {
  const [start, ...rest] = path;
  if (!start) return svg("g");
  let d = `M${start.join(" ")}`;
  for (let i = 0; i + 2 < rest.length; i += 3)
    d += `C${rest
      .slice(i, i + 3)
      .flat()
      .join(" ")}`;
  const width = 1.3 + (0.35 * Math.min(Math.log2(Math.max(size, 1)), 6)) / 2;
  return svg(
    "g",
    { class: `arrow ${kind}` },
    svg("path", { class: "hit", d }),
    svg("path", { class: "line", d, "stroke-width": width }),
    headOf(path, kind),
  );
}

const HEADS: Record<(typeof ARROW_KINDS)[ArrowKind]["head"], () => SVGElement> = {
  triangle: () => svg("path", { class: "head", d: "M0 0L-9 -4.5L-7 0L-9 4.5Z" }),
  bar: () => svg("path", { class: "bar", d: "M-2 -6V6" }),
  ring: () => svg("circle", { class: "ring", cx: -4, cy: 0, r: 3.5 }),
};

/** The end of an arrow, which points where its path ends. */
function headOf(path: Path, kind: ArrowKind): SVGGElement {
  const tip = path.at(-1) ?? [0, 0];
  const before = [...path].reverse().find(([x, y]) => x !== tip[0] || y !== tip[1]) ?? [
    tip[0] - 1,
    tip[1],
  ];
  const angle = (Math.atan2(tip[1] - before[1], tip[0] - before[0]) * 180) / Math.PI;
  return svg(
    "g",
    { transform: `translate(${tip[0]} ${tip[1]}) rotate(${angle})` },
    HEADS[ARROW_KINDS[kind].head](),
  );
}
