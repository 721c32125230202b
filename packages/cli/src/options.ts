import { UsageError } from "@vaekit/infer";

/** Parsers for commander: each says what the option takes and what it got. */

export function positiveInteger(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value > 0) return value;
    throw new UsageError(`${name} takes a positive integer, got "${text}"`);
  };
}

export function integerFromZero(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= 0) return value;
    throw new UsageError(`${name} takes an integer from 0, got "${text}"`);
  };
}

export function positiveNumber(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
    throw new UsageError(`${name} takes a positive number, got "${text}"`);
  };
}

export function integerBetween(name: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= from && value <= to) return value;
    throw new UsageError(`${name} takes an integer from ${from} to ${to}, got "${text}"`);
  };
}

export function numberFromZero(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw new UsageError(`${name} takes a number of at least 0, got "${text}"`);
  };
}

export function shareBelowOne(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && value >= 0 && value < 1) return value;
    throw new UsageError(`${name} takes a share from 0, below 1, got "${text}"`);
  };
}

/** `512,256` -> [512, 256]; an empty text is an empty list. */
export function positiveIntegers(name: string, example = "512,256"): (text: string) => number[] {
  return (text) => {
    if (text.trim() === "") return [];
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (values.every((value) => Number.isSafeInteger(value) && value > 0)) return values;
    throw new UsageError(`${name} takes positive integers such as ${example}, got "${text}"`);
  };
}

/** One of a few words. */
export function oneOf<T extends string>(name: string, words: readonly T[]): (text: string) => T {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found) return found;
    throw new UsageError(`${name} takes ${words.join(", ")}; got "${text}"`);
  };
}
