import type { ComponentChildren } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { useExplorer } from "../../core/context.js";
import { say } from "../../core/state.js";
import { useDecoded } from "../../core/use-decoded.js";
import { Picture } from "../../ui/picture.js";
import { type FindDirection, nameOf, sumOf } from "./directions.js";
import { removeTerm, sameCode, setAmount, setTerms, startAnew, startHere } from "./sum.js";
import { TermTile } from "./term-tile.js";

/** The sum as an equation of pictures: start + 7 - 1 = result. */
export function Equation({ find }: { find: FindDirection }) {
  const state = useExplorer();
  const terms = state.terms.value;
  const z = state.z.value;
  const base = state.base.value ?? z;
  const sum = useMemo(() => sumOf(base, terms, find), [base, terms, find]);
  const whole = terms.length > 0 && terms.every(({ direction }) => find(direction));
  const moved = whole && !sameCode(sum, z);
  const codes = useMemo(
    () => [
      ...(terms.length > 0 ? [base] : []),
      ...terms.flatMap(({ direction }) => find(direction)?.mean ?? []),
      ...(moved ? [sum] : []),
    ],
    [base, terms, find, moved, sum],
  );
  const pictureOf = useDecoded(codes);
  const shape = state.model.value!.shape;
  const here = state.picture.value;
  const box = useRef<HTMLDivElement>(null);
  // The button that did it is gone then.
  const stay = () => box.current?.focus();
  return (
    <>
      <div class="equation" ref={box} tabIndex={-1}>
        <Tile title="Start">
          <Picture
            pixels={terms.length > 0 ? pictureOf(base) : here}
            shape={shape}
            alt="Where the sum starts"
          />
        </Tile>
        {terms.map((term) => {
          const direction = find(term.direction);
          return (
            <TermTile
              key={term.direction}
              term={term}
              name={nameOf(term.direction, find)}
              missing={!direction}
              pixels={direction ? pictureOf(direction.mean) : null}
              onAmount={(amount) => setAmount(state, term.direction, amount, find)}
              onRemove={() => {
                removeTerm(state, term.direction, find);
                say(state, `${nameOf(term.direction, find)} removed`);
                stay();
              }}
            />
          );
        })}
        {terms.length > 0 && (
          <Tile title="Result" sign="=">
            <Picture pixels={moved ? pictureOf(sum) : here} shape={shape} alt="What the sum comes to" />
          </Tile>
        )}
        {terms.length === 0 && (
          <p class="note equation-hint">
            Choose + or − above: the sum starts from the code that is looked at.
          </p>
        )}
      </div>
      <div class="toolbar equation-tools">
        {terms.length === 0 ? null : moved ? (
          <>
            <p class="note">The code has moved away from this sum.</p>
            <button
              type="button"
              onClick={() => {
                startHere(state, find);
                stay();
              }}
            >
              Start from here
            </button>
            <button
              type="button"
              onClick={() => {
                setTerms(state, terms, find);
                stay();
              }}
            >
              Back to the sum
            </button>
          </>
        ) : (
          <>
            <button
              type="button"
              onClick={() => {
                startAnew(state);
                stay();
              }}
            >
              Start from the result
            </button>
            <button
              type="button"
              onClick={() => {
                setTerms(state, [], find);
                stay();
              }}
            >
              Clear
            </button>
          </>
        )}
      </div>
    </>
  );
}

function Tile({ title, sign, children }: { title: string; sign?: string; children: ComponentChildren }) {
  return (
    <div class="term">
      <span class="term-sign">{sign}</span>
      <div class="term-body">
        {children}
        <span class="term-name">{title}</span>
      </div>
    </div>
  );
}
