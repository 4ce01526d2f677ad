/**
 * The page: what widgets and the JupyterLab extension, which are loaded separately, know of each
 * other.
 */

import type {
  CheckRequest,
  Done,
  InspectReply,
  InspectRequest,
  WatchReply,
  WatchRequest,
} from "../protocol/diagram";
import type { Preferences } from "../protocol/preferences";
import type { Bokeh } from "../loader/bokeh";

/** Draws a widget's view into an element, and returns what takes it away again. */
export type Mount = (element: HTMLElement) => () => void;

/** A request without what every request has. */
type Asked<Request> = Omit<Request, "id" | "type" | "version">;

/** The kernel behind diagrams; its promises reject where it has gone. */
export interface DiagramKernel {
  inspect: (request: Asked<InspectRequest>) => Promise<InspectReply>;
  check: (request: Asked<CheckRequest>) => Promise<Done>;
  watch: (request: Asked<WatchRequest>) => Promise<WatchReply>;
}

/** Place where arrangements of diagrams are kept, by the diagram's title. */
export interface ArrangementStore {
  read: (title: string) => unknown;
  /** Keep one; undefined forgets it. */
  write: (title: string, kept: object | undefined) => void;
}

/** Place where a diagram's output keeps a picture of the live view below it: a PNG in base64. */
export interface PictureStore {
  /** The picture; empty where there is none. */
  read: () => string;
  /** Keep one; an empty one forgets it. */
  write: (png: string) => void;
}

export interface Page {
  /** The extension's own copy of BokehJS, where there is an extension. */
  loadBokeh?: () => Promise<Bokeh>;
  /** The user's settings, where there is a JupyterLab extension. */
  preferences?: Preferences;
  /** The widgets whose model is alive, by their uid. */
  mounts: Map<string, Mount>;
  /**
   * The kernels that can be asked about diagrams, by their ids; an empty id where the front end
   * tells none.
   */
  kernels: Map<string, DiagramKernel>;
  /** The id of the kernel behind a place on the page, where there is an extension. */
  kernelAt?: (place: Element) => string | undefined;
  /** The notebook around a place, as a store of arrangements, where there is an extension. */
  arrangementsAt?: (place: Element) => ArrangementStore | undefined;
  /**
   * Tells how active the boxes of a drawing are, as events named by the drawing; the detail is a
   * value per box.
   */
  activity: EventTarget;
  /** Tells what was found in the network of a drawing, as events named by the drawing. */
  health: EventTarget;
  /** Tells what live views showed when they paused, as events named by the view. */
  viewPictures: EventTarget;
  /** Tells of every widget that comes to life, as an event named by its uid. */
  arrivals: EventTarget;
}

declare global {
  var nengoNb: Page | undefined;
}

/** The one page there is. */
export function page(): Page {
  globalThis.nengoNb ??= {
    mounts: new Map(),
    kernels: new Map(),
    activity: new EventTarget(),
    health: new EventTarget(),
    viewPictures: new EventTarget(),
    arrivals: new EventTarget(),
  };
  return globalThis.nengoNb;
}

/** Let outputs find a widget that has come to life; returns what makes it lost again. */
export function announce(uid: string, mount: Mount): () => void {
  page().mounts.set(uid, mount);
  page().arrivals.dispatchEvent(new Event(uid));
  return () => {
    if (page().mounts.get(uid) === mount) page().mounts.delete(uid);
  };
}
