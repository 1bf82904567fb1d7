/** Columns that a sheet can have. */
const MOST_COLUMNS = 16_384;

/** `B7` → column 1 (0-based), row 7; undefined where it names no cell. */
export function readCellReference(reference: string): { column: number; row: number } | undefined {
  const match = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/.exec(reference);
  if (!match?.[1] || !match[2]) return undefined;
  let column = 0;
  for (const letter of match[1]) column = column * 26 + letter.charCodeAt(0) - 64;
  return column > MOST_COLUMNS ? undefined : { column: column - 1, row: Number(match[2]) };
}
