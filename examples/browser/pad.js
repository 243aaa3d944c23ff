// A canvas to draw on with a pointer.

const PEN = 18;
const CLOSE = 3;
const INK = "#1b1f24";

/**
 * Strokes on `canvas`: `started` is called before a new one, `changed` after a frame in which one grew.
 *
 * The canvas is `aria-busy` from such a growth until what `changed` promises is done.
 */
export class Pad {
  /** Lists of points `[x, y]`, in the canvas's pixels. */
  strokes = [];
  #canvas;
  #changed;
  #waiting = false;

  constructor(canvas, { started, changed }) {
    this.#canvas = canvas;
    this.#changed = changed;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button === 0) {
        started();
        canvas.setPointerCapture(event.pointerId);
        this.strokes.push([]);
        this.#extend(event);
      }
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) {
        this.#extend(event);
      }
    });
  }

  clear() {
    this.strokes = [];
    this.#context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
  }

  get #context() {
    return this.#canvas.getContext("2d");
  }

  /** One more point of the last stroke, unless it is hardly another. */
  #extend({ offsetX, offsetY }) {
    const stroke = this.strokes.at(-1);
    const [x, y] = stroke.at(-1) ?? [offsetX, offsetY];
    if (stroke.length > 0 && Math.hypot(offsetX - x, offsetY - y) < CLOSE) {
      return;
    }
    stroke.push([offsetX, offsetY]);
    this.#line([x, y], [offsetX, offsetY]);
    if (!this.#waiting) {
      this.#waiting = true;
      this.#canvas.setAttribute("aria-busy", "true");
      requestAnimationFrame(() => this.#report());
    }
  }

  async #report() {
    this.#waiting = false;
    if (this.strokes.length > 0) {
      await this.#changed();
    }
    if (!this.#waiting) {
      this.#canvas.setAttribute("aria-busy", "false");
    }
  }

  #line(from, to) {
    const context = this.#context;
    Object.assign(context, { lineWidth: PEN, lineCap: "round", strokeStyle: INK });
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
}
