import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import { addStops, keepStop, stopOfView } from "../../packages/explorer/src/page/core/stops.ts";

vi.hoisted(() => Object.assign(globalThis, { window: { matchMedia: () => new EventTarget() } }));

type State = Parameters<typeof keepStop>[0];
type Stop = Parameters<typeof keepStop>[1];

const stop = (name: string): Stop => ({ z: Float32Array.of(1), name });

function stateWith(count: number): State {
  const stops = Array.from({ length: count }, (_, i) => stop(`${i}`));
  const parts = {
    stops: signal(stops),
    said: signal(""),
    origin: signal(""),
    at: signal(0),
    z: signal(stop("").z),
  };
  return parts as unknown as State;
}

describe("the morph's stops", () => {
  it("take one more, and say which it is", () => {
    const state = stateWith(2);
    expect(keepStop(state, stop("mine"))).toBe(true);
    expect(state.stops.value.map(({ name }) => name)).toEqual(["0", "1", "mine"]);
    expect(state.said.value).toBe("Kept as stop 3 of the morph.");
  });

  it("take twelve at most, and say so", () => {
    const state = stateWith(11);
    expect(addStops(state, [stop("a"), stop("b")])).toBe(1);
    const full = state.stops.value;
    expect(full.map(({ name }) => name).at(-1)).toBe("a");
    expect(keepStop(state, stop("c"))).toBe(false);
    expect(state.stops.value).toBe(full);
    expect(state.said.value).toContain("12 stops at most");
  });

  it("are named after where the code came from, and where on a morph", () => {
    const state = stateWith(0);
    state.origin.value = "drawn by you";
    expect(stopOfView(state)).toEqual({ z: state.z.value, name: "drawn by you" });
    state.origin.value = "morph";
    state.at.value = 0.375;
    expect(stopOfView(state).name).toBe("morph at 38 %");
  });
});
