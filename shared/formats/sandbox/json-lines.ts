import type { Readable } from 'node:stream';

/**
 * Reads one JSON value a line of what a process behind walls says. It may say anything: a line that is none, or longer than
 * `mostChars`, is told to `onNonsense` once, and nothing after it is heard.
 */
export function readJsonLines(
  stream: Readable,
  mostChars: number,
  onValue: (value: unknown) => void,
  onNonsense: () => void,
): void {
  let pieces: string[] = [];
  let chars = 0;
  let heard = true;

  function refuse(): void {
    heard = false;
    pieces = [];
    onNonsense();
  }

  function take(piece: string): boolean {
    pieces.push(piece);
    chars += piece.length;
    return chars <= mostChars;
  }

  function endLine(): boolean {
    const line = pieces.join('');
    pieces = [];
    chars = 0;
    try {
      onValue(JSON.parse(line));
      return true;
    } catch {
      return false;
    }
  }

  stream.setEncoding('utf8').on('data', (text: string) => {
    if (!heard) return;
    const parts = text.split('\n');
    for (const [index, part] of parts.entries()) {
      const isWhole = index < parts.length - 1;
      if (!take(part) || (isWhole && !endLine())) {
        refuse();
        return;
      }
    }
  });
}
