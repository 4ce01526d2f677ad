/** Live place: where the live view of a diagram is, in its own output or below the diagram. */

import { element } from "../dom/element";
import { page, type PictureStore } from "../dom/page";
import { followPictures } from "./view_pictures";

/** Milliseconds to wait for a view that the kernel has opened, or for a part of one. */
const PATIENCE = 20_000;

/** Milliseconds for which something glows that was just added; as long as in `glow.css`. */
const GLOW = 1600;

const SLOT = "live";

const WORDS = "A picture of a live view. Watch something to see it live.";

/** Where nothing can be kept. */
export const NO_PICTURES: PictureStore = { read: () => "", write: () => undefined };

/** Names of the live views that can be seen on the page, in their order. */
export function seenViews(): string[] {
  return roots(document)
    .filter(isSeen)
    .flatMap(({ dataset }) => dataset.uid ?? []);
}

function roots(within: ParentNode): HTMLElement[] {
  return [...within.querySelectorAll<HTMLElement>(".nnb-root[data-uid]")];
}

/** Whether something is on the page, and not in a tab behind another one. */
function isSeen(part: HTMLElement): boolean {
  return part.getClientRects().length > 0;
}

export class LivePlace {
  /** Frame of the view in the diagram's shadow; the view itself has the style of the page. */
  readonly element: HTMLElement;
  private readonly place = element("div", { attributes: { slot: SLOT } });
  private readonly picture = element("figure");
  private takeAway: (() => void) | null = null;
  private shown = new AbortController();

  constructor(
    private readonly host: HTMLElement,
    private readonly pictures: PictureStore,
    private readonly stopped: AbortSignal,
  ) {
    const hide = element("button", {
      label: "Take the live view away; it can be watched again",
      text: "×",
      on: {
        click: () => {
          this.clear();
          this.pictures.write("");
        },
      },
    });
    const head = element("header", {}, element("h3", { text: "Live view" }), hide);
    const slot = element("slot", { attributes: { name: SLOT } });
    const attributes = { "aria-label": "Live view" };
    this.element = element("section", { class: "live", attributes }, head, this.picture, slot);
    this.showPicture();
    stopped.addEventListener("abort", () => {
      this.clear();
    });
  }

  /**
   * Show something of a live view: where it is on the page, or below the diagram.
   *
   * @param view Name of the view.
   * @param selector Finds what to show within the view.
   * @returns Whether this page can show it.
   */
  async show(view: string, selector: string): Promise<boolean> {
    if (!this.roots(view).some(isSeen)) {
      await arrival(view, this.stopped);
      const mount = page().mounts.get(view);
      if (!mount || this.stopped.aborted) return false;
      this.clear();
      this.host.append(this.place);
      this.element.hidden = false;
      this.takeAway = mount(this.place);
      const keep = (png: string): void => {
        this.pictures.write(png);
      };
      followPictures(view, keep, this.shown.signal);
    }
    const part = await this.seen(view, selector);
    if (part) reveal(part);
    return part !== null;
  }

  /** Show the picture that was kept of a view, until there is one. */
  private showPicture(): void {
    const png = this.pictures.read();
    this.element.hidden = png === "";
    if (png === "") return;
    const attributes = { src: `data:image/png;base64,${png}`, alt: "Plots of a live view" };
    const caption = element("figcaption", { text: WORDS });
    this.picture.replaceChildren(element("img", { attributes }), caption);
  }

  /** Places of a view: outputs, and this one, which may be in a shadow of its own. */
  private roots(view: string): HTMLElement[] {
    return [...roots(document), ...roots(this.place)].filter(({ dataset }) => dataset.uid === view);
  }

  /** Wait until a part of a view is seen; null if it does not come. */
  private seen(view: string, selector: string): Promise<HTMLElement | null> {
    const find = (): HTMLElement | null => {
      const part = (root: Element): HTMLElement[] => [
        ...root.querySelectorAll<HTMLElement>(selector),
      ];
      return this.roots(view).flatMap(part).find(isSeen) ?? null;
    };
    const found = find();
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => {
      const end = (part: HTMLElement | null): void => {
        observer.disconnect();
        clearTimeout(timer);
        resolve(part);
      };
      const observer = new MutationObserver(() => {
        const part = find();
        if (part) end(part);
      });
      const timer = setTimeout(() => {
        end(null);
      }, PATIENCE);
      for (const changed of [document.body, this.place])
        observer.observe(changed, { childList: true, subtree: true, attributes: true });
      this.stopped.addEventListener("abort", () => {
        end(null);
      });
    });
  }

  private clear(): void {
    this.takeAway?.();
    this.takeAway = null;
    this.shown.abort();
    this.shown = new AbortController();
    this.picture.replaceChildren();
    this.element.hidden = true;
    this.place.remove();
    this.place.replaceChildren();
  }
}

/** Wait until the model of a view is alive on the page, or until it will hardly be any more. */
function arrival(view: string, stopped: AbortSignal): Promise<void> {
  if (page().mounts.has(view)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, PATIENCE);
    page().arrivals.addEventListener(view, done, { once: true, signal: stopped });
    stopped.addEventListener("abort", done);
  });
}

/** Scroll to a part and let it glow for a moment. */
function reveal(part: HTMLElement): void {
  const isCalm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  part.scrollIntoView({ block: "nearest", behavior: isCalm ? "auto" : "smooth" });
  part.classList.add("nnb-glow");
  setTimeout(() => {
    part.classList.remove("nnb-glow");
  }, GLOW);
}
