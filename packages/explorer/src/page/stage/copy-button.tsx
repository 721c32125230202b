import { useEffect, useRef, useState } from "preact/hooks";
import { useExplorer } from "../core/context.js";
import { say } from "../core/state.js";
import { copyText } from "./share.js";

interface CopyButtonProps {
  /** "Copy link". */
  title: string;
  /** What is copied, made at that moment. */
  text: () => string;
  /** "The link": for what is said. */
  what: string;
}

/** Copies a text; where the browser does not allow it, a field with the text to copy by hand. */
export function CopyButton({ title, text, what }: CopyButtonProps) {
  const state = useExplorer();
  const [copied, setCopied] = useState(false);
  const [byHand, setByHand] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (byHand !== null) field.current?.select();
  }, [byHand]);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const content = text();
    const done = await copyText(content);
    setCopied(done);
    setByHand(done ? null : content);
    say(
      state,
      done ? `${what} is copied.` : `This browser does not let the page copy. ${what} is in a field to copy.`,
    );
  };
  return (
    <>
      <button type="button" class="copy" onClick={() => void copy()}>
        {copied ? "Copied" : title}
      </button>
      {byHand !== null && (
        <label class="by-hand">
          <span>Copy it from here</span>
          <textarea
            rows={2}
            readOnly
            ref={field}
            value={byHand}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
      )}
    </>
  );
}
