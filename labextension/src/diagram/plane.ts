/** The plane: the boxes and arrows that are seen, opened and closed by click or key. */

import type { LaidOutView } from "./layout/layout_protocol";
import { arrange, isSame, isSamePath, type Arranged, type Moved } from "./arrangement";
import { Drag } from "./drag";
import { movesOf } from "./drag_moves";
import { around, type Picture, type Placed } from "./layout/layout";
import { lineIn, nameIn } from "./layout/text";
import { look, nearestSeen, type Strand, type View } from "./layout/view";
import { makeButton, nextBox, STEPS } from "./focus";
import { arrowOf, bodyOf, frameOf, svg } from "./marks";
import { Moves } from "./moves";
import type { Diagram } from "./saved";
import { Slices } from "./slices";
import type { Subject } from "./subject";
import type { LayoutRequests, LayoutService } from "./layout_service";
import { Zoom } from "./zoom";

/** Events of the plane. */
export interface PlaneEvents {
  /** Something was clicked; siblings are the other arrows that are drawn as one with it. */
  choose: (subject: Subject, siblings?: readonly number[]) => void;
  hover: (subject: Subject | null, event: Event) => void;
  changed: () => void;
  /** Boxes were moved, or opened where some are. */
  arranged: () => void;
  /** Everything that is seen has its mark. */
  drawn: () => void;
  failed: (error: string) => void;
}

/** Distance by which a key moves a box. */
const PUSH = 10;

/** A picture that is smaller than this share of its size cannot be read. */
const READABLE = 0.5;

export class Plane {
  readonly element = svg("svg", { class: "plane", role: "group", "aria-label": "Diagram" });
  readonly zoom: Zoom;
  readonly moves = new Moves(() => {
    this.rearrange(this.moves.present);
    this.events.arranged();
  });
  picture: Arranged = { x: 0, y: 0, width: 0, height: 0, boxes: new Map(), paths: [] };
  private laid: Picture = this.picture;
  private readonly drag: Drag;
  view: View = { boxes: [], opened: new Set(), strands: [] };
  private readonly requests: LayoutRequests;
  private readonly slices = new Slices();
  readonly marks = new Map<number, SVGGElement>();
  /** Marks of the strands of the view. */
  readonly strands = new Map<number, SVGGElement>();
  private matches = new Set<number>();
  private chosen: Subject | null = null;
  private focused: number | null = null;
  private settle: (before: Arranged) => void = () => {
    this.fit();
  };

  constructor(
    private readonly diagram: Diagram,
    readonly opened: Set<number>,
    layoutService: LayoutService,
    private readonly events: PlaneEvents,
    stopped: AbortSignal,
  ) {
    this.drag = new Drag(this.element, movesOf(this, stopped), stopped);
    this.zoom = new Zoom(this.element, stopped);
    this.element.addEventListener("keydown", this.key, { signal: stopped });
    this.requests = layoutService.enter(diagram, { show: this.show, fail: events.failed });
    stopped.addEventListener("abort", () => {
      this.requests.end();
      this.slices.stop();
    });
  }

  /** Show what is open, now that there is a page around it. */
  start(): void {
    this.requests.want(this.opened);
  }

  /**
   * Open a closed box or close an open one; where the whole picture is too much to see, the box
   * stays in its place.
   */
  toggle(box: number): void {
    const { fitted } = this.zoom;
    if (!this.opened.delete(box)) this.opened.add(box);
    if (this.moves.present.size > 0) this.events.arranged();
    this.want((before) => {
      const [from, to] = [before.boxes.get(box), this.picture.boxes.get(box)];
      const readable = this.zoom.largest(this.picture.width, this.picture.height) > READABLE;
      if (fitted && readable) this.fit();
      else if (from && to) this.zoom.move(to.x - from.x, to.y - from.y);
      this.focused = box;
    });
  }

  /** Show an arrangement that was kept. */
  restore(moved: Moved, opened: ReadonlySet<number>): void {
    this.moves.restore(moved);
    this.opened.clear();
    for (const box of opened) if (this.hasInside(box)) this.opened.add(box);
    this.want(() => {
      this.fit();
    });
  }

  /** Draw anew what is elsewhere with these moves. */
  rearrange(moved: Moved): void {
    const before = this.picture;
    this.picture = arrange(this.diagram, this.view, this.laid, moved);
    for (const [box, mark] of this.marks) {
      const at = this.picture.boxes.get(box);
      if (at && !isSame(at, before.boxes.get(box))) this.replaceBox(mark, this.drawBox(box, at));
    }
    for (const [index, mark] of this.strands) {
      const strand = this.view.strands[index];
      if (!strand || isSamePath(this.picture.paths[index], before.paths[index])) continue;
      mark.replaceWith(this.drawArrow(index, strand));
    }
    this.showMatches();
    this.showChosen();
    this.events.drawn();
  }

  /** Give a box the focus, without the tip that comes with it, wherever it was dropped. */
  hold(box: number): void {
    const at = this.picture.boxes.get(box);
    if (at && !this.zoom.shows(at)) this.fit();
    this.marks.get(box)?.focus({ preventScroll: true });
    this.hideTip();
  }

  hideTip(): void {
    this.events.hover(null, new Event("drag"));
  }

  /** Put a mark in another one's place, glowing and with the focus as that one. */
  private replaceBox(old: SVGGElement, mark: SVGGElement): void {
    const [glow, next] = [old, mark].map((each) =>
      each.querySelector<SVGRectElement>(":scope > .activity"),
    );
    if (glow && next) next.style.fillOpacity = glow.style.fillOpacity;
    const root = old.getRootNode() as Document | ShadowRoot;
    const isFocused = root.activeElement === old;
    old.replaceWith(mark);
    if (isFocused) mark.focus({ preventScroll: true });
  }

  /** Open everything that has something inside, or close it all. */
  toggleAll(): void {
    const view = look(this.diagram, this.opened);
    const closed = view.boxes.filter((box) => !view.opened.has(box) && this.hasInside(box));
    if (closed.length > 0) closed.forEach((box) => this.opened.add(box));
    else this.opened.clear();
    this.want(() => {
      this.fit();
    });
  }

  /** Open what is around a box, and bring it into the middle. */
  reveal(box: number): void {
    const center = (): void => {
      const found = this.picture.boxes.get(box);
      if (found) this.zoom.center(found.x + found.width / 2, found.y + found.height / 2);
      this.focused = box;
    };
    if (this.openAround(box) || !this.marks.has(box)) {
      this.want(center);
      return;
    }
    center();
    this.focus();
  }

  /** Mark a box or an arrow as chosen, and open what it is in; null is nothing. */
  select(subject: Subject | null): void {
    this.chosen = subject;
    if (subject?.what === "box") {
      const at = this.picture.boxes.get(subject.index);
      if (!at || !this.zoom.shows(at)) this.reveal(subject.index);
      else this.marks.get(subject.index)?.focus({ preventScroll: true });
    } else if (subject) {
      const { source, target } = this.diagram.arrows[subject.index] ?? { source: 0, target: 0 };
      const [leaves, enters] = [this.openAround(source), this.openAround(target)];
      if (leaves || enters) {
        this.want(() => {
          this.fit();
        });
      }
    }
    this.showChosen();
  }

  /** Open all boxes around one; say whether any was closed. */
  private openAround(box: number): boolean {
    const closed = around(this.diagram, box)
      .slice(1)
      .filter((outer) => outer !== 0 && !this.opened.has(outer));
    closed.forEach((outer) => this.opened.add(outer));
    return closed.length > 0;
  }

  private showChosen(): void {
    const { chosen } = this;
    const strand = this.view.strands.findIndex(({ arrows }) =>
      arrows.includes(chosen?.index ?? -1),
    );
    const mark = chosen?.what === "box" ? this.marks.get(chosen.index) : this.strands.get(strand);
    for (const other of this.element.querySelectorAll(".chosen")) other.classList.remove("chosen");
    if (chosen) mark?.classList.add("chosen");
  }

  /** Mark what was found; a closed box is marked for what is inside of it. */
  mark(matches: number[]): void {
    this.matches = new Set(matches);
    this.showMatches();
  }

  /**
   * Let boxes glow: a value from 0 to 1 for each box of the diagram; a closed one shows the most of
   * what is inside.
   */
  glow(values: ArrayLike<number>): void {
    const nearest = nearestSeen(this.diagram, this.view.boxes);
    const most = new Map<number, number>();
    nearest.forEach((box, index) => {
      const value = Math.min(1, Math.max(0, values[index] ?? 0));
      most.set(box, Math.max(most.get(box) ?? 0, value));
    });
    for (const [box, mark] of this.marks) {
      mark
        .querySelector<SVGRectElement>(":scope > .activity")
        ?.style.setProperty("fill-opacity", String(most.get(box) ?? 0));
    }
  }

  /** Follow the size of the element. */
  resize(): void {
    if (this.zoom.fitted) this.fit();
    else this.zoom.show();
  }

  fit(): void {
    this.zoom.fit(this.picture);
  }

  /** Have what is open laid out, and then look at it in some way. */
  private want(settle: (before: Arranged) => void): void {
    this.settle = settle;
    this.requests.want(this.opened);
  }

  /**
   * Draw what was laid out. Sizes are asked for before there is anything in it that would have to
   * be measured.
   */
  private readonly show = ({ view, picture }: LaidOutView): void => {
    const before = this.picture;
    this.view = view;
    this.laid = picture;
    this.picture = arrange(this.diagram, view, picture, this.moves.present);
    this.marks.clear();
    this.strands.clear();
    this.element.replaceChildren();
    this.events.changed();
    this.settle(before);
    this.slices.start(this.draw(), () => {
      this.focused = null;
      this.showMatches();
      this.showChosen();
      this.events.drawn();
    });
  };

  private focus(): void {
    this.marks.get(this.focused ?? -1)?.focus();
    this.focused = null;
  }

  private hasInside(box: number): boolean {
    return (this.diagram.boxes[box]?.children.length ?? 0) > 0;
  }

  /** Frames below arrows below closed boxes, one mark after the other. */
  private *draw(): Generator<void> {
    const [frames, arrows, bodies] = [svg("g"), svg("g"), svg("g")];
    this.element.append(frames, arrows, bodies);
    for (const [index, at] of this.picture.boxes) {
      if (index === 0) continue;
      (this.view.opened.has(index) ? frames : bodies).append(this.drawBox(index, at));
      if (index === this.focused) this.focus();
      yield;
    }
    for (const [index, strand] of this.view.strands.entries()) {
      arrows.append(this.drawArrow(index, strand));
      yield;
    }
  }

  private drawArrow(index: number, strand: Strand): SVGGElement {
    const size = Math.max(...strand.arrows.map((arrow) => this.diagram.arrows[arrow]?.size ?? 1));
    const mark = arrowOf(this.picture.paths[index] ?? [], strand.kind, size);
    this.strands.set(index, mark);
    const [first = 0, ...siblings] = strand.arrows;
    const names = [strand.source, strand.target].map((box) => this.nameOf(box));
    this.listen(
      mark,
      { what: "arrow", index: first },
      `${strand.kind} connection, ${names.join(" to ")}`,
      siblings,
    );
    return mark;
  }

  private drawBox(index: number, at: Placed): SVGGElement {
    const box = this.diagram.boxes[index];
    if (!box) return svg("g");
    const open = this.view.opened.has(index);
    const mark = open ? frameOf(box, at) : bodyOf(box, at);
    mark.dataset.box = String(index);
    this.marks.set(index, mark);
    if (this.hasInside(index)) mark.setAttribute("aria-expanded", String(open));
    const words = [box.kind, this.nameOf(index), lineIn(box)].filter((word) => word !== "");
    this.listen(mark, { what: "box", index }, words.join(", "));
    return mark;
  }

  private nameOf(index: number): string {
    const box = this.diagram.boxes[index];
    return box ? nameIn(box) : "";
  }

  private listen(
    mark: SVGGElement,
    subject: Subject,
    label: string,
    siblings: readonly number[] = [],
  ): void {
    makeButton(mark, label, {
      act: (event) => {
        const isDrag = event.type === "click" && (this.zoom.moved || this.drag.moved);
        if (!isDrag) this.act(subject, siblings);
      },
      hover: (event) => {
        this.events.hover(subject, event);
      },
      leave: (event) => {
        this.events.hover(null, event);
      },
    });
  }

  private act(subject: Subject, siblings: readonly number[]): void {
    if (subject.what === "box" && this.hasInside(subject.index)) {
      this.toggle(subject.index);
      return;
    }
    this.chosen = subject;
    this.showChosen();
    this.events.choose(subject, siblings);
  }

  /** Arrow keys go to the nearest box in their direction, with Shift they move the box. */
  private readonly key = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step && event.shiftKey) this.push(event.target, step);
    else if (step) this.step(event.target, step);
    else if (event.key === "+" || event.key === "=") this.zoom.by(1.25);
    else if (event.key === "-") this.zoom.by(0.8);
    else if (event.key === "0") this.fit();
    else if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Move the box that has the focus. */
  private push(target: EventTarget | null, [dx, dy]: readonly [number, number]): void {
    const box = target instanceof SVGElement ? Number(target.dataset.box ?? NaN) : NaN;
    if (this.marks.has(box)) this.moves.move(box, [PUSH * dx, PUSH * dy]);
  }

  private step(target: EventTarget | null, step: readonly [number, number]): void {
    const index = target instanceof SVGElement ? Number(target.dataset.box ?? NaN) : NaN;
    const next = nextBox(this.picture, this.marks.keys(), index, step);
    this.marks.get(next ?? this.view.boxes[1] ?? -1)?.focus();
  }

  private showMatches(): void {
    const nearest = nearestSeen(this.diagram, this.view.boxes);
    const seen = new Set([...this.matches].map((box) => nearest[box]));
    for (const [box, mark] of this.marks) mark.classList.toggle("match", seen.has(box));
    this.element.classList.toggle("faded", this.matches.size > 0);
  }
}
