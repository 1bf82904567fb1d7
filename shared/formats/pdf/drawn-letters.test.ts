import { describe, expect, it } from 'vitest';
import { readBytes } from '#shared/formats/testing/read-bytes.ts';
import { makeDrawnPdf, show } from '#testing/documents/make-drawn-pdf.ts';
import { pdf } from './pdf.ts';

async function textOf(operators: readonly string[], letters: Record<number, string> = {}): Promise<string> {
  const { pages } = await readBytes(pdf, makeDrawnPdf({ pages: [operators.join('\n')], letters }));
  return pages[0]?.text ?? '';
}

/** Each letter by itself, `pitch` points after the one before; nothing for a space. */
function oneByOne(text: string, pitch: number, y = 700): string[] {
  return [...text].flatMap((letter, at) => (letter === ' ' ? [] : [show(letter, 60 + at * pitch, y)]));
}

describe('words set letter by letter', () => {
  it.each([
    ['each letter where it stands', oneByOne('Formatted heading', 9)],
    ['by a gap after every letter', ['BT /F1 10 Tf 3 Tc 60 700 Td (Formatted heading) Tj ET']],
    [
      'by a gap so small that spaces are as wide as letters',
      ['BT /F1 10 Tf 1.3 Tc 60 700 Td (Formatted heading) Tj ET'],
    ],
    [
      'with gaps instead of spaces',
      [
        'BT /F1 10 Tf 60 700 Td [(F)-150(o)-150(rm)-150(a)-150(t)-150(t)-150(e)-150(d)-500(h)-150(e)-150(a)-150(d)-150(i)-150(n)-150(g)] TJ ET',
      ],
    ],
    ['with typed spaces', [show('F o r m a t t e d   h e a d i n g', 60, 700)]],
  ])('are words: %s', async (_how, operators) => {
    expect(await textOf([...operators, show('Normal text follows.', 60, 660)])).toBe(
      'Formatted heading\n\nNormal text follows.',
    );
  });

  it('are words where letters stand further apart than columns of a table', async () => {
    expect(await textOf(oneByOne('WIDE TITLE', 20))).toBe('WIDE TITLE');
  });

  it('are told from what is counted and calculated', async () => {
    expect(
      await textOf([show('options A B C D E F', 60, 700), show('A B C D E F', 60, 680), show('x y z w u v', 60, 660)]),
    ).toBe('options A B C D E F\n\nA B C D E F\n\nx y z w u v');
  });
});

describe('soft hyphens', () => {
  const letters = { 173: '\u00AD' };

  it('join the word that a line ends in, also before a capital and after a hyphen', async () => {
    expect(
      await textOf(
        [
          show('Der Wert\xadpapier\xadindex in Deutsch\xad', 60, 700, 'F2'),
          show('land und die Reise-Ver\xad', 60, 688, 'F2'),
          show('sicherung der Donaudampf\xad', 60, 676, 'F2'),
          show('Schifffahrt.', 60, 664, 'F2'),
        ],
        letters,
      ),
    ).toBe('Der Wertpapierindex in Deutschland\nund die Reise-Versicherung\nder DonaudampfSchifffahrt.');
  });

  it('leave nothing behind at the end of a page', async () => {
    expect(await textOf([show('one line', 60, 700, 'F2'), show('and an un\xad', 60, 688, 'F2')], letters)).toBe(
      'one line\nand an un',
    );
  });
});

describe('letters as fonts draw them', () => {
  it('are the letters that people type', async () => {
    const letters = { 161: '\uFB01', 162: '\uFB04', 163: '\u2011', 164: '\u00A0', 165: 'm\u00B2' };
    expect(await textOf([show('of\xa1ce wa\xa2e non\xa3stop 5\xa4\xa5', 60, 700, 'F2')], letters)).toBe(
      'office waffle non-stop 5 m²',
    );
  });

  it('are read from the right where they are Arabic, with numbers and Latin words as they stand', async () => {
    // Drawn from the left: what stands last comes first.
    const letters = {
      ...{
        161: '\uFEF2',
        162: '\uFE91',
        163: '\uFEAE',
        164: '\uFECC',
        165: '\uFEDF',
        166: '\uFE8D',
        167: '\uFEFC',
        168: '\uFEB3',
      },
    };
    const visual = '2024 (\xa1\xa2\xa3\xa4\xa5\xa6) GPS unit \xa7\xa8';
    expect(await textOf([show(visual, 60, 700, 'F2')], letters)).toBe('سلا GPS unit (العربي) 2024');
  });
});
