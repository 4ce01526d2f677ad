/** Text: how wide words are in a picture, and how large the boxes around them. */

import type { Box } from "../saved";

const LONGEST = 28;
const SHORTEST = 12;
const NARROW = "fijlrt.,:;'|!()[] 1";
const WIDE = "mwMWGOQ@%ABCDEHKNRUVXY&_…";

export const HEADER = 26;
export const FAN = 6;
const BODY = 46;
const DOT = 12;

/**
 * About how wide a text is, in a bold sans-serif font of that size; rather too much than too
 * little.
 */
export function widthOf(text: string, size: number): number {
  let units = 0;
  for (const letter of text) units += unitsOf(letter);
  return (units * size) / 100;
}

/** About how wide a letter is, in hundredths of the size of its font. */
function unitsOf(letter: string): number {
  if (NARROW.includes(letter)) return 38;
  if (WIDE.includes(letter)) return 80;
  return (letter.codePointAt(0) ?? 0) > 0x2e7f ? 100 : 64; // from there on are ideographs
}

/** The name that a box shows. */
export function nameIn(box: Box): string {
  const isSmall = box.kind === "passthrough" || box.kind === "rule";
  const name = Array.from(box.label || (isSmall ? "" : box.kind));
  const longest = box.kind === "passthrough" ? SHORTEST : LONGEST;
  return name.length <= longest ? name.join("") : `${name.slice(0, longest - 1).join("")}…`;
}

/** The line below the name of a box. */
export function lineIn(box: Box): string {
  if (box.kind === "rule") return "";
  return box.copies > 1 && box.kind !== "mixed" ? `${box.copies} × ${box.size}` : box.size;
}

/** Whether a box looks like a stack. */
export function isFanned(box: Box): boolean {
  return box.copies > 1 || box.kind === "array";
}

/** Width and height of a closed box, with the fan of a stack. */
export function sizeOf(box: Box): [number, number] {
  const fan = isFanned(box) ? FAN : 0;
  if (box.kind === "passthrough") return [DOT + fan, DOT + fan];
  const words = Math.max(widthOf(nameIn(box), 13), widthOf(lineIn(box), 10));
  if (box.kind === "rule") return [words + 22 + fan, 24 + fan];
  return [Math.max(84, words + 30) + fan, BODY + fan];
}
