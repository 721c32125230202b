/** A size for people; decimal, as disks and downloads have it. */
export function bytes(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return step === 0 ? `${value} bytes` : `${(value / 1000 ** step).toFixed(1)} ${units[step]}`;
}
