import type { Page } from "playwright-core";

/** What "Copy link" puts into the address at once, behind "#"; the focus stays where it is. */
export function linkNow(page: Page): Promise<string> {
  return page
    .locator(".actions .copy")
    .first()
    .evaluate((button) => {
      (button as HTMLElement).click();
      return location.hash.slice(1);
    });
}

/** The code of that link [latent]. */
export async function codeNow(page: Page): Promise<Float32Array> {
  const bytes = Buffer.from(new URLSearchParams(await linkNow(page)).get("z")!, "base64url");
  return new Float32Array(new Uint8Array(bytes).buffer);
}

/** Numbers as links have them. */
export function numbersText(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64url");
}

/** The part of an address behind "#" that opens a code [latent], told a condition where one is given. */
export function codeLink(z: Float32Array, condition?: Float32Array): string {
  return `z=${numbersText(z)}${condition ? `&c=${numbersText(condition)}` : ""}`;
}
