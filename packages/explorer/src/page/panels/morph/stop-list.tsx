import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { say } from "../../core/state.js";
import { useDecoded } from "../../core/use-decoded.js";
import { Picture } from "../../ui/picture.js";
import { moveStop } from "./stops.js";
import type { Player } from "./use-player.js";

/** The stops in order: click on one to go there; move and remove them by the buttons below. */
export function StopList({ show }: Pick<Player, "show">) {
  const state = useExplorer();
  const stops = state.stops.value;
  const codes = useMemo(() => stops.map(({ z }) => z), [stops]);
  const pictureOf = useDecoded(codes);
  const { shape } = state.model.value!;
  const list = useRef<HTMLOListElement>(null);
  const wanted = useRef<{ stop: number; button: string } | null>(null);
  useLayoutEffect(() => {
    const { stop, button } = wanted.current ?? {};
    wanted.current = null;
    const card = list.current?.children[stop ?? -1];
    const buttons = [...(card?.querySelectorAll<HTMLButtonElement>(".morph-tools button:enabled") ?? [])];
    (buttons.find((each) => each.dataset.does === button) ?? buttons[0])?.focus();
  }, [stops]);
  const move = (at: number, by: number, button: string) => {
    wanted.current = { stop: at + by, button };
    state.stops.value = moveStop(stops, at, by);
    say(state, `${stops[at]!.name} is now stop ${at + by + 1} of ${stops.length}`);
  };
  const remove = (at: number) => {
    wanted.current = { stop: Math.min(at, stops.length - 2), button: "remove" };
    if (stops.length === 1) list.current?.closest<HTMLElement>("[role=tabpanel]")?.focus();
    state.stops.value = stops.toSpliced(at, 1);
    say(state, `Stop ${at + 1} removed, ${stops.length - 1} left`);
  };
  const last = stops.length - 1;
  return (
    <ol class="morph-stops" ref={list} aria-label="Stops of the morph">
      {stops.map(({ name }, at) => (
        // Keys by place: a card that moved in the document would lose the focus.
        <li key={at}>
          <button
            type="button"
            class="morph-stop"
            aria-label={`Go to stop ${at + 1}, ${name}`}
            disabled={last < 1}
            onClick={() => show(at / last)}
          >
            <Picture pixels={pictureOf(codes[at]!)} shape={shape} alt="" />
          </button>
          <span class="morph-name" title={name}>
            <b>{at + 1}</b> {name}
          </span>
          <span class="morph-tools">
            <button
              type="button"
              data-does="earlier"
              aria-label={`Move stop ${at + 1} earlier`}
              disabled={at === 0}
              onClick={() => move(at, -1, "earlier")}
            >
              <span aria-hidden="true">←</span>
            </button>
            <button
              type="button"
              data-does="later"
              aria-label={`Move stop ${at + 1} later`}
              disabled={at === last}
              onClick={() => move(at, 1, "later")}
            >
              <span aria-hidden="true">→</span>
            </button>
            <button
              type="button"
              data-does="remove"
              aria-label={`Remove stop ${at + 1}`}
              onClick={() => remove(at)}
            >
              <span aria-hidden="true">×</span>
            </button>
          </span>
        </li>
      ))}
    </ol>
  );
}
