import { createHash } from "node:crypto";
import { sha256 } from "@vaekit/infer";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

it.each([0, 1, 55, 56, 64, 1000, 70_001])(
  "digests %d bytes as Node does, also without crypto.subtle",
  async (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7) % 256);
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(await sha256(bytes)).toBe(expected);
    // A page from http on another machine.
    vi.stubGlobal("crypto", {});
    expect(await sha256(bytes)).toBe(expected);
  },
);
