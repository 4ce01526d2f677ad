/** Facts about an object, as a list. */

import { element } from "../dom/element";
import type { Fact } from "./saved";

/** List of terms, each with its description. */
export function factList(facts: readonly Fact[]): HTMLElement {
  return element(
    "dl",
    {},
    ...facts.flatMap(([word, fact]) => [element("dt", {}, word), element("dd", {}, fact)]),
  );
}
