/** Milliseconds of a duration as written in workflow files (`500ms`, `30s`, `1h30m`, `14d`); undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (match === null || text === "") return undefined;
  const milliseconds = match
    .slice(1)
    .reduce((sum, digits, unit) => sum + Number(digits ?? 0) * (unitsMs[unit] ?? 0), 0);
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}

const unitsMs = [86_400_000, 3_600_000, 60_000, 1_000, 1];
