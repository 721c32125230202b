import { useEffect, useMemo, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { useDecoded } from "../../core/use-decoded.js";
import { Picture } from "../../ui/picture.js";
import { evenly } from "./frames.js";
import { codeAlong, type Part } from "./path.js";
import type { Player } from "./use-player.js";

const narrow = window.matchMedia("(max-width: 820px)");
const none: readonly Float32Array[] = [];

interface FilmStripProps extends Pick<Player, "show"> {
  parts: readonly Part[] | null;
}

/** Pictures along the morph; click on one to go there. */
export function FilmStrip({ parts, show }: FilmStripProps) {
  const state = useExplorer();
  const count = useMatch(narrow) ? 5 : 9;
  const shares = useMemo(() => evenly(count), [count]);
  const codes = useMemo(
    () => (parts ? shares.map((share) => codeAlong(parts, share)) : none),
    [parts, shares],
  );
  const pictureOf = useDecoded(codes);
  const { shape } = state.model.value!;
  const nearest = Math.round(state.at.value * (count - 1));
  return (
    <ol class="morph-film" aria-label="Pictures along the morph">
      {shares.map((share, i) => (
        <li key={share}>
          <button
            type="button"
            aria-label={`Go to ${Math.round(share * 100)} %`}
            aria-current={i === nearest ? "step" : undefined}
            disabled={!parts}
            onClick={() => show(share)}
          >
            <Picture pixels={pictureOf(codes[i]!)} shape={shape} alt="" />
          </button>
        </li>
      ))}
    </ol>
  );
}

function useMatch(query: MediaQueryList): boolean {
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const follow = () => setMatches(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [query]);
  return matches;
}
