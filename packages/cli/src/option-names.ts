/** What a library's message calls otherwise than the command line does. */
const names: readonly (readonly [RegExp, string])[] = [
  [word("warmup"), "warmup is --kl-warmup"],
  [word("freeBits"), "freeBits is --free-bits"],
  [/\bgroup "all"/, 'group "all" is --free-bits <nats>:group=all'],
  [/\bunit "step"/, 'unit "step" is --kl-unit step'],
  [word("learningRate"), "learningRate is --lr"],
  [/: c(?: is|:) /, "c is what --labels, --columns or --c say"],
  ...["beta", "capacity", "clip", "ema", "patience"].map(
    (name) => [new RegExp(`\\b${name} is an option of its own`), `${name} is --${name}`] as const,
  ),
];

/** A message with the command line's names for the options in it, where it does not say them itself. */
export function withOptionNames(message: string): string {
  const told = names
    .filter(([pattern, name]) => pattern.test(message) && !message.includes(/--[a-z-]+/.exec(name)![0]))
    .map(([, name]) => name);
  if (told.length === 0) return message;
  return `${message.replace(/[^.!?]$/, "$&.")} On the command line, ${told.join(" and ")}.`;
}

/** Not as a part of a path. */
function word(name: string): RegExp {
  return new RegExp(`(?<![\\w/.-])${name}(?![\\w/-]|\\.json)`);
}
