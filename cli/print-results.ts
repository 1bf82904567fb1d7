import { styleText } from 'node:util';
import type { SearchResult } from '#shared/api/search.ts';
import type { FileOutcome } from './follow-file.ts';

const NO_WORDS = styleText('dim', 'a picture found by what it shows');

/** Prints the outcome of each file that failed, then the hits with their place and the ranks of their legs. */
export function printResults(report: {
  files: readonly FileOutcome[];
  search: { query: string; tookMs: { total: number }; results: readonly SearchResult[] };
  seconds: number;
}): void {
  const { files, search } = report;
  console.log('');
  for (const file of files.filter(({ status }) => status === 'FAILED')) {
    console.log(`${styleText('red', '✗')} ${file.filename}: ${file.error?.code} — ${file.error?.message}`);
  }
  console.log(`Search: ${styleText('bold', search.query)}  (${search.tookMs.total} ms)\n`);
  search.results.forEach((result, index) => {
    console.log(`${index + 1}. ${styleText('bold', result.filename)}, ${place(result)}   ${ranks(result)}`);
    if (result.headingPath.length > 0) console.log(`   ${styleText('dim', result.headingPath.join(' › '))}`);
    console.log(`   ${result.text === '' ? NO_WORDS : snippet(result).replaceAll('\n', '\n   ')}\n`);
  });
  if (search.results.length === 0) console.log('No results.\n');
  const ready = files.filter(({ status }) => status === 'READY').length;
  console.log(`${ready} of ${files.length} files can be searched; ${report.seconds} s in total.`);
}

function place({ location }: SearchResult): string {
  if ('page' in location) return `page ${location.page}`;
  if ('slide' in location) return `slide ${location.slide}`;
  if ('sheet' in location) return `sheet ${location.sheet}, row ${location.row}`;
  if ('startSeconds' in location) return `${location.startSeconds.toFixed(1)}–${location.endSeconds.toFixed(1)} s`;
  return `characters ${location.charStart}–${location.charEnd}`;
}

function ranks({ legs, score }: SearchResult): string {
  const words = legs.bm25 ?? legs.sparse;
  const parts = [
    legs.dense ? `meaning #${legs.dense.rank}` : '',
    words ? `words #${words.rank}` : '',
    legs.image ? `picture #${legs.image.rank}` : '',
    legs.rerank ? `reranked #${legs.rerank.rank}` : '',
    `score ${score.toFixed(3)}`,
  ];
  return styleText('dim', parts.filter((part) => part !== '').join(' · '));
}

/** The sentences of the passage around its matches, matches in bold. */
function snippet({ text, highlights, snippet: { start, end } }: SearchResult): string {
  let shown = start > 0 ? '…' : '';
  let at = start;
  for (const span of highlights.filter((highlight) => highlight.start >= start && highlight.end <= end)) {
    shown += text.slice(at, span.start) + styleText(['bold', 'yellow'], text.slice(span.start, span.end));
    at = span.end;
  }
  return (shown + text.slice(at, end) + (end < text.length ? '…' : '')).replaceAll(/\n\s*\n/g, '\n');
}
