import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { messageOf } from "../../core/decode-loop.js";
import { fileName } from "../../core/file-name.js";
import { save } from "../../core/save.js";
import { report, say } from "../../core/state.js";
import { frameCount, frameOrder, scalesOf } from "./frames.js";
import { type FileJob, makeGif, makeStrip } from "./make-files.js";
import { type Part, pathNames } from "./path.js";
import { type Player, secondsPerPart } from "./use-player.js";

const frameCounts = [24, 48, 96];
const stripCounts = [5, 9, 16];

interface SaveFilesProps extends Pick<Player, "speed" | "atEnd"> {
  parts: readonly Part[] | null;
}

/** The morph as an animated GIF, or as a strip of pictures. */
export function SaveFiles({ parts, speed, atEnd }: SaveFilesProps) {
  const state = useExplorer();
  const model = state.model.value!;
  const scales = scalesOf(model.shape);
  const frames = useSignal(24);
  const pictures = useSignal(9);
  const scale = useSignal(scales.at(-1)!);
  /** Share that is done; null while there is nothing to do. */
  const done = useSignal<number | null>(null);
  const job = useRef<AbortController | null>(null);
  useEffect(() => () => job.current?.abort(), []);
  const seconds = (secondsPerPart * (parts?.length ?? 1)) / speed.value;
  const there = frameCount(frames.value, seconds);
  const { title } = pathNames[state.path.value];
  const about = ["morph", state.stops.value.length, "stops", title];
  const run = async (
    name: string,
    count: number,
    make: (job: FileJob) => Promise<Blob | Uint8Array<ArrayBuffer>>,
  ) => {
    if (!parts) return;
    const ended = new AbortController();
    job.current = ended;
    done.value = 0;
    const onProgress = (share: number) => {
      done.value = share;
    };
    const condition = state.condition.peek();
    try {
      const made = await make({
        ...{ model, condition, parts, count, onProgress },
        scale: scale.peek(),
        signal: ended.signal,
      });
      ended.signal.throwIfAborted();
      save(name, made, name.endsWith(".gif") ? "image/gif" : "image/png");
      say(state, `${name} saved`);
    } catch (error) {
      if (ended.signal.aborted) say(state, "Nothing was saved");
      else
        report(state, `${name} could not be made: ${messageOf(error)}`, "Fewer or smaller pictures may do.");
    }
    done.value = null;
  };
  const [height, width] = model.shape;
  const busy = done.value !== null || !parts;
  const saveGif = () => {
    const shown = frameOrder(there, atEnd.value).length;
    const name = `${fileName(state.site.name, ...about, shown, "frames")}.gif`;
    void run(name, frames.value, (job) => makeGif(job, seconds, atEnd.value));
  };
  const saveStrip = () => {
    const name = `${fileName(state.site.name, ...about, pictures.value, "pictures")}.png`;
    void run(name, pictures.value, makeStrip);
  };
  return (
    <fieldset class="morph-save">
      <legend>Save</legend>
      <Choice
        label="Pixels of a picture"
        value={scale}
        options={scales.map((each) => [each, `${width * each} × ${height * each}`])}
      />
      <div class="morph-file">
        <Choice label="Frames" value={frames} options={frameCounts.map((each) => [each, `${each}`])} />
        <button type="button" disabled={busy} onClick={saveGif}>
          Save GIF
        </button>
      </div>
      <div class="morph-file">
        <Choice label="Pictures" value={pictures} options={stripCounts.map((each) => [each, `${each}`])} />
        <button type="button" disabled={busy} onClick={saveStrip}>
          Save PNG strip
        </button>
      </div>
      <div class="morph-status">
        <p class="note" data-hidden={done.value === null ? undefined : ""}>
          The GIF goes at the speed chosen above, and at the end does what is chosen there.
          {there < frames.value && ` At that speed browsers show ${there} of the frames on the way.`}
        </p>
        <div class="morph-progress" data-hidden={done.value === null ? "" : undefined}>
          <progress aria-label="Making the file" max={1} value={done.value ?? 0} />
          <button type="button" disabled={done.value === null} onClick={() => job.current?.abort()}>
            Cancel
          </button>
        </div>
      </div>
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  value: { value: number };
  options: readonly (readonly [number, string])[];
}

function Choice({ label, value, options }: ChoiceProps) {
  return (
    <label class="morph-choice">
      {label}
      <select
        value={value.value}
        onChange={(event) => {
          value.value = Number(event.currentTarget.value);
        }}
      >
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
