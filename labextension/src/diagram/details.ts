/** Details: the panel beside a diagram, with all that is known of one box or arrow. */

import { chartOf } from "./charts";
import { connectionsOf, endsOf, nameOf, siblingsOf } from "./connections";
import { element } from "../dom/element";
import { factList } from "./facts";
import { findingList } from "./findings";
import type { FindingInfo, InspectReply } from "../protocol/diagram";
import type { DiagramKernel } from "../dom/page";
import type { Diagram, Fact } from "./saved";
import type { Subject } from "./subject";
import type { Watching } from "./watching";

/** Events of the details. */
export interface DetailsEvents {
  closed: () => void;
  /** They take room from the plane, unless they did before. */
  opened: () => void;
  /** Another box or arrow is to be shown. */
  go: (subject: Subject) => void;
  /** Findings about what is shown. */
  findings: (subject: Subject) => FindingInfo[];
}

const ALONE =
  "No kernel stands behind this diagram. Run its cell again to see tuning curves, decoded functions and weights.";

export class Details {
  readonly element = element("aside", {
    class: "details",
    attributes: { "aria-label": "Details" },
  });
  private readonly more = element("div", { attributes: { role: "status" } });
  private readonly dimensions = element("div");
  private asked = 0;
  private copy = 0;
  private dimension = 0;

  constructor(
    private readonly diagram: Diagram,
    private readonly drawing: string,
    private readonly kernel: () => DiagramKernel | undefined,
    private readonly events: DetailsEvents,
    private readonly watching: Watching,
  ) {
    this.element.hidden = true;
  }

  /**
   * Show what is known, and ask the kernel for more.
   *
   * @param subject A box or an arrow.
   * @param siblings Other arrows that are drawn as one with it.
   */
  show(subject: Subject, siblings: readonly number[] = []): void {
    const { title, facts, copies } = this.known(subject);
    [this.copy, this.dimension] = [0, 0];
    this.dimensions.replaceChildren();
    this.more.replaceChildren();
    this.watching.clear();
    const { index } = subject;
    const { go } = this.events;
    const lists =
      subject.what === "box"
        ? connectionsOf(this.diagram, index, go)
        : siblingsOf(this.diagram, siblings, go);
    this.fill(
      title,
      this.watching.element,
      ...findingList(this.events.findings(subject)),
      factList(facts),
      ...(copies > 1 ? [this.copyChooser(subject, copies)] : []),
      this.dimensions,
      this.more,
      ...lists,
    );
    this.element.scrollTop = 0;
    void this.ask(subject);
  }

  /** Show something else than a box or an arrow. */
  present(title: string, ...content: Element[]): void {
    this.asked += 1;
    this.fill([title], ...content);
    this.events.opened();
  }

  private fill(title: (Element | string)[], ...content: Element[]): void {
    const close = element(
      "button",
      { attributes: { title: "Close", "aria-label": "Close the details" } },
      "×",
    );
    close.addEventListener("click", () => {
      this.hide();
    });
    const head = element("header", {}, element("h3", {}, ...title), close);
    this.element.replaceChildren(head, ...content);
    this.element.hidden = false;
  }

  hide(): void {
    if (this.element.hidden) return;
    this.asked += 1;
    this.element.hidden = true;
    this.events.closed();
  }

  private known({ what, index }: Subject): {
    title: (Element | string)[];
    facts: Fact[];
    copies: number;
  } {
    if (what === "box") {
      const box = this.diagram.boxes[index];
      const copies: Fact[] = box && box.copies > 1 ? [["copies", String(box.copies)]] : [];
      return {
        title: [nameOf(this.diagram, index)],
        facts: [...copies, ...(box?.facts ?? [])],
        copies: box && box.children.length === 0 ? box.copies : 1,
      };
    }
    const arrow = this.diagram.arrows[index];
    const count: Fact[] = arrow && arrow.count > 1 ? [["connections", String(arrow.count)]] : [];
    return {
      title: arrow ? endsOf(this.diagram, arrow, this.events.go) : [],
      facts: [...count, ...(arrow?.facts ?? [])],
      copies: arrow?.count ?? 1,
    };
  }

  /** Lets a person choose one of the copies that a stack stands for. */
  private copyChooser(subject: Subject, copies: number): HTMLElement {
    return chooser("Number", copies, (copy) => {
      this.copy = copy;
      void this.ask(subject);
    });
  }

  /** Lets a person choose the dimension along which charts are drawn, where there are several. */
  private offerDimensions(subject: Subject, count: number): void {
    if (count < 2 || this.dimensions.childElementCount > 0) return;
    const choose = chooser("Dimension", count, (dimension) => {
      this.dimension = dimension;
      void this.ask(subject);
    });
    this.dimensions.append(choose);
  }

  private async ask(subject: Subject): Promise<void> {
    const number = ++this.asked;
    const kernel = this.kernel();
    if (!kernel || !this.drawing) {
      this.more.replaceChildren(element("p", { class: "note" }, ALONE));
      return;
    }
    // Charts of another copy or dimension stay meanwhile, so that nothing jumps.
    if (this.more.querySelector(".chart") === null)
      this.more.replaceChildren(element("p", { class: "note" }, "Asking the kernel …"));
    const { copy, dimension } = this;
    let answer: Element[];
    try {
      const reply = await kernel.inspect({ drawing: this.drawing, copy, dimension, ...subject });
      answer = told(reply);
      if (number === this.asked) {
        this.offerDimensions(subject, reply.dimensions);
        this.watching.offer(reply.offers, subject, copy, () => void this.ask(subject));
      }
    } catch (error) {
      answer = [
        element("p", { class: "note" }, error instanceof Error ? error.message : String(error)),
      ];
    }
    if (number === this.asked) this.more.replaceChildren(...answer);
  }
}

/** Entry of a number from zero, below a count. */
function chooser(word: string, count: number, choose: (number: number) => void): HTMLElement {
  const input = element("input", {
    attributes: { type: "number", min: "0", max: String(count - 1), value: "0" },
  });
  input.addEventListener("change", () => {
    const number = Math.min(count - 1, Math.max(0, Math.round(Number(input.value)) || 0));
    input.value = String(number);
    choose(number);
  });
  return element("label", {}, `${word} `, input, ` of 0 to ${count - 1}`);
}

function told(reply: InspectReply): Element[] {
  const note = reply.note ? [element("p", { class: "note" }, reply.note)] : [];
  return [
    ...(reply.facts.length > 0 ? [factList(reply.facts)] : []),
    ...reply.charts.map(chartOf),
    ...note,
  ];
}
