import type { BaseVae } from "./vae.js";

/** All that can be asked of a loaded bundle, wherever it runs: who implements it stays in step with Vae. */
export type VaeApi = Pick<BaseVae, keyof BaseVae>;

type Calls = {
  [K in keyof VaeApi]: VaeApi[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof VaeApi];

/** The calls that take inputs and give a result. */
export type CallName = Exclude<Calls, "dispose">;
export type CallArguments<K extends CallName> = Parameters<VaeApi[K]>;
export type CallResult<K extends CallName> = Awaited<ReturnType<VaeApi[K]>>;
