/** Details: the panel beside a diagram, with all that is known of one box or arrow. */

import { chartOf } from "./charts";
import { element } from "../dom/element";
import { factList } from "./facts";
import type { InspectReply, SubjectKind } from "../protocol/diagram";
import type { Ask } from "../dom/page";
import type { Diagram, Fact } from "./saved";

/** Subject of the details: a box or an arrow. */
export interface Subject {
  what: SubjectKind;
  index: number;
}

const ALONE =
  "No kernel stands behind this diagram. Run its cell again to see tuning curves, decoded functions and weights.";

export class Details {
  readonly element = element("aside", {
    class: "details",
    attributes: { "aria-label": "Details" },
  });
  private asked = 0;

  constructor(
    private readonly diagram: Diagram,
    private readonly drawing: string,
    private readonly kernel: () => Ask | undefined,
    private readonly closed: () => void,
  ) {
    this.element.hidden = true;
  }

  /** Show what is known, and ask the kernel for more. */
  show(subject: Subject): void {
    const { title, facts, copies } = this.known(subject);
    const close = element(
      "button",
      { attributes: { title: "Close", "aria-label": "Close the details" } },
      "×",
    );
    close.addEventListener("click", () => {
      this.hide();
    });
    const more = element("div", { attributes: { role: "status" } });
    const parts: Element[] = [
      element("header", {}, element("h3", {}, title), close),
      factList(facts),
    ];
    if (copies > 1) parts.push(this.chooser(subject, copies, more));
    this.element.replaceChildren(...parts, more);
    this.element.hidden = false;
    void this.ask(subject, 0, more);
  }

  hide(): void {
    if (this.element.hidden) return;
    this.asked += 1;
    this.element.hidden = true;
    this.closed();
  }

  private known({ what, index }: Subject): { title: string; facts: Fact[]; copies: number } {
    if (what === "box") {
      const box = this.diagram.boxes[index];
      const copies: Fact[] = box && box.copies > 1 ? [["copies", String(box.copies)]] : [];
      return {
        title: box?.label ?? box?.kind ?? "",
        facts: [...copies, ...(box?.facts ?? [])],
        copies: box && box.children.length === 0 ? box.copies : 1,
      };
    }
    const arrow = this.diagram.arrows[index];
    const name = (box: number | undefined): string => {
      const found = this.diagram.boxes[box ?? -1];
      return found?.label ? found.label : (found?.kind ?? "");
    };
    const count: Fact[] = arrow && arrow.count > 1 ? [["connections", String(arrow.count)]] : [];
    return {
      title: `${name(arrow?.source)} → ${name(arrow?.target)}`,
      facts: [...count, ...(arrow?.facts ?? [])],
      copies: arrow?.count ?? 1,
    };
  }

  /** Lets a person choose one of the copies that a stack stands for. */
  private chooser(subject: Subject, copies: number, more: HTMLElement): HTMLElement {
    const input = element("input", {
      attributes: { type: "number", min: "0", max: String(copies - 1), value: "0" },
    });
    input.addEventListener("change", () => {
      const copy = Math.min(copies - 1, Math.max(0, Math.round(Number(input.value)) || 0));
      input.value = String(copy);
      void this.ask(subject, copy, more);
    });
    return element("label", {}, "Number ", input, ` of 0 to ${copies - 1}`);
  }

  private async ask(subject: Subject, copy: number, more: HTMLElement): Promise<void> {
    const number = ++this.asked;
    const ask = this.kernel();
    if (!ask || !this.drawing) {
      more.replaceChildren(element("p", { class: "note" }, ALONE));
      return;
    }
    more.replaceChildren(element("p", { class: "note" }, "Asking the kernel …"));
    let answer: Element[];
    try {
      answer = told(await ask({ drawing: this.drawing, copy, ...subject }));
    } catch (error) {
      answer = [
        element("p", { class: "note" }, error instanceof Error ? error.message : String(error)),
      ];
    }
    if (number === this.asked) more.replaceChildren(...answer);
  }
}

function told(reply: InspectReply): Element[] {
  const note = reply.note ? [element("p", { class: "note" }, reply.note)] : [];
  return [
    ...(reply.facts.length > 0 ? [factList(reply.facts)] : []),
    ...reply.charts.map(chartOf),
    ...note,
  ];
}
