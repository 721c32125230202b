import { useMemo, useState } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { useDecoded } from "../../core/use-decoded.js";
import { Picture } from "../../ui/picture.js";
import { TabPanel, Tabs } from "../../ui/tabs.js";
import type { Direction, DirectionGroup, FindDirection } from "./directions.js";
import { addTerm, furthest } from "./sum.js";

interface ChooserProps {
  groups: readonly DirectionGroup[];
  find: FindDirection;
}

const atFirst = 30;

/** The directions there are, each with what its mean looks like: one button for more of it, one for less. */
export function Chooser({ groups, find }: ChooserProps) {
  const [asked, setAsked] = useState("");
  const [shown, setShown] = useState(atFirst);
  const { name, directions } = groups.find((group) => group.name === asked) ?? groups[0]!;
  const some = useMemo(() => directions.slice(0, shown), [directions, shown]);
  const pictureOf = useDecoded(useMemo(() => some.map(({ mean }) => mean), [some]));
  const tabs = groups.map((group) => ({ name: group.name, title: group.title }));
  return (
    <div>
      <Tabs
        label="Kinds of directions"
        kind="small"
        tabs={tabs}
        chosen={name}
        panel="directions"
        choose={(name) => {
          setAsked(name);
          setShown(atFirst);
        }}
      />
      <TabPanel id="directions" tab={name}>
        <ul class="directions">
          {some.map((direction) => (
            <DirectionCard
              key={direction.id}
              direction={direction}
              pixels={pictureOf(direction.mean)}
              find={find}
            />
          ))}
        </ul>
        {directions.length > shown && (
          <button type="button" onClick={() => setShown(shown + 60)}>
            Show {Math.min(60, directions.length - shown)} more of {directions.length - shown}
          </button>
        )}
      </TabPanel>
    </div>
  );
}

interface DirectionCardProps {
  direction: Direction;
  pixels: Uint8Array | null;
  find: FindDirection;
}

function DirectionCard({ direction, pixels, find }: DirectionCardProps) {
  const state = useExplorer();
  const { id, name } = direction;
  const amount = state.terms.value.find((term) => term.direction === id)?.amount ?? 0;
  return (
    <li class="direction" data-used={amount === 0 ? undefined : ""}>
      <Picture pixels={pixels} shape={state.model.value!.shape} alt="" />
      <span class="direction-name" title={name}>
        {name}
      </span>
      <button
        type="button"
        aria-label={`Less like ${name}`}
        disabled={amount <= -furthest}
        onClick={() => addTerm(state, direction, -1, find)}
      >
        −
      </button>
      <button
        type="button"
        aria-label={`More like ${name}`}
        disabled={amount >= furthest}
        onClick={() => addTerm(state, direction, 1, find)}
      >
        +
      </button>
    </li>
  );
}
