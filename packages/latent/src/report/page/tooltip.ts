import { element } from "./dom.js";

export interface TooltipContent {
  picture: HTMLCanvasElement | null;
  title: string;
  lines: [name: string, value: string][];
}

export interface Tooltip {
  /** x, y: the point; radius: what not to cover. */
  show(content: TooltipContent, x: number, y: number, radius: number): void;
  hide(): void;
}

/** A card beside a point, kept inside its parent. */
export function tooltipIn(parent: HTMLElement): Tooltip {
  const card = element("div", { class: "tooltip", "aria-hidden": "true" });
  card.hidden = true;
  parent.append(card);
  return {
    show({ picture, title, lines }, x, y, radius) {
      const list = element("dl");
      for (const [name, value] of lines) list.append(element("dt", {}, name), element("dd", {}, value));
      card.replaceChildren(
        ...(picture ? [picture] : []),
        element("div", {}, element("strong", {}, title), ...(lines.length > 0 ? [list] : [])),
      );
      card.hidden = false;
      const gap = radius + 8;
      const { offsetWidth: width, offsetHeight: height } = card;
      const left = x + gap + width <= parent.clientWidth - 4 ? x + gap : x - gap - width;
      const top = Math.min(Math.max(4, y - height / 2), parent.clientHeight - height - 4);
      if (left >= 4) {
        card.style.left = `${left}px`;
        card.style.top = `${Math.max(4, top)}px`;
        return;
      }
      // Too narrow for beside: above, or below.
      card.style.left = `${Math.min(Math.max(4, x - width / 2), Math.max(4, parent.clientWidth - width - 4))}px`;
      card.style.top = `${y - gap - height >= 4 ? y - gap - height : y + gap}px`;
    },
    hide() {
      card.hidden = true;
    },
  };
}
