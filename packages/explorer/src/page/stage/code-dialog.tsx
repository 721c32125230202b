import { useRef, useState } from "preact/hooks";
import { useExplorer } from "../core/context.js";
import { TabPanel, Tabs } from "../ui/tabs.js";
import { CopyButton } from "./copy-button.js";
import { codeToDecode } from "./share.js";
import { type SnippetName, snippets } from "./snippet.js";

/** Opens code that decodes this very z elsewhere. */
export function CodeDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        Use in code
      </button>
      <dialog
        class="code-dialog"
        ref={dialog}
        aria-labelledby="code-title"
        onClose={() => setOpen(false)}
        closedby="any"
      >
        <div class="code-inside">
          <header>
            <h2 id="code-title">Decode this code elsewhere</h2>
            <button type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
              <span aria-hidden="true">×</span>
            </button>
          </header>
          {open && <Snippets />}
        </div>
      </dialog>
    </>
  );
}

function Snippets() {
  const state = useExplorer();
  const [chosen, setChosen] = useState<SnippetName>("node");
  const found = snippets(codeToDecode(state));
  const { before, code } = found.get(chosen)!;
  return (
    <>
      <Tabs
        label="Where it runs"
        kind="small"
        panel="snippet"
        tabs={[...found].map(([name, { title }]) => ({ name, title }))}
        chosen={chosen}
        choose={setChosen}
      />
      <TabPanel id="snippet" tab={chosen}>
        <p class="note">{before}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code is scrolled by keyboard */}
        <section class="snippet" tabIndex={0} aria-label="The snippet">
          <pre>{code}</pre>
        </section>
        <div class="toolbar">
          <CopyButton key={chosen} title="Copy code" what="The code" text={() => code} />
        </div>
      </TabPanel>
    </>
  );
}
