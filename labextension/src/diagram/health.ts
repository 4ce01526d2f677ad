/** Health: what was found in a diagram's network, as badges and in the details. */

import { badge, middleOf, placeBadges } from "./badges";
import { element } from "../dom/element";
import type { DiagramKernel } from "../dom/page";
import { findingList, savedFindings } from "./findings";
import type { Details } from "./details";
import type { FindingInfo, Health } from "../protocol/diagram";
import type { Plane } from "./plane";
import type { Saved } from "./saved";
import type { Subject } from "./subject";

const ABOUT =
  "Looks for neurons that are silent, saturated or do not respond, and decoders with a large error; in a run also for ensembles driven outside their radius, and learned weights that explode.";
const ALONE = "No kernel stands behind this diagram. Run its cell again to have it checked.";

/** Milliseconds after a diagram is drawn until it asks what is known, so that it comes first. */
const PAUSE = 300;

export class HealthView {
  readonly button = element(
    "button",
    {
      class: "check",
      label: "Check: look for what is probably not as it was meant",
      on: {
        click: () => {
          this.showAll();
        },
      },
    },
    "Check",
  );
  /** Findings of when the diagram was drawn, until the kernel tells of those that there are now. */
  readonly saved: HTMLElement;
  private health: Health | null = null;
  private checking = false;
  private note = "";
  private isShown = false;
  private seconds = "0";

  constructor(
    private readonly drawn: Saved,
    private readonly kernel: () => DiagramKernel | undefined,
    private readonly plane: Plane,
    private readonly details: Details,
    private readonly go: (subject: Subject) => void,
  ) {
    this.saved = savedFindings(drawn.findings);
  }

  /** Ask for what is known, or can be found without a person waiting; later than the drawing. */
  start(stopped: AbortSignal): void {
    const timer = setTimeout(() => {
      const kernel = this.kernel();
      if (!kernel || this.drawn.drawing === "") return;
      kernel
        .check({ drawing: this.drawn.drawing, asked: false, seconds: 0 })
        .catch(() => undefined); // nobody waits for it
    }, PAUSE);
    stopped.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  }

  /** Show what was found. */
  receive(health: Health): void {
    this.health = health;
    this.saved.hidden = true;
    const count = health.findings.length + health.more;
    this.button.textContent = count > 0 ? `Check (${count})` : "Check";
    this.button.classList.toggle("found-some", count > 0);
    this.showBadges();
    if (this.isShown) this.fill();
  }

  /** Findings about a box or an arrow. */
  of(subject: Subject): FindingInfo[] {
    const found = this.health?.findings ?? [];
    return found.filter(({ what, index }) => what === subject.what && index === subject.index);
  }

  /** Put badges on what is seen now. */
  showBadges(): void {
    const findings = this.health?.findings ?? [];
    const { element: root, view, picture } = this.plane;
    for (const old of root.querySelectorAll(".badge")) old.remove();
    const { boxes, strands } = placeBadges(this.drawn.diagram, view, findings);
    const put = (mark: Element | undefined, at: [number, number], indices: number[]): void => {
      const about = indices.flatMap((index) => findings[index] ?? []);
      const problems = [...new Set(about.map(({ problem }) => problem))].join(", ");
      mark?.append(
        badge(...at, about.length, problems, () => {
          this.showSome(about);
        }),
      );
    };
    for (const [box, indices] of boxes) {
      const at = picture.boxes.get(box);
      if (at && box !== 0) put(this.plane.marks.get(box), [at.x + 4, at.y + 2], indices);
    }
    for (const [strand, indices] of strands)
      put(this.plane.strands.get(strand), middleOf(picture.paths[strand] ?? []), indices);
  }

  /** Something else is shown in the details, or nothing. */
  leave(): void {
    this.isShown = false;
  }

  private showSome(findings: FindingInfo[]): void {
    const title = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    this.details.present(title, ...findingList(findings, this.go));
    this.leave();
  }

  private showAll(): void {
    this.details.present("Health", ...this.content());
    this.isShown = true;
  }

  private fill(): void {
    if (!this.details.element.hidden) this.showAll();
  }

  private content(): Element[] {
    const { health } = this;
    const note = (text: string): Element => element("p", { class: "note" }, text);
    const parts: Element[] = [note(ABOUT), this.form()];
    if (this.checking) parts.push(note("Checking …"));
    if (this.note) parts.push(element("p", { attributes: { role: "alert" } }, this.note));
    if (!health) return parts;
    parts.push(note(health.looked_at));
    if (health.findings.length === 0) parts.push(element("p", {}, "Nothing was found."));
    parts.push(...findingList(health.findings, this.go));
    if (health.more > 0) parts.push(note(`and ${health.more} more: nengo_nb.check(...) has all.`));
    return parts;
  }

  private form(): HTMLElement {
    const input = element("input", {
      label: "Seconds to run the network for",
      attributes: { type: "number", min: "0", max: "100", step: "any", value: this.seconds },
    });
    input.addEventListener("change", () => {
      this.seconds = input.value;
    });
    const button = element(
      "button",
      {
        on: {
          click: () => {
            this.seconds = input.value;
            void this.check(Number(input.value) || 0);
          },
        },
      },
      "Check now",
    );
    button.disabled = this.checking;
    return element("label", {}, "Run it for ", input, " s ", button);
  }

  private async check(seconds: number): Promise<void> {
    const kernel = this.kernel();
    if (!kernel || this.drawn.drawing === "") {
      this.note = ALONE;
      this.fill();
      return;
    }
    [this.checking, this.note] = [true, ""];
    this.fill();
    try {
      const { note } = await kernel.check({ drawing: this.drawn.drawing, asked: true, seconds });
      this.note = note;
    } catch (error) {
      this.note = error instanceof Error ? error.message : String(error);
    }
    this.checking = false;
    if (this.isShown) this.fill();
  }
}
