/** Entries of a plot's menu. */

import { element } from "../dom/element";

/** A name of its own, and what it enters. */
export type Row = [string, HTMLElement];

/** Makes an entry of text, which is marked where it is not accepted. */
export type Entry = (
  value: string,
  hint: string,
  accept: (text: string) => boolean,
) => HTMLInputElement;

/** A choice among values, each with its label. */
export function choice(
  options: readonly (readonly [string, string])[],
  chosen: string,
  choose: (value: string) => void,
): HTMLSelectElement {
  const select = element("select", {
    on: {
      change: () => {
        choose(select.value);
      },
    },
  });
  for (const [value, label] of options)
    select.append(element("option", { text: label, attributes: { value } }));
  select.value = chosen;
  return select;
}
