/** What XML cannot hold, or would take for layout, is written by Excel as `_x000D_`; `_x005F_` is a real underscore. */
export function unescapeOffice(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
