import { linkOf } from "../core/link.js";
import type { State } from "../core/state.js";
import type { CodeToDecode } from "./snippet.js";

/** The page's address with its exact state, which the address bar has from then on too. */
export function exactLink(state: State): string {
  history.replaceState(null, "", `#${linkOf(state)}`);
  return location.href;
}

/** Whether the browser has put it on the clipboard: it may not on plain http, or without permission. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** What is looked at, as snippets and files need it. */
export function codeToDecode(state: State): CodeToDecode {
  const { manifest, shape } = state.model.value!;
  return {
    site: state.site,
    z: state.z.value,
    condition: state.condition.value,
    told: manifest.condition?.kind ?? null,
    shape,
    folder: siteFolder(state.site.model.path),
  };
}

/** null where the model is within the page, or the page no address for other programs. */
function siteFolder(model: string): string | null {
  const within = document.getElementById(`file:${model}/vaekit.json`) !== null;
  return within || !/^https?:$/.test(location.protocol) ? null : new URL(".", location.href).href;
}
