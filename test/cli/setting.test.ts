import { describe, expect, it } from "vitest";
import {
  kindWithSettings,
  numberWithSettings,
  parseSetting,
  parseSettings,
} from "../../packages/cli/src/setting.ts";

describe("settings behind a name", () => {
  it.each([
    ["elbo", { kind: "elbo" }],
    ["iwae:samples=50,gradient=dreg", { kind: "iwae", samples: 50, gradient: "dreg" }],
    ["adam: epsilon = 1e-7", { kind: "adam", epsilon: 1e-7 }],
    ["sgd:momentum=0.9,nesterov=true", { kind: "sgd", momentum: 0.9, nesterov: true }],
    ["step:milestones=10,20,factor=0.5", { kind: "step", milestones: [10, 20], factor: 0.5 }],
  ])("%s", (text, expected) => {
    expect(kindWithSettings("--objective", "iwae:samples=50")(text)).toEqual(expected);
  });

  it.each([
    "",
    ":samples=5",
    "iwae:",
    "iwae:samples",
    "iwae:samples=",
    "iwae:=5",
    "iwae:samples=5,samples=6",
    "iwae:kind=elbo",
    "iwae:samples=5,",
  ])("%j is none, and the error shows how it is written", (text) => {
    expect(parseSetting(text)).toBeNull();
    expect(() => kindWithSettings("--objective", "iwae:samples=50")(text)).toThrow(
      `--objective takes a name, with settings as in iwae:samples=50; got "${text}"`,
    );
  });

  it("a number may be the head", () => {
    const freeBits = numberWithSettings("--free-bits", "nats", "0.5");
    expect(freeBits("0.5")).toEqual({ nats: 0.5 });
    expect(freeBits("8:group=all")).toEqual({ nats: 8, group: "all" });
    expect(() => freeBits("some")).toThrow('--free-bits takes nats, as in 0.5; got "some"');
    expect(() => freeBits("1:nats=2")).toThrow("--free-bits takes nats");
  });

  it("a name that objects have of themselves is a setting like others", () => {
    expect(Object.entries(parseSettings("__proto__=1")!)).toEqual([["__proto__", 1]]);
  });
});
