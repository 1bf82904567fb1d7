import { GoogleError } from '../google-error.ts';

/** The parts of an answer that a client named in `fields`; `true` is the part as a whole. */
export type FieldMask = true | { [name: string]: FieldMask };

/** Reads `nextPageToken,files(id,owners/emailAddress)`; `*` stands for everything. @throws GoogleError 400 */
export function parseFields(text: string): FieldMask {
  const tokens = text.match(/[A-Za-z0-9_*]+|[(),/]/g) ?? [];
  let position = 0;
  const refuse = (): never => {
    throw new GoogleError(400, 'invalidParameter', `Invalid field selection ${text}`);
  };
  const list = (): FieldMask => {
    const mask: { [name: string]: FieldMask } = {};
    do {
      const name = tokens[position++] ?? refuse();
      if (/^[(),/]$/.test(name)) refuse();
      mask[name] = below();
    } while (tokens[position] === ',' && ++position);
    return '*' in mask ? true : mask;
  };
  const below = (): FieldMask => {
    if (tokens[position] === '/') {
      position += 1;
      const name = tokens[position++] ?? refuse();
      return name === '*' ? true : { [name]: below() };
    }
    if (tokens[position] !== '(') return true;
    position += 1;
    const mask = list();
    if (tokens[position++] !== ')') refuse();
    return mask;
  };
  const mask = list();
  if (position !== tokens.length || tokens.join('') !== text.replaceAll(' ', '')) refuse();
  return mask;
}

/** Only what the mask names, in lists for every element. */
export function applyMask(value: unknown, mask: FieldMask): unknown {
  if (mask === true || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((element) => applyMask(element, mask));
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const below = mask[name];
      return below === undefined ? [] : [[name, applyMask(part, below)]];
    }),
  );
}
