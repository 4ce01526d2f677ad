/** Findings about a network's objects, each with its reason and its remedy. */

import { link } from "./connections";
import { element } from "../dom/element";
import type { FindingInfo } from "../protocol/diagram";
import type { Subject } from "./subject";

/** Findings that were saved with a diagram, as their number, which a click opens. */
export function savedFindings(sentences: readonly string[]): HTMLElement {
  const count = sentences.length === 1 ? "1 finding" : `${sentences.length} findings`;
  const summary = element("summary", { text: count, attributes: { title: sentences.join(" ") } });
  const entries = sentences.map((text) => element("li", { text }));
  const list = element(
    "details",
    { class: "warning saved" },
    summary,
    element("ul", {}, ...entries),
  );
  list.hidden = sentences.length === 0;
  return list;
}

/** List of findings; `go` shows the object of one, and its name is left out without it. */
export function findingList(
  findings: readonly FindingInfo[],
  go?: (subject: Subject) => void,
): HTMLElement[] {
  return findings.map((finding) => {
    const { what, index, name, problem, reason, remedy } = finding;
    const head = element("h4", {}, problem);
    if (go) {
      const show = link(name, `Show ${name}`, () => {
        go({ what, index });
      });
      head.replaceChildren(show, `, ${problem}`);
    }
    return element(
      "section",
      { class: "finding" },
      head,
      element("p", {}, reason),
      element("p", { class: "remedy" }, remedy),
    );
  });
}
