const mostLetters = 60;

/** "model-name-morph-3-stops": of a model's name and what follows it, what a file's name may have everywhere. */
export function fileName(name: string, ...rest: readonly (string | number)[]): string {
  const plain = [...hyphened(name)].slice(0, mostLetters).join("").replace(/-$/, "");
  return [plain || "vae", ...rest.map((each) => hyphened(`${each}`))].filter((each) => each !== "").join("-");
}

function hyphened(text: string): string {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
}
