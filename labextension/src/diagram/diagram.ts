/**
 * The diagram: a card with a network's facts, its boxes and arrows, and the details of what is
 * chosen.
 */

import { Details, type DetailsEvents } from "./details";
import { element } from "../dom/element";
import { factList } from "./facts";
import { HealthView } from "./health";
import { followHealth } from "./health_news";
import { kernelAt } from "./kernel";
import { arrowOf, svg } from "./marks";
import { ARROW_KINDS, type ArrowKind } from "../tables/arrow_kinds";
import { LayoutTools, takeUndo } from "./layout_tools";
import { Keeper } from "./keeper";
import type { ArrangementStore, DiagramKernel, PictureStore } from "../dom/page";
import { followActivity } from "./activity";
import { LivePlace, NO_PICTURES } from "./live_place";
import { Plane } from "./plane";
import type { Health } from "../protocol/diagram";
import { readSaved, SavedError, type Fact, type Saved } from "./saved";
import { STYLE } from "./style";
import type { Subject } from "./subject";
import type { LayoutService } from "./layout_service";
import { Watching } from "./watching";
import { followTheme } from "../dom/theme";

const HIGHEST = 620;
const LOWEST = 90;

/** A diagram on the page. */
export interface DiagramHandle {
  /** Let boxes glow: a value from 0 to 1 for each box, in the order of the saved form. */
  showActivity: (values: ArrayLike<number>) => void;
  dispose: () => void;
}

/**
 * Draw a saved diagram into an element.
 *
 * @param data What was saved: not trusted, and never run.
 * @param kernel Finds what asks the kernel, each time it is needed; nothing where there is no
 * kernel.
 * @param layoutService Lays out what is seen.
 * @param store Finds where the arrangement of boxes is kept; nothing where there is no such place.
 * @param pictures Keeps a picture of the live view below.
 */
export function mountDiagram(
  host: HTMLElement,
  data: unknown,
  kernel: (place: Element) => DiagramKernel | undefined,
  layoutService: LayoutService,
  store: (place: Element) => ArrangementStore | undefined = () => undefined,
  pictures: PictureStore = NO_PICTURES,
): DiagramHandle {
  const shadow = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const stop = new AbortController();
  followTheme(host, stop.signal);
  const style = element("style", {}, STYLE);
  try {
    const saved = readSaved(data);
    const findStore = (): ArrangementStore | undefined => store(host);
    const findKernel = (): DiagramKernel | undefined => kernel(host);
    const live = new LivePlace(host, pictures, stop.signal);
    const watching = new Watching(saved.drawing, findKernel, live);
    const card = new Card(saved, findKernel, layoutService, findStore, watching, stop.signal);
    takeUndo(host, stop.signal);
    shadow.replaceChildren(style, card.element, live.element);
    card.start();
    const showActivity = (values: ArrayLike<number>): void => {
      card.plane.glow(values);
    };
    followActivity(saved.drawing, () => kernelAt(host), showActivity, stop.signal);
    const showHealth = (health: Health): void => {
      card.health.receive(health);
    };
    followHealth(saved.drawing, () => kernelAt(host), showHealth, stop.signal);
    return {
      showActivity,
      dispose: () => {
        stop.abort();
        shadow.replaceChildren();
      },
    };
  } catch (error) {
    if (!(error instanceof SavedError)) throw error;
    shadow.replaceChildren(
      style,
      element("div", { class: "card error", attributes: { role: "alert" } }, error.message),
    );
    return {
      showActivity: () => undefined,
      dispose: () => {
        stop.abort();
      },
    };
  }
}

class Card {
  readonly element: HTMLElement;
  readonly plane: Plane;
  readonly health: HealthView;
  private readonly keeper: Keeper;
  private readonly layoutTools: LayoutTools;
  private readonly details: Details;
  private readonly tip = element("div", { class: "tip", attributes: { role: "tooltip" } });
  private readonly found = element("span", { class: "found", attributes: { role: "status" } });
  private readonly search = element("input", {
    attributes: { type: "search", placeholder: "Search", "aria-label": "Search" },
  });
  private readonly legend = element("div", { class: "legend" });
  private readonly trouble = element("div", { class: "error", attributes: { role: "alert" } });
  private matches: number[] = [];
  private turn = -1;

  constructor(
    private readonly saved: Saved,
    kernel: () => DiagramKernel | undefined,
    layoutService: LayoutService,
    store: () => ArrangementStore | undefined,
    watching: Watching,
    private readonly stopped: AbortSignal,
  ) {
    const { diagram } = saved;
    const events: DetailsEvents = {
      closed: this.closed,
      opened: this.opened,
      go: this.go,
      findings: (subject) => this.health.of(subject),
    };
    this.details = new Details(diagram, saved.drawing, kernel, events, watching);
    this.plane = new Plane(
      diagram,
      new Set(saved.opened),
      layoutService,
      {
        choose: this.choose,
        hover: this.hover,
        changed: this.changed,
        arranged: () => {
          this.layoutTools.update();
          this.keeper.save();
          this.resized();
        },
        drawn: () => {
          this.health.showBadges();
        },
        failed: this.failed,
      },
      stopped,
    );
    this.keeper = new Keeper(saved, this.plane, store);
    this.layoutTools = new LayoutTools(this.plane.moves);
    this.health = new HealthView(saved, kernel, this.plane, this.details, this.go);
    this.tip.hidden = true;
    const stage = element(
      "div",
      { class: "stage" },
      this.plane.element,
      this.details.element,
      this.tip,
    );
    const warnings = saved.warnings.map((warning) => element("div", { class: "warning" }, warning));
    this.trouble.hidden = true;
    this.element = element(
      "div",
      { class: "card" },
      this.head(),
      ...warnings,
      this.health.saved,
      this.trouble,
      stage,
      this.legend,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.details.hide();
      this.layoutTools.key(event);
    });
  }

  /** Show the whole picture, now that there is a page around it. */
  start(): void {
    this.bringBack();
    this.plane.start();
    this.health.start(this.stopped);
    const observer = new ResizeObserver(() => {
      // An output may be drawn before it is on the page, where its notebook is found.
      this.bringBack();
      this.plane.resize();
    });
    observer.observe(this.plane.element);
    this.stopped.addEventListener("abort", () => {
      observer.disconnect();
    });
  }

  /** Bring back the arrangement that was kept, if it can be found by now. */
  private bringBack(): void {
    this.keeper.load();
    this.layoutTools.update();
  }

  private head(): HTMLElement {
    const { title, facts, diagram } = this.saved;
    const button = (words: string, about: string, act: () => void): HTMLElement =>
      element("button", { label: about, on: { click: act } }, words);
    const tools = element("div", { class: "tools" }, this.found, this.search);
    tools.append(this.health.button, this.layoutTools.element);
    if (diagram.boxes.some((box, index) => index > 0 && box.children.length > 0)) {
      tools.append(
        button("⊞", "Open one more level, or close all", () => {
          this.plane.toggleAll();
        }),
      );
    }
    tools.append(
      button("−", "Zoom out", () => {
        this.plane.zoom.by(0.8);
      }),
      button("+", "Zoom in", () => {
        this.plane.zoom.by(1.25);
      }),
      button("⤢", "Show everything", () => {
        this.plane.fit();
      }),
    );
    this.search.addEventListener("input", this.find);
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") this.next(event.shiftKey ? -1 : 1);
    });
    const told = facts.map(([word, fact]) => element("span", {}, element("b", {}, word), fact));
    return element(
      "div",
      { class: "head" },
      element("div", { class: "title" }, title),
      tools,
      element("div", { class: "facts" }, ...told),
    );
  }

  private readonly find = (): void => {
    const words = this.search.value.trim().toLowerCase();
    const { boxes } = this.saved.diagram;
    this.matches = boxes.flatMap((box, index) =>
      words !== "" && index > 0 && `${box.label} ${box.kind}`.toLowerCase().includes(words)
        ? [index]
        : [],
    );
    this.turn = -1;
    const count = this.matches.length === 0 ? "nothing" : `${this.matches.length} found`;
    this.found.textContent = words === "" ? "" : count;
    this.plane.mark(this.matches);
  };

  /** Go to the next thing that was found. */
  private next(step: number): void {
    const count = this.matches.length;
    if (count === 0) return;
    const start = step > 0 ? 0 : count - 1;
    this.turn = this.turn < 0 ? start : (this.turn + step + count) % count;
    this.found.textContent = `${this.turn + 1} of ${count}`;
    this.plane.reveal(this.matches[this.turn] ?? 0);
    this.search.focus();
  }

  private readonly choose = (subject: Subject, siblings: readonly number[] = []): void => {
    this.tip.hidden = true;
    this.health.leave();
    this.details.show(subject, siblings);
    this.resized();
  };

  /** Show what a link of the details leads to, in the plane as well. */
  private readonly go = (subject: Subject): void => {
    this.choose(subject);
    this.plane.select(subject);
    // The details tell more than the tip of what has the focus now.
    this.tip.hidden = true;
  };

  private readonly opened = (): void => {
    this.tip.hidden = true;
    this.plane.select(null);
    this.resized();
  };

  private readonly closed = (): void => {
    this.health.leave();
    this.plane.select(null);
    this.resized();
  };

  private readonly hover = (subject: Subject | null, event: Event): void => {
    const facts: Fact[] = subject ? this.told(subject) : [];
    this.tip.hidden = facts.length === 0;
    if (this.tip.hidden) return;
    this.tip.replaceChildren(factList(facts));
    const stage = this.plane.element.getBoundingClientRect();
    const [x, y] = placeOf(event);
    this.tip.style.left = `${Math.min(x - stage.left + 14, Math.max(0, stage.width - 330))}px`;
    this.tip.style.top = `${y - stage.top + 16}px`;
  };

  private told({ what, index }: Subject): Fact[] {
    const { boxes, arrows } = this.saved.diagram;
    const box = what === "box" ? boxes[index] : undefined;
    const label: Fact[] = box?.label ? [["name", box.label]] : [];
    return [...label, ...(box?.facts ?? arrows[index]?.facts ?? [])];
  }

  private readonly changed = (): void => {
    this.trouble.hidden = true;
    this.resized();
  };

  private readonly failed = (error: string): void => {
    this.trouble.textContent = `This diagram could not be laid out: ${error}`;
    this.trouble.hidden = false;
  };

  /** Give the plane the height that its picture needs, and tell what its arrows mean. */
  private readonly resized = (): void => {
    const { picture, element } = this.plane;
    const width = element.getBoundingClientRect().width || picture.width;
    const needed = picture.height * Math.min(1, width / Math.max(picture.width, 1));
    const least = this.details.element.hidden ? LOWEST : 420;
    element.style.height = `${Math.min(HIGHEST, Math.max(least, needed))}px`;
    this.plane.resize();
    const kinds = new Set(this.saved.diagram.arrows.map((arrow) => arrow.kind));
    const known = Object.keys(ARROW_KINDS) as ArrowKind[];
    const explained = known.filter((kind) => kinds.has(kind) && ARROW_KINDS[kind].meaning !== "");
    this.legend.replaceChildren(...explained.map(meaning));
    this.legend.hidden = this.legend.childElementCount === 0;
  };
}

/** Position of an event: the pointer, or below the element that has the focus. */
function placeOf(event: Event): [number, number] {
  if (event instanceof MouseEvent) return [event.clientX, event.clientY];
  const { left, bottom } = (event.currentTarget as Element).getBoundingClientRect();
  return [left, bottom];
}

/** An entry of the legend. */
function meaning(kind: ArrowKind): HTMLElement {
  const mark = arrowOf(
    [
      [2, 7],
      [2, 7],
      [30, 7],
      [30, 7],
    ],
    kind,
    1,
  );
  return element(
    "span",
    {},
    svg("svg", { width: 34, height: 14 }, mark),
    ARROW_KINDS[kind].meaning,
  );
}
