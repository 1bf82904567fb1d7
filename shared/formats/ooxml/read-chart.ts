import { GENERAL, numberFormat, showNumber } from '../sheet/show-number.ts';
import type { OfficePackage } from './open-package.ts';
import type { PartText } from './part-text.ts';

/** Values of one chart that are told: a chart of more is drawn as a cloud. */
const MOST_VALUES = 20_000;
/** Cells of one table: series that have not one value at the same place are not written side by side. */
const MOST_CELLS = 200_000;
const SERIES_PARTS = ['tx', 'cat', 'val', 'xVal', 'yVal', 'bubbleSize'];

interface Points {
  format: string;
  /** One a level: categories can have years above months. */
  levels: Map<number, string>[];
}

interface Series {
  name: string;
  /** Values by what they are: `cat`, `val`, … */
  points: Map<string, Points>;
}

/**
 * What a chart says: its title, the names of its axes and series, and its values as a table, one category a row. Reads
 * the charts of 2007 (`c:`) and those of 2016 (`cx:`).
 * @throws AppError as readXml
 */
export async function readChart(pack: OfficePackage, part: string): Promise<PartText> {
  const words: string[] = [];
  const series: Series[] = [];
  let current: Series | undefined;
  let role = '';
  let line = '';
  let text = '';
  let index = 0;
  let values = 0;
  // Series of 2016 tell their values first, in blocks of their own, and their names later.
  let named = 0;
  let inNewSeries = false;
  // Labels of single values, which a person can write anew.
  let labels = 0;

  const pointsOf = (): Points => {
    const found = current?.points.get(role) ?? { format: '', levels: [] };
    current?.points.set(role, found);
    return found;
  };
  const begin = (): void => {
    current = { name: '', points: new Map() };
    series.push(current);
  };
  function value(raw: string): void {
    const said = raw.replace(/\s+/g, ' ').trim();
    if (said === '') return;
    if (inNewSeries && !current) {
      const target = series[named - 1];
      if (target) target.name = said;
    } else if (current === undefined || role === '' || labels > 0) words.push(said);
    else if (role === 'tx') current.name = said;
    else if (++values <= MOST_VALUES) {
      const { levels } = pointsOf();
      if (levels.length === 0) levels.push(new Map());
      levels.at(-1)?.set(index, said);
    }
  }

  await pack.read(part, {
    open(name, attributes) {
      text = '';
      if (name === 'dLbls') labels++;
      else if (labels > 0) line = name === 'p' ? '' : line;
      else if (name === 'ser' || name === 'data') begin();
      else if (name === 'series') {
        inNewSeries = true;
        named++;
      } else if (current && SERIES_PARTS.includes(name)) role = name;
      else if (current && name === 'strDim') role = 'cat';
      else if (current && name === 'numDim') role = 'val';
      else if (name === 'pt') index = Number(attributes.idx) || 0;
      else if (name === 'lvl' && current) {
        const points = pointsOf();
        points.levels.push(new Map());
        points.format = attributes.formatCode ?? points.format;
      } else if (name === 'p') line = '';
    },
    text(piece) {
      text += piece;
    },
    close(name) {
      if (name === 't') line += text;
      else if (name === 'p') value(line);
      else if (name === 'v' || (name === 'pt' && current)) value(text);
      else if (name === 'dLbls') labels--;
      else if (labels > 0) text = '';
      else if (name === 'formatCode' && current && role !== '') pointsOf().format = text;
      else if (name === 'ser' || name === 'data') current = undefined;
      else if (name === 'series') inNewSeries = false;
      else if (role !== '' && (name === role || name === 'strDim' || name === 'numDim')) role = '';
      text = '';
    },
  });
  return { lines: [...new Set(words), ...tables(series)], cut: values > MOST_VALUES };
}

/** Series over the same categories are one table, others one each. */
function tables(series: readonly Series[]): string[] {
  const groups: { labels: Map<number, string>; members: Series[] }[] = [];
  for (const one of series) {
    const labels = labelsOf(one);
    const last = groups.at(-1);
    if (last && sameLabels(last.labels, labels)) last.members.push(one);
    else groups.push({ labels, members: [one] });
  }
  return groups.flatMap(({ labels, members }) => table(labels, members));
}

function table(labels: ReadonlyMap<number, string>, members: readonly Series[]): string[] {
  const columns = members.flatMap(({ name, points }) =>
    ['val', 'yVal', 'bubbleSize'].flatMap((role) => {
      const found = points.get(role);
      return found ? [{ name, shown: shown(found, found.levels[0] ?? new Map()) }] : [];
    }),
  );
  const names = columns.length === 0 ? members.map(({ name }) => name) : columns.map(({ name }) => name);
  const head = names.some((name) => name !== '') ? [['', ...names].join(' | ').replace(/^ \| /, '')] : [];
  const rows = new Set([...labels.keys(), ...columns.flatMap((column) => [...column.shown.keys()])]);
  if (rows.size * columns.length > MOST_CELLS && members.length > 1) {
    return members.flatMap((one) => table(labels, [one]));
  }
  const lines = [...rows]
    .sort((a, b) => a - b)
    .map((row) => [labels.get(row) ?? '', ...columns.map((column) => column.shown.get(row) ?? '')].join(' | '));
  return [...head, ...lines.map((each) => each.replace(/^ \| /, '').trimEnd())];
}

function labelsOf({ points }: Series): Map<number, string> {
  const found = points.get('cat') ?? points.get('xVal');
  if (found === undefined) return new Map();
  const [inner = new Map<number, string>(), ...outer] = found.levels;
  if (outer.length === 0) return shown(found, inner);
  // The name of a group stands at its first category.
  const labels = new Map<number, string>();
  const groups = outer.map(() => '');
  for (const row of [...new Set(found.levels.flatMap((level) => [...level.keys()]))].sort((a, b) => a - b)) {
    outer.forEach((level, at) => {
      groups[at] = level.get(row) ?? groups[at] ?? '';
    });
    labels.set(row, [...groups.toReversed(), inner.get(row) ?? ''].join(' ').trim());
  }
  return labels;
}

function shown({ format }: Points, values: ReadonlyMap<number, string>): Map<number, string> {
  const how = format === '' ? GENERAL : numberFormat(format);
  return new Map([...values].map(([row, raw]) => [row, showNumber(raw, how).trim()]));
}

function sameLabels(a: ReadonlyMap<number, string>, b: ReadonlyMap<number, string>): boolean {
  return a.size === b.size && [...a].every(([row, label]) => b.get(row) === label);
}
