/**
 * A page: the HTML that a node shows, in frames of its own that run nothing, load nothing and take
 * no input.
 */

import { element } from "../dom/element";
import type { Drawing } from "./drawing";

/**
 * Permission to load nothing but what is in a page. It is said before the first character of the
 * HTML, which cannot take it back.
 */
const POLICY = [
  "default-src 'none'",
  "img-src data:",
  "font-src data:",
  "media-src data:",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Its colours are made for paper: in any theme a page is black on white. */
const STYLE =
  "html,body{height:100%;margin:0}" +
  "html{color-scheme:light;background:#fff;color:#111;font:14px system-ui,sans-serif}" +
  "body{box-sizing:border-box;padding:6px}svg,img{max-width:100%}";

/** The document of a page. */
export function documentOf(html: string): string {
  return (
    `<!doctype html><html><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta http-equiv="x-dns-prefetch-control" content="off">` +
    `<style>${STYLE}</style></head><body>${html}`
  );
}

export class HtmlPage implements Drawing {
  readonly isTimed = false;
  private shown: HTMLIFrameElement | null = null;
  private loading: HTMLIFrameElement | null = null;
  private html: string | null = null;
  private waiting: string | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly title: string,
  ) {
    root.classList.add("nnb-html");
  }

  /**
   * Show HTML. It is loaded behind what is shown, which it replaces when it is there, so that
   * nothing flickers; of what comes meanwhile the newest is loaded next.
   */
  show(html: string): void {
    this.waiting = html;
    if (this.loading === null) this.load();
  }

  private load(): void {
    const html = this.waiting;
    this.waiting = null;
    if (html === null || html === this.html) return;
    this.html = html;
    const frame = this.makeFrame();
    this.loading = frame;
    frame.addEventListener("load", () => {
      // It was painted by then, behind the other one.
      requestAnimationFrame(() => {
        this.replace(frame);
      });
    });
    frame.srcdoc = documentOf(html);
    this.root.append(frame);
  }

  private replace(frame: HTMLIFrameElement): void {
    if (this.loading !== frame) return;
    this.shown?.remove();
    this.shown = frame;
    this.loading = null;
    frame.classList.remove("nnb-loading");
    this.load();
  }

  private makeFrame(): HTMLIFrameElement {
    return element("iframe", {
      class: "nnb-page nnb-loading",
      label: this.title,
      // No token: neither scripts nor forms, no windows, and no origin that has anything.
      attributes: { sandbox: "", tabindex: "-1", referrerpolicy: "no-referrer" },
    });
  }

  update(): void {
    // It is not made of numbers.
  }

  restyle(): void {
    // Its colours are its own.
  }

  setLooks(): void {
    // It has neither an axis nor lines.
  }

  fit(): void {
    // It has no axis.
  }

  point(): void {
    // Nothing in it moves while somebody points at it.
  }

  place(): null {
    return null;
  }

  picture(): Promise<Blob> {
    return Promise.resolve(new Blob([documentOf(this.html ?? "")], { type: "text/html" }));
  }

  remove(): void {
    this.loading = null;
    this.root.remove();
  }
}
