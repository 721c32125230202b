import { count, type Paint, short } from "@vaekit/latent/map";
import { useExplorer } from "../../core/context.js";
import type { MapView } from "./map-view.js";

/** What the colours mean; groups are switches. */
export function Legend({ view }: { view: MapView }) {
  const state = useExplorer();
  const paint = view.paint.value;
  const colours = paint.colours(state.site.palettes[state.shade.value]);
  return (
    <section class="map-legend" aria-label="Legend">
      <ColourBy />
      {paint.groups ? (
        <Groups view={view} groups={paint.groups} colours={colours} which={state.colouring.value} />
      ) : (
        <Scale paint={paint} colours={colours} />
      )}
    </section>
  );
}

function ColourBy() {
  const state = useExplorer();
  const { colourings } = state.site.reference;
  if (colourings.length === 0) return null;
  return (
    <label class="map-colour">
      <span>Colour</span>
      <select
        value={state.colouring.value}
        onChange={(event) => {
          state.colouring.value = event.currentTarget.selectedIndex;
        }}
      >
        {colourings.map(({ name }, i) => (
          <option key={name} value={i}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

interface GroupsProps {
  view: MapView;
  groups: NonNullable<Paint["groups"]>;
  colours: readonly string[];
  which: number;
}

function Groups({ view, groups, colours, which }: GroupsProps) {
  const off = view.off.value[which] ?? new Set<number>();
  const change = (next: ReadonlySet<number>) => {
    view.off.value = view.off.peek().map((old, i) => (i === which ? next : old));
  };
  const toggle = (group: number) => {
    const next = new Set(off);
    if (!next.delete(group)) next.add(group);
    change(next);
  };
  return (
    <>
      <ul>
        {groups.map(({ name, rows }, group) => (
          <li key={name}>
            <button
              type="button"
              class="map-group"
              aria-pressed={!off.has(group)}
              title={off.has(group) ? `Show ${name}` : `Hide ${name}`}
              onClick={() => toggle(group)}
            >
              <span class="swatch" style={{ background: colours[group] }} />
              <span class="name">{name}</span>
              <span class="number">{count(rows)}</span>
            </button>
          </li>
        ))}
      </ul>
      {groups.length > 1 && (
        <div class="map-actions">
          <button type="button" disabled={off.size === 0} onClick={() => change(new Set())}>
            Show all
          </button>
          <button
            type="button"
            disabled={off.size === groups.length}
            onClick={() => change(new Set(groups.keys()))}
          >
            Hide all
          </button>
        </div>
      )}
    </>
  );
}

function Scale({ paint, colours }: { paint: Paint; colours: readonly string[] }) {
  const [low, high] = paint.range!;
  const background = `linear-gradient(to right, ${colours.slice(0, -1).join(", ")})`;
  return (
    <>
      <div
        class="scale"
        role="img"
        aria-label={`${paint.name} from ${short(low)} to ${short(high)}`}
        style={{ background }}
      />
      <p class="ends">
        <span>{short(low)}</span>
        <span>{short(high)}</span>
      </p>
      {paint.missing > 0 && (
        <p class="note">
          <span class="swatch" style={{ background: colours.at(-1) }} /> missing: {count(paint.missing)}
        </p>
      )}
    </>
  );
}
