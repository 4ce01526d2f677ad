/** Elements of HTML. All words become text nodes, whatever they say. */

import type { Fact } from "./saved";

export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string> = {},
  ...children: (Element | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Facts as a list of words with what they are. */
export function factList(facts: readonly Fact[]): HTMLElement {
  return html("dl", {}, ...facts.flatMap(([word, fact]) => [html("dt", {}, word), html("dd", {}, fact)]));
}
