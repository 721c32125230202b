import type { Browser } from "playwright-core";

/** Path of the Chromium that is installed here, CHROMIUM_PATH first; null where there is none. */
export function findChromium(): string | null;

/** Start it without a window; webgpu: with an adapter in software. */
export function launchChromium(options?: { webgpu?: boolean; args?: readonly string[] }): Promise<Browser>;
