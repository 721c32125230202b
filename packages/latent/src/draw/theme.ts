import { checkWord } from "../options.js";
import { fontFamily } from "./fonts.js";
import type { Spec } from "./spec.js";

export type Theme = "light" | "dark";

/** The colours of a theme, as #rrggbb. */
export interface Palette {
  /** Text, and what matters. */
  ink: string;
  /** Text beside it: tick labels, subtitles. */
  muted: string;
  paper: string;
  /** Lines behind the data. */
  grid: string;
  /** Bars, lines and points that are all of one kind. */
  accent: string;
  /** What stands out among them. */
  highlight: string;
  /** Points without a class: noise, missing values. */
  none: string;
  /** Points of classes that are too many for colours of their own. */
  other: string;
  /**
   * Twelve classes that people with protanopia, deuteranopia or tritanopia tell apart too: CIE Lab distances of at least 20 under each
   * (Machado, Oliveira & Fernandes 2009, severity 1). The thirteenth class has the first colour and the next marker shape.
   */
  categorical: string[];
  /** From little to much, in equal steps of CIE Lab; begins near the paper. */
  sequential: string[];
  /** From -1 over 0, near the paper, to +1, in equal steps of CIE Lab on each side. */
  diverging: string[];
}

const palettes: Record<Theme, Palette> = {
  light: {
    ink: "#1b1d21",
    muted: "#565b63",
    paper: "#ffffff",
    grid: "#e4e6ea",
    accent: "#0b5a85",
    highlight: "#e07b00",
    none: "#b4b8bd",
    other: "#808890",
    categorical: words(
      "#2fbafa #ed9d0b #067e73 #af3607 #9c75ff #ca68b7 #004967 #7ebc83 #72142e #c4ad57 #8d6143 #5a4399",
    ),
    sequential: words(
      "#f2f6fb #d8ebef #bddfe3 #a1d2d9 #85c5cf #67b7c6 #51a7be #4299b8 #388bb2 #2f7eab #296fa3 #286199 #28538f #274481 #23356e #1f2859 #1a1b45",
    ),
    diverging: words(
      "#143d78 #205693 #2f71af #4e8cc4 #6fa4d3 #8fbbdf #b1d2ea #d4e4f0 #f6f6f5 #f9e2d0 #f8ceab #f2b786 #ea9f63 #de833e #c16219 #9c470d #7a3006",
    ),
  },
  dark: {
    ink: "#e9ebee",
    muted: "#a9afb8",
    paper: "#14171c",
    grid: "#2b3037",
    accent: "#7cc4ee",
    highlight: "#f79a2b",
    none: "#5d636b",
    other: "#928e8a",
    categorical: words(
      "#9be7ff #e88300 #3abd71 #c32803 #9e76ff #d369b3 #1963b7 #d5f3c3 #e1a2b3 #f7e469 #90543d #a2b6ff",
    ),
    sequential: words(
      "#1d2430 #232a47 #27305e #2a3979 #2c4e99 #2d65aa #3078b1 #2f86b0 #2e92ac #319ea7 #40aba1 #56b799 #6dc390 #89d08a #b2e096 #d4e9a9 #f6f3bd",
    ),
    diverging: words(
      "#b7dcff #93c3f2 #6caae3 #4a8cc9 #346fa9 #2a5585 #274264 #243245 #1d2228 #3c2b25 #583320 #753c1b #964c1a #be6823 #e18e49 #f2ae74 #ffce9f",
    ),
  },
};

/** The colours that figures and pages share. @throws UsageError for a theme that does not exist */
export function palette(theme: Theme = "light"): Palette {
  checkWord("palette", "theme", theme, ["light", "dark"]);
  const { categorical, sequential, diverging, ...rest } = palettes[theme];
  return { ...rest, categorical: [...categorical], sequential: [...sequential], diverging: [...diverging] };
}

/** Font sizes in pixels. */
export const sizes = { title: 15, subtitle: 12, axisTitle: 12, label: 11, small: 9.5 } as const;

/** What every figure's Vega-Lite specification is configured with. */
export function vegaConfig({ ink, muted, paper, grid }: Palette): Spec {
  const normal = { font: fontFamily, fontWeight: 400 };
  return {
    background: paper,
    padding: { left: 0, top: 2, right: 2, bottom: 4 },
    aria: false,
    font: fontFamily,
    view: { stroke: null },
    axis: {
      labelColor: muted,
      labelFont: fontFamily,
      labelFontSize: sizes.label,
      labelLimit: 0,
      titleColor: ink,
      titleFont: fontFamily,
      titleFontSize: sizes.axisTitle,
      titleFontWeight: 400,
      titleLimit: 0,
      titlePadding: 8,
      domainColor: muted,
      domainWidth: 0.75,
      tickColor: muted,
      tickWidth: 0.75,
      tickSize: 4,
      gridColor: grid,
      gridWidth: 0.75,
    },
    title: {
      ...normal,
      anchor: "start",
      frame: "bounds",
      color: ink,
      fontSize: sizes.title,
      fontWeight: 500,
      limit: 0,
      lineHeight: 19,
      offset: 14,
      subtitleColor: muted,
      subtitleFont: fontFamily,
      subtitleFontSize: sizes.subtitle,
      subtitleFontWeight: 400,
      subtitleLineHeight: 16,
      subtitlePadding: 5,
    },
    text: { ...normal, color: ink, fontSize: sizes.label },
    concat: { spacing: 34 },
  };
}

function words(text: string): string[] {
  return text.split(" ");
}
