/** Run health: a badge that counts what is found while the network runs, and tells it. */

import { element } from "../dom/element";
import type { RunFinding, RunFindings } from "../protocol/run_health";

export class RunHealth {
  readonly element = element("details", { class: "nnb-health", attributes: { hidden: "" } });
  private readonly summary = element("summary", { attributes: { role: "status" } });
  private readonly list = element("ul");

  constructor() {
    this.element.append(this.summary, this.list);
  }

  /** Show the findings of the last second; without any there is no badge. */
  show({ findings }: RunFindings): void {
    const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    const problems = findings.map(({ name, problem }) => `${name} ${problem}`).join(", ");
    this.element.hidden = findings.length === 0;
    this.summary.textContent = `${count}: ${problems}`;
    this.summary.title = findings.map(sentence).join(" ");
    this.list.replaceChildren(
      ...findings.map((finding) => element("li", { text: sentence(finding) })),
    );
  }
}

function sentence({ name, problem, reason, remedy }: RunFinding): string {
  return `${name}, ${problem}: ${reason} ${remedy}`;
}
