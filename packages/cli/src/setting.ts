import { UsageError } from "@vaekit/infer";

export type SettingValue = string | number | boolean | SettingValue[];
export type Settings = Record<string, SettingValue>;

/**
 * How every option with settings is written: `iwae:samples=50,gradient=dreg`. What has no sign goes on with the list
 * before it: `step:milestones=10,20,factor=0.5`. Null for other texts.
 */
export function parseSetting(text: string): { head: string; settings: Settings } | null {
  const at = text.indexOf(":");
  const head = (at < 0 ? text : text.slice(0, at)).trim();
  const settings = at < 0 ? {} : parseSettings(text.slice(at + 1));
  return head === "" || !settings ? null : { head, settings };
}

/** `samples=50,gradient=dreg`. Null for other texts, and for a name that stands there twice. */
export function parseSettings(text: string): Settings | null {
  const settings = new Map<string, SettingValue>();
  let last: string | null = null;
  for (const part of text.split(",")) {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(at, 0)).trim();
    const value = part.slice(at + 1).trim();
    if (value === "") return null;
    if (at < 0 && last !== null) settings.set(last, [settings.get(last)!, literal(value)].flat());
    else if (name === "" || settings.has(name) || name === "kind") return null;
    else {
      settings.set(name, literal(value));
      last = name;
    }
  }
  return Object.fromEntries(settings);
}

/**
 * A kind by its name, with settings or without.
 * names: whatever the library's table has; it answers for names and settings that do not exist
 */
export function kindWithSettings(name: string, example: string) {
  return (text: string): { kind: string } & Settings => {
    const parsed = parseSetting(text);
    if (parsed) return { ...parsed.settings, kind: parsed.head };
    throw new UsageError(`${name} takes a name, with settings as in ${example}; got "${text}"`);
  };
}

/** A number with settings, which becomes the field of that name. */
export function numberWithSettings(name: string, field: string, example: string) {
  return (text: string): Settings => {
    const parsed = parseSetting(text);
    const value = Number(parsed?.head);
    if (parsed && Number.isFinite(value) && !Object.hasOwn(parsed.settings, field)) {
      return { [field]: value, ...parsed.settings };
    }
    throw new UsageError(`${name} takes ${field}, as in ${example}; got "${text}"`);
  };
}

/** Settings alone. */
export function settingsOnly(name: string, example: string) {
  return (text: string): Settings => {
    const settings = parseSettings(text);
    if (settings) return settings;
    throw new UsageError(`${name} takes settings as in ${example}; got "${text}"`);
  };
}

/** Takes away what a preset or a --config file says. */
export type None = "none";

/** "none", or what the parser reads. */
export function orNone<T>(parse: (text: string) => T): (text: string) => T | None {
  return (text) => (text === "none" ? text : parse(text));
}

/** As the library has it. */
export function noneAsNull<T>(value: T | None): T | null {
  return value === "none" ? null : value;
}

function literal(text: string): SettingValue {
  if (text === "true" || text === "false") return text === "true";
  return Number.isNaN(Number(text)) ? text : Number(text);
}
