/** Watching: buttons of the details that watch or steer an object in a live view. */

import { element } from "../dom/element";
import type { DiagramKernel } from "../dom/page";
import { seenViews, type LivePlace } from "./live_place";
import type { OfferInfo, WatchReply } from "../protocol/diagram";
import type { Subject } from "./subject";

const ELSEWHERE =
  "This page cannot show a live view here: '%nengo live NAME' or nengo_nb.live(sim) in a cell shows one.";

export class Watching {
  readonly element = element("div", { class: "watching" });
  private readonly buttons = element("div", { class: "offers" });
  private readonly note = element("p", { class: "note", attributes: { role: "status" } });
  /** Number of objects that were shown so far: what is told of an earlier one is dropped. */
  private turn = 0;

  constructor(
    private readonly drawing: string,
    private readonly kernel: () => DiagramKernel | undefined,
    private readonly place: LivePlace,
  ) {
    this.element.append(this.buttons, this.note);
  }

  /** Offer nothing, as another object is shown. */
  clear(): void {
    this.turn += 1;
    this.buttons.replaceChildren();
    this.note.textContent = "";
  }

  /**
   * Offer what can be watched or steered of an object.
   *
   * @param opened What a live view that was opened for it may change: it has a simulator then.
   */
  offer(offers: readonly OfferInfo[], subject: Subject, copy: number, opened: () => void): void {
    const buttons = offers.map((offer) => {
      const { label, about } = offer;
      const turn = this.turn;
      const press = (): void => {
        void this.watch(offer, subject, copy).then((isOpened) => {
          if (isOpened && turn === this.turn) opened();
        });
      };
      return element("button", { text: label, label: about, on: { click: press } });
    });
    this.buttons.replaceChildren(...buttons);
  }

  private async watch(
    { key }: OfferInfo,
    { what, index }: Subject,
    copy: number,
  ): Promise<boolean> {
    const turn = this.turn;
    const tell = (text: string): void => {
      if (turn === this.turn) this.note.textContent = text;
    };
    const kernel = this.kernel();
    if (!kernel) {
      tell("The kernel is gone: run the cell again.");
      return false;
    }
    const [drawing, views] = [this.drawing, seenViews()];
    tell(views.length > 0 ? "Asking the kernel …" : "Opening a live view …");
    try {
      const reply = await kernel.watch({ drawing, what, index, copy, offer: key, views });
      tell(reply.note);
      const selector = selectorOf(reply);
      if (selector && !(await this.place.show(reply.view, selector))) tell(ELSEWHERE);
      return reply.view !== "" && !views.includes(reply.view);
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
      return false;
    }
  }
}

/** Selector of what was added to a view; empty where nothing was. */
function selectorOf({ view, plot, node }: WatchReply): string {
  if (!view || !(plot || node)) return "";
  return plot ? `[data-plot="${CSS.escape(plot)}"]` : `[data-steers="${CSS.escape(node)}"]`;
}
