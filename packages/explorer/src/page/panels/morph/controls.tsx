import { useExplorer } from "../../core/context.js";
import { Slider } from "../../ui/slider.js";
import type { AtEnd } from "./player.js";
import type { Player } from "./use-player.js";

const ends: { readonly [K in AtEnd]: string } = { back: "turn back", again: "restart", stop: "stop" };
const speeds = [0.25, 0.5, 1, 2, 4];

interface ControlsProps {
  player: Player;
  ready: boolean;
}

/** Play, scrub, speed, and what happens at the end. */
export function Controls({ player, ready }: ControlsProps) {
  const state = useExplorer();
  const { playing, speed, atEnd, show } = player;
  const at = state.at.value;
  return (
    <div class="morph-player">
      <button
        type="button"
        class="primary morph-play"
        disabled={!ready}
        onClick={() => {
          playing.value = !playing.value;
        }}
      >
        {playing.value ? "Pause" : "Play"}
      </button>
      <Slider
        label="Position"
        value={at}
        min={0}
        max={1}
        text={`${Math.round(at * 100)} %`}
        disabled={!ready}
        onInput={show}
      />
      <div class="morph-pace">
        <label class="morph-choice">
          Speed
          <select
            value={speed.value}
            onChange={(event) => {
              speed.value = Number(event.currentTarget.value);
            }}
          >
            {speeds.map((each) => (
              <option key={each} value={each}>
                {each}×
              </option>
            ))}
          </select>
        </label>
        <label class="morph-choice">
          At the end
          <select
            value={atEnd.value}
            onChange={(event) => {
              atEnd.value = event.currentTarget.value as AtEnd;
            }}
          >
            {(Object.keys(ends) as AtEnd[]).map((each) => (
              <option key={each} value={each}>
                {ends[each]}
              </option>
            ))}
          </select>
        </label>
      </div>
    </div>
  );
}
