/** A figure: Bokeh's drawing of one plot, filled anew by every frame. */

import {
  forget,
  type Bokeh,
  type BokehModel,
  type BokehView,
  type BokehViews,
  type Place,
} from "../loader/bokeh";
import { PLOT_KINDS } from "../tables/plot_kinds";
import { Axis } from "./axis";
import type { Drawing, Picture } from "./drawing";
import { DRAWERS, keptLines, readFigureKind, type Columns, type Image, type Room } from "./drawers";
import { columnsOf, isFilled } from "./kept_lines";
import type { Frame, Part, PlotInfo } from "../protocol/live";
import { lineColor } from "./palette";
import { FastOverlay } from "./fast_overlay";
import { modelsOf, paint, valueOf } from "../loader/paint";

export class Figure implements Drawing {
  private axis;
  private setting = false;
  private views: BokehViews | null = null;
  private view: BokehView | null = null;

  private readonly kind;
  private readonly names: string[];
  private readonly overlay: FastOverlay | null;
  private waiting: { start: number; end: number } | null = null;
  private pointed = false;
  /** Number of lines of kept runs that were drawn last. */
  private kept = 0;
  /** The colours as they came, by the name of what has them. */
  private readonly own = new Map<string, string>();

  private constructor(
    private readonly bokeh: Bokeh,
    private info: PlotInfo,
    private readonly moveTo: (begin: number, end: number) => void,
  ) {
    this.axis = new Axis(info.settings.limits);
    this.kind = readFigureKind(info.kind);
    this.names = info.dims.map((i) => info.labels[i] ?? "");
    this.overlay = FastOverlay.fits(info) ? new FastOverlay(info) : null;
  }

  /** Draw a figure into an element; `look` is called when somebody pans or zooms in time. */
  static async draw(
    bokeh: Bokeh,
    info: PlotInfo,
    element: HTMLElement,
    look: (begin: number, end: number) => void,
  ): Promise<Figure> {
    const figure = new Figure(bokeh, info, look);
    figure.views = await bokeh.embed.embed_item({ ...info.figure, target_id: null }, element);
    [figure.view = null] = figure.views.roots;
    if (figure.overlay) element.append(figure.overlay.element);
    figure.restyle();
    figure.followUser();
    return figure;
  }

  private named(name: string): BokehModel | null {
    return this.view?.model.document?.get_model_by_name(name) ?? null;
  }

  /** Whether time runs to the right in it. */
  get isTimed(): boolean {
    return PLOT_KINDS[this.kind].isTimed;
  }

  /** The colours of the page's theme and of the palette. */
  restyle(): void {
    this.settle();
    const document = this.view?.model.document;
    if (!document) return;
    paint(document);
    for (const model of modelsOf(document)) {
      if (model.type === "GlyphRenderer" && model.name !== null) {
        this.color(model.name as string, model);
      }
    }
  }

  /** Take over limits of the axis and lines that are switched off; the next frame has them. */
  setLooks(info: PlotInfo): void {
    if (JSON.stringify(info.settings) === JSON.stringify(this.info.settings)) return;
    this.info = info;
    if (this.overlay) this.overlay.info = info;
    this.fit();
    this.restyle();
  }

  /** Lines, dots and bars are called by the index of their colour. */
  private color(name: string, renderer: BokehModel): void {
    const glyph = renderer.glyph as BokehModel;
    const isFilled = "size" in glyph || "top" in glyph;
    const attribute = isFilled ? "fill_color" : "line_color";
    const own = this.own.get(name) ?? valueOf(glyph[attribute]);
    this.own.set(name, own);
    glyph.setv({ [attribute]: lineColor(Number(name), own) });
    const isHidden = this.info.settings.hidden.includes(Number(name));
    if (renderer.visible === isHidden) renderer.setv({ visible: !isHidden });
  }

  /** Fit the axis of values anew. */
  fit(): void {
    this.axis = new Axis(this.info.settings.limits);
  }

  /** Draw a frame: a overlay of it while it moves and nobody points at it. */
  update(part: Part, numbers: Float32Array, frame: Frame): void {
    const place = this.place();
    const found = DRAWERS[this.kind].columns(part, numbers, frame, this.names, roomIn(place));
    found.kept = keptLines(this.kind, part, numbers, frame, this.info);
    const begin = Math.min(frame.begin, Math.max(frame.end - frame.length, 0));
    // Before the first step there is nothing that the window could end with, so it is as long as it
    // is going to be.
    const end = frame.time > 0 ? frame.end : begin + frame.length;
    const time = { start: begin, end: Math.max(end, begin + 1e-6) };
    const overlay = frame.playing && !this.pointed ? this.overlay : null;
    this.setting = true;
    if (isFilled(part)) this.scale(part, numbers, roomIn(place));
    this.fill(found, overlay !== null);
    const values = this.named("values");
    if (overlay && place && values) {
      const { start, end } = values as unknown as { start: number; end: number };
      overlay.draw(found, place, this.height(), time, { start, end });
      this.waiting = time;
    } else {
      if (this.isTimed) this.named("time")?.setv(time);
      this.overlay?.hide();
      this.waiting = null;
    }
    this.setting = false;
  }

  /** Hand the numbers to Bokeh; silently, if it is not to draw them. */
  private fill(found: Columns, silent: boolean): void {
    const source = this.named("data");
    const { image, neuron } = found;
    const images = {
      ...(source && image ? { image: [likeBokeh(source, image)] } : {}),
      ...(source && neuron ? { neuron: [likeBokeh(source, neuron)] } : {}),
    };
    source?.setv({ data: { ...found.data, ...images } }, { silent, check_eq: false });
    for (const [name, data] of Object.entries(found.more ?? {}))
      this.named(name)?.setv({ data }, { silent, check_eq: false });
    // Most views have no kept run, for which nothing is to be drawn again.
    const count = found.kept?.length ?? 0;
    if (count || this.kept) {
      const runs = { data: columnsOf(found.kept ?? []) };
      this.named("runs")?.setv(runs, { silent, check_eq: false });
    }
    // Where Bokeh was not to draw it yet, it has lines to take away later.
    this.kept = silent ? Math.max(count, this.kept) : count;
  }

  /** Let Bokeh draw what the overlay shows. */
  settle(): void {
    if (!this.waiting) return;
    this.setting = true;
    for (const name of this.kept ? ["runs", "data"] : ["data"]) {
      const source = this.named(name);
      source?.setv({ data: { ...(source.data as object) } }, { check_eq: false });
    }
    this.named("time")?.setv(this.waiting);
    this.setting = false;
    this.waiting = null;
    this.overlay?.hide();
  }

  /** Whether somebody points at it, to read a value or to move the window. */
  point(pointed: boolean): void {
    this.pointed = pointed;
    if (pointed) this.settle();
  }

  private height(): number {
    return this.view?.bbox?.height ?? 0;
  }

  private scale(part: Part, numbers: Float32Array, room: Room): void {
    const { low, high } = part;
    const [least = low, largest = high] = this.info.settings.limits;
    const fixed = { ...part, low: least, high: largest };
    const attributes = DRAWERS[this.kind].scale(fixed, this.axis, numbers, room);
    for (const [name, values] of Object.entries(attributes)) this.named(name)?.setv(values);
  }

  /** Panning and zooming in one plot moves the window of all. */
  private followUser(): void {
    const range = this.named("time");
    const tell = (): void => {
      if (!this.setting && range) this.moveTo(range.start as number, range.end as number);
    };
    range?.properties.start?.change.connect(tell);
    range?.properties.end?.change.connect(tell);
  }

  /** Position of its frame. */
  place(): Place | null {
    return this.view?.frame?.bbox ?? null;
  }

  /** A picture of it as a file's content. */
  async picture(type: Picture): Promise<Blob> {
    if (type === "html") throw new Error("a figure is saved as PNG or SVG");
    if (!this.view) throw new Error("there is nothing drawn yet");
    this.settle();
    return this.view.export(type, true).to_blob();
  }

  remove(): void {
    const document = this.view?.model.document;
    this.views?.clear();
    forget(this.bokeh, document);
  }
}

/** Room within the axes of a figure, before it is laid out that of a narrow one. */
function roomIn(place: Place | null): Room {
  const [width, height] = place ? [place.right - place.left, place.bottom - place.top] : [0, 0];
  return width > 0 && height > 0 ? { width, height } : { width: 300, height: 180 };
}

type ImageClass = new (values: ArrayBufferLike, shape: number[]) => unknown;

/**
 * An image as Bokeh wants it, without a copy; the class for it is that of the image it was made
 * with.
 */
function likeBokeh(source: BokehModel, image: Image): unknown {
  const { image: images } = source.data as { image: { constructor: ImageClass }[] };
  const [before] = images;
  return before && new before.constructor(image.values.buffer, image.shape);
}
