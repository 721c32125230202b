import { readFile } from "node:fs/promises";
import { peerFile } from "../../draw/peers.js";
import { UsageError } from "../../errors.js";

const weights = { 400: "Regular", 500: "Medium" };

/**
 * The figures' font as style rules, so that the page and its figures look the same everywhere; nothing where the package
 * is not installed, since a report without figures does not need it.
 */
export async function fontFaces(): Promise<string> {
  try {
    const faces = Object.entries(weights).map(async ([weight, style]) => {
      const file = await readFile(await peerFile("roboto-fontface", `fonts/roboto/Roboto-${style}.woff2`));
      return `@font-face { font-family: Roboto; font-weight: ${weight}; src: url(data:font/woff2;base64,${file.toString("base64")}) format("woff2"); }`;
    });
    return ["/*! Roboto (c) 2011 Google Inc., Apache License 2.0 */", ...(await Promise.all(faces))].join(
      "\n",
    );
  } catch (error) {
    if (error instanceof UsageError) return "";
    throw error;
  }
}
