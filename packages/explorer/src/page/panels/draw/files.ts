/** The first file of what was dropped or pasted; null without one. */
export function firstFile(data: DataTransfer | null): File | null {
  return data?.files[0] ?? null;
}

/** Whether keys belong to what has the focus: a field that has an undo of its own. */
export function leavesKeysAlone(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && /^(text|number|search)$/.test(target.type);
}
