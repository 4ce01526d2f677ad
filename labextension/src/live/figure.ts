/** A figure: Bokeh's drawing of one plot, filled anew by every frame. */

import type { Bokeh, BokehModel, BokehView, BokehViews, Place } from "../shared/bokeh";
import { Axis, columns, type Image } from "./columns";
import type { Frame, Part, PlotInfo } from "./messages";
import { paint } from "./theme";

export class Figure {
  private axis = new Axis();
  private setting = false;
  private views: BokehViews | null = null;
  private view: BokehView | null = null;

  private constructor(
    readonly info: PlotInfo,
    private readonly look: (begin: number, end: number) => void,
  ) {}

  /** Draw a figure into an element; `look` is called when somebody pans or zooms in time. */
  static async draw(
    bokeh: Bokeh,
    info: PlotInfo,
    element: HTMLElement,
    look: (begin: number, end: number) => void,
  ): Promise<Figure> {
    const figure = new Figure(info, look);
    figure.views = await bokeh.embed.embed_item({ ...info.figure, target_id: null }, element);
    [figure.view = null] = figure.views.roots;
    figure.restyle();
    figure.followUser();
    return figure;
  }

  private named(name: string): BokehModel | null {
    return this.view?.model.document?.get_model_by_name(name) ?? null;
  }

  /** Whether time runs to the right in it. */
  get isTimed(): boolean {
    return this.info.kind === "lines" || this.info.kind === "raster";
  }

  /** The colours of the page's theme. */
  restyle(): void {
    if (this.view?.model.document) paint(this.view.model.document);
  }

  /** Fit the axis of values anew. */
  fit(): void {
    this.axis = new Axis();
  }

  update(part: Part, numbers: Float32Array, frame: Frame): void {
    const found = columns(this.info.kind, this.info.dims.length, part, numbers, frame);
    this.setting = true;
    const source = this.named("data");
    const image = source && found.image ? { image: [likeBokeh(source, found.image)] } : {};
    source?.setv({ data: { ...found.data, ...image } });
    if (found.head) this.named("head")?.setv({ data: found.head });
    if (this.isTimed) {
      const begin = Math.min(frame.begin, Math.max(frame.end - frame.length, 0));
      this.named("time")?.setv({ start: begin, end: Math.max(frame.end, begin + 1e-6) });
    }
    if (part.columns) this.scale(part);
    this.setting = false;
  }

  private scale(part: Part): void {
    if (this.info.kind === "image") {
      this.named("colors")?.setv({ low: part.low, high: Math.max(part.high, part.low + 1e-9) });
      this.named("across")?.setv({ start: 0, end: part.columns });
      this.named("values")?.setv({ start: 0, end: part.rows });
    } else if (this.info.kind !== "raster") {
      const [start, end] = this.axis.include(part.low, part.high);
      this.named("values")?.setv({ start, end });
      if (this.info.kind === "xy") this.named("across")?.setv({ start, end });
    }
  }

  /** Panning and zooming in one plot moves the window of all. */
  private followUser(): void {
    const range = this.named("time");
    const tell = (): void => {
      if (!this.setting && range) this.look(range.start as number, range.end as number);
    };
    range?.properties.start?.change.connect(tell);
    range?.properties.end?.change.connect(tell);
  }

  /** Where its frame is. */
  place(): Place | null {
    return this.view?.frame?.bbox ?? null;
  }

  /** A picture of it as a file's content. */
  async picture(type: "png" | "svg"): Promise<Blob> {
    if (!this.view) throw new Error("there is nothing drawn yet");
    const drawing = this.view.export(type, true).canvas;
    if (type === "svg" && drawing.get_serialized_svg) {
      return new Blob([drawing.get_serialized_svg(true)], { type: "image/svg+xml" });
    }
    return new Promise((resolve, reject) => {
      drawing.toBlob((blob) => {
        if (blob) resolve(blob);
        else reject(new Error("the drawing is empty"));
      });
    });
  }

  remove(): void {
    this.views?.clear();
  }
}

type ImageClass = new (values: Image["values"], shape: number[]) => unknown;

/** An image as Bokeh wants it; the class for it is that of the image it was made with. */
function likeBokeh(source: BokehModel, image: Image): unknown {
  const { image: images } = source.data as { image: { constructor: ImageClass }[] };
  const [before] = images;
  return before && new before.constructor(image.values, image.shape);
}
