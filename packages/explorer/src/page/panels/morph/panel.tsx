import { useExplorer } from "../../core/context.js";
import { AddStops } from "./add-stops.js";
import { Controls } from "./controls.js";
import { FilmStrip } from "./film-strip.js";
import { PathChooser } from "./path-chooser.js";
import { SaveFiles } from "./save-files.js";
import { StopList } from "./stop-list.js";
import { useMorph } from "./use-morph.js";
import { usePlayer } from "./use-player.js";

/** From picture to picture: stops, a path between them, and what can be done with it. */
export function MorphPanel() {
  const state = useExplorer();
  const morph = useMorph();
  const player = usePlayer(morph);
  const parts = morph.parts.value;
  const count = state.stops.value.length;
  return (
    <div class="morph">
      <p class="note">
        {count < 2
          ? "A morph turns one picture into another. Add two or more stops."
          : "Click on a picture to go there."}
        {state.condition.value && " All are drawn as what is chosen beside the large picture."}
      </p>
      {count > 0 ? (
        <StopList show={player.show} />
      ) : (
        <div class="morph-stops" aria-hidden="true">
          <div class="awaited">First stop</div>
          <div class="awaited">Second stop</div>
        </div>
      )}
      <AddStops />
      {count >= 2 && (
        <>
          <PathChooser />
          <section class="morph-run" aria-label="The morph">
            <Controls player={player} ready={parts !== null} />
            <FilmStrip parts={parts} show={player.show} />
            <p class="note" role="status">
              {morph.waiting.value}
            </p>
          </section>
          <SaveFiles parts={parts} speed={player.speed} atEnd={player.atEnd} />
        </>
      )}
    </div>
  );
}
