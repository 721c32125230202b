import { element } from "./dom.js";

/** A figure opens in its own size when it is clicked: on narrow screens its words are small. */
export function openFigures(): void {
  const dialog = element("dialog", { "aria-label": "Figure", class: "large" });
  const close = element("button", { type: "button", class: "close", "aria-label": "Close" }, "×");
  const room = element("div", { class: "room", tabindex: "0" });
  dialog.append(close, room);
  document.body.append(dialog);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  for (const opener of document.querySelectorAll<HTMLButtonElement>("button.enlarge")) {
    opener.addEventListener("click", () => {
      room.replaceChildren(...Array.from(opener.querySelectorAll("img"), (image) => image.cloneNode()));
      dialog.showModal();
    });
  }
}

/** Mark in the table of contents the section that is being read. */
export function followSections(): void {
  const links = new Map<string, HTMLAnchorElement>();
  for (const link of document.querySelectorAll<HTMLAnchorElement>("nav.contents a"))
    links.set(link.hash.slice(1), link);
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        for (const [id, link] of links) {
          if (id === target.id) link.setAttribute("aria-current", "true");
          else link.removeAttribute("aria-current");
        }
      }
    },
    { rootMargin: "-10% 0px -75% 0px" },
  );
  for (const section of document.querySelectorAll("main > section")) watcher.observe(section);
}
