import { describe, expect, it } from 'vitest';
import { type PagePlace, placeSpan, type WordBox } from './page-place.ts';

function word(offset: number, x: number, y: number): WordBox {
  return { offset, length: 4, x, y, width: 0.1, height: 0.02, confidence: 90 };
}

describe('the place of a span', () => {
  it('is the slide', () => {
    expect(placeSpan({ kind: 'slide', slide: 7 }, 3, 0, 10)).toEqual({ slide: 7 });
  });

  it('is the rows it touches, a header row before the first mark not counted', () => {
    const sheet: PagePlace = {
      kind: 'sheet',
      sheet: 'Tariffs',
      rows: [
        { offset: 10, row: 2 },
        { offset: 20, row: 3 },
        { offset: 30, row: 9 },
      ],
    };
    expect(placeSpan(sheet, 1, 20, 30)).toEqual({ sheet: 'Tariffs', row: 3 });
    expect(placeSpan(sheet, 1, 0, 31)).toEqual({ sheet: 'Tariffs', row: 2, lastRow: 9 });
    expect(placeSpan(sheet, 1, 0, 10)).toBeUndefined();
  });

  it('is the time from the first segment to the end of the last', () => {
    const sound: PagePlace = {
      kind: 'sound',
      startSeconds: 0,
      endSeconds: 61.5,
      segments: [
        { offset: 0, startSeconds: 1.5, endSeconds: 3 },
        { offset: 12, startSeconds: 3, endSeconds: 7.25 },
      ],
    };
    expect(placeSpan(sound, 1, 5, 20)).toEqual({ startSeconds: 1.5, endSeconds: 7.25 });
    expect(placeSpan(sound, 1, 12, 20)).toEqual({ startSeconds: 3, endSeconds: 7.25 });
    expect(placeSpan({ ...sound, segments: [] }, 1, 0, 0)).toEqual({ startSeconds: 0, endSeconds: 61.5 });
  });

  it('is one box a line of words', () => {
    const words = [word(0, 0.1, 0.1), word(5, 0.25, 0.101), word(10, 0.1, 0.2)];
    const location = placeSpan({ kind: 'picture', words }, 2, 0, 14);
    expect(location).toMatchObject({
      page: 2,
      boxes: [
        { x: 0.1, y: 0.1 },
        { x: 0.1, y: 0.2 },
      ],
    });
    const boxes = location && 'boxes' in location ? location.boxes : undefined;
    expect(boxes?.[0]?.width).toBeCloseTo(0.25);
    expect(placeSpan({ kind: 'picture', words }, 2, 9, 14)).toMatchObject({ boxes: [{ y: 0.2 }] });
    expect(placeSpan({ kind: 'picture', words: [] }, 2, 0, 1)).toEqual({ page: 2 });
  });
});
