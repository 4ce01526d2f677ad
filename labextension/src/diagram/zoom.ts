/**
 * Zoom: which part of the plane is seen. Dragging moves it; a wheel zooms with Ctrl held, as it
 * else scrolls the page.
 */

export interface Window {
  x: number;
  y: number;
  /** Pixels on the screen per unit of the plane. */
  scale: number;
}

const SMALLEST = 0.05;
const LARGEST = 4;

export class Zoom {
  window: Window = { x: 0, y: 0, scale: 1 };
  private dragged: { x: number; y: number } | null = null;
  /** Whether the whole picture is shown, as nobody has moved it yet. */
  fitted = true;
  /** Whether the pointer moved since it was pressed, so that what follows is no click. */
  moved = false;

  constructor(
    private readonly element: SVGSVGElement,
    private readonly stopped: AbortSignal,
  ) {
    const listen = <K extends keyof SVGSVGElementEventMap>(
      type: K,
      listener: (event: SVGSVGElementEventMap[K]) => void,
    ): void => {
      element.addEventListener(type, listener, { signal: this.stopped, passive: false });
    };
    listen("pointerdown", this.press);
    listen("pointermove", this.drag);
    listen("pointerup", this.release);
    listen("pointercancel", this.release);
    listen("wheel", this.wheel);
  }

  /** Largest scale at which the whole picture is visible; at most 1. */
  largest(width: number, height: number): number {
    const [own, tall] = this.size();
    return Math.min(1, own / Math.max(width, 1), tall / Math.max(height, 1));
  }

  /** Show a whole picture, and go on to do so until somebody moves it. */
  fit({ x, y, width, height }: { x: number; y: number; width: number; height: number }): void {
    const [own, tall] = this.size();
    const scale = this.largest(width, height);
    this.fitted = true;
    this.window = {
      x: x + (width - own / scale) / 2,
      y: y + (height - tall / scale) / 2,
      scale,
    };
    this.show();
  }

  /** Zoom about a point of the element, by default its middle. */
  by(factor: number, point: [number, number] = [this.size()[0] / 2, this.size()[1] / 2]): void {
    this.fitted = false;
    const { x, y, scale } = this.window;
    const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
    const [a, b] = point;
    this.window = { x: x + a / scale - a / next, y: y + b / scale - b / next, scale: next };
    this.show();
  }

  move(dx: number, dy: number): void {
    this.fitted = false;
    const { x, y, scale } = this.window;
    this.window = { x: x + dx, y: y + dy, scale };
    this.show();
  }

  /** Bring a point into the middle. */
  center(x: number, y: number): void {
    this.fitted = false;
    const [width, height] = this.size();
    const { scale } = this.window;
    this.window = { x: x - width / scale / 2, y: y - height / scale / 2, scale };
    this.show();
  }

  /** Whether all of a rectangle is visible. */
  shows(area: { x: number; y: number; width: number; height: number }): boolean {
    const [width, height] = this.size();
    const { x, y, scale } = this.window;
    const [right, bottom] = [x + width / scale, y + height / scale];
    return (
      area.x >= x && area.y >= y && area.x + area.width <= right && area.y + area.height <= bottom
    );
  }

  /** Apply the window to the element as it is now. */
  show(): void {
    const [width, height] = this.size();
    const { x, y, scale } = this.window;
    this.element.setAttribute("viewBox", `${x} ${y} ${width / scale} ${height / scale}`);
  }

  size(): [number, number] {
    const { width, height } = this.element.getBoundingClientRect();
    return [Math.max(width, 1), Math.max(height, 1)];
  }

  private readonly press = (event: PointerEvent): void => {
    this.moved = false;
    if (event.button === 0) this.dragged = { x: event.clientX, y: event.clientY };
  };

  private readonly drag = (event: PointerEvent): void => {
    if (!this.dragged) return;
    const [dx, dy] = [event.clientX - this.dragged.x, event.clientY - this.dragged.y];
    if (!this.moved && Math.hypot(dx, dy) < 4) return;
    if (!this.moved) this.element.setPointerCapture(event.pointerId);
    this.moved = true;
    this.element.classList.add("dragged");
    this.dragged = { x: event.clientX, y: event.clientY };
    this.move(-dx / this.window.scale, -dy / this.window.scale);
  };

  private readonly release = (): void => {
    this.dragged = null;
    this.element.classList.remove("dragged");
  };

  private readonly wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const { left, top } = this.element.getBoundingClientRect();
    this.by(Math.exp(-event.deltaY / 300), [event.clientX - left, event.clientY - top]);
  };
}
