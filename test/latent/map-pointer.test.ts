import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listenToPointers } from "../../packages/latent/src/map/pointer.ts";

/** An element as far as pointers need one, 20 pixels from the left and 10 from the top. */
function surfaceOf() {
  const surface = Object.assign(new EventTarget(), {
    getBoundingClientRect: () => ({ left: 20, top: 10 }),
    setPointerCapture() {},
  });
  return {
    surface: surface as unknown as HTMLElement,
    send(type: string, x: number, y: number, pointerId = 1) {
      const event = Object.assign(new Event(type), {
        clientX: x + 20,
        clientY: y + 10,
        pointerId,
        pointerType: "touch",
        button: 0,
        buttons: 1,
        ctrlKey: false,
        metaKey: false,
      });
      surface.dispatchEvent(event);
    },
  };
}

/** What is done on a surface where dragging draws, as words. */
function listening(draws = true) {
  const { surface, send } = surfaceOf();
  const told: string[] = [];
  const note =
    (name: string) =>
    (...given: unknown[]) => {
      told.push(`${name} ${JSON.stringify(given)}`);
    };
  listenToPointers(surface, {
    hover() {},
    click: note("click"),
    draws: () => draws,
    line: note("line"),
    pan: note("pan"),
    zoom: note("zoom"),
    elsewhere: () => false,
  });
  return { send, told };
}

describe("pointers on a surface", () => {
  beforeEach(() => void vi.stubGlobal("window", new EventTarget()));
  afterEach(() => void vi.unstubAllGlobals());

  it("draw a line that is told as it grows, and when it is complete", () => {
    const { send, told } = listening();
    send("pointerdown", 0, 0);
    send("pointermove", 10, 0);
    send("pointermove", 10, 10);
    send("pointerup", 10, 10);
    expect(told).toEqual([
      "line [[0,0,10,0],false,false]",
      "line [[0,0,10,0,10,10],false,false]",
      "line [[0,0,10,0,10,10],true,false]",
    ]);
  });

  it("end a line with nothing where a second finger comes, which then moves and zooms", () => {
    const { send, told } = listening();
    send("pointerdown", 0, 0);
    send("pointermove", 10, 0);
    send("pointerdown", 30, 0, 2);
    send("pointermove", 50, 0, 2);
    send("pointerup", 50, 0, 2);
    send("pointerup", 10, 0);
    expect(told).toEqual([
      "line [[0,0,10,0],false,false]",
      "line [[],true,false]",
      "pan [10,0]",
      "zoom [2,30,0]",
    ]);
  });

  it("end a line with nothing where the drag is taken away, or was none", () => {
    const { send, told } = listening();
    send("pointerdown", 0, 0);
    send("pointermove", 10, 0);
    send("pointercancel", 10, 0);
    send("pointerdown", 5, 5);
    send("pointerup", 5, 5);
    expect(told).toEqual([
      "line [[0,0,10,0],false,false]",
      "line [[],true,false]",
      "line [[],true,false]",
      "click [5,5,false]",
    ]);
  });

  it("move what is there where they do not draw", () => {
    const { send, told } = listening(false);
    send("pointerdown", 0, 0);
    send("pointermove", 10, 3);
    send("pointermove", 12, 3);
    send("pointerup", 12, 3);
    expect(told).toEqual(["pan [10,3]", "pan [2,0]"]);
  });
});
