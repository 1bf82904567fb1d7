import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import { isRecord } from './annotation.ts';
import { type Area, around, finite } from './area.ts';

/** What a page draws beside its text. */
export interface Drawing {
  pictures: Picture[];
  /** The text that annotations draw, by their ids: stamps, signatures, watermarks. */
  faces: Map<string, string>;
  /** Signs that are drawn and not shown: the text that a program read from a scan before. */
  hiddenSigns: number;
  /** Fonts whose characters are their codes, as far as the page shows: what they show is told, or nothing is known. */
  codeFonts: Set<string>;
}

/** A picture and where the page draws it. */
export interface Picture {
  area: Area;
  width: number;
  height: number;
}

type Matrix = readonly [number, number, number, number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
/** Moves within a line that part words, in thousandths of an em. */
const WORD_GAP = -180;
const INVISIBLE = 3;
/** A page that is cut into more is no scan. */
const MOST_PICTURES = 5_000;
const LONGEST_FACE = 10_000;

/** Looks through the drawing instructions of a page. */
export async function readDrawing(page: PDFPageProxy): Promise<Drawing> {
  const { OPS } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const { fnArray, argsArray } = await page.getOperatorList();
  const pictures: Picture[] = [];
  const faces = new Map<string, string>();
  let hiddenSigns = 0;
  const fonts = new Map<string, boolean>();
  let state = { matrix: IDENTITY, mode: 0, font: '' };
  const stack: (typeof state)[] = [];
  let face: { id: string; text: string } | undefined;

  const draw = (width: number, height: number, matrix: Matrix = state.matrix): void => {
    if (pictures.length < MOST_PICTURES) pictures.push({ area: unitSquare(matrix), width, height });
  };
  const write = (text: string): void => {
    if (face && face.text.length < LONGEST_FACE) face.text += text;
  };

  fnArray.forEach((operator, at) => {
    const args: readonly unknown[] = argsArray[at] ?? [];
    switch (operator) {
      case OPS.save:
        stack.push(state);
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        state = stack.pop() ?? state;
        break;
      case OPS.transform:
        state = { ...state, matrix: multiply(state.matrix, toMatrix(args)) };
        break;
      case OPS.paintFormXObjectBegin:
        stack.push(state);
        state = { ...state, matrix: multiply(state.matrix, toMatrix(args[0])) };
        break;
      case OPS.beginAnnotation:
        stack.push(state);
        state = { ...state, matrix: multiply(toMatrix(args[2]), toMatrix(args[3])) };
        face = { id: String(args[0]), text: '' };
        break;
      case OPS.endAnnotation:
        state = stack.pop() ?? state;
        if (face && face.text.trim() !== '') faces.set(face.id, face.text.replace(/[^\S\n]+/g, ' ').trim());
        face = undefined;
        break;
      case OPS.setFont:
        state = { ...state, font: String(args[0]) };
        break;
      case OPS.setTextRenderingMode:
        state = { ...state, mode: Number(args[0]) };
        break;
      case OPS.setTextMatrix:
      case OPS.beginText:
      case OPS.nextLine:
        write('\n');
        break;
      case OPS.moveText:
        write(Number(args[1]) === 0 ? ' ' : '\n');
        break;
      case OPS.showText: {
        const signs = Array.isArray(args[0]) ? args[0] : [];
        if (signs.some(isSign)) fonts.set(state.font, fonts.get(state.font) !== false && signs.every(isItsCode));
        if (state.mode === INVISIBLE) hiddenSigns += signs.length;
        if (face) write(signs.map(signText).join(''));
        break;
      }
      case OPS.paintImageXObject:
        draw(Number(args[1]), Number(args[2]));
        break;
      case OPS.paintImageMaskXObject:
      case OPS.paintInlineImageXObject:
        draw(...sizeOfPicture(args[0]));
        break;
      case OPS.paintImageMaskXObjectGroup:
        for (const image of Array.isArray(args[0]) ? args[0] : []) {
          const own = isRecord(image) ? image.transform : undefined;
          draw(...sizeOfPicture(image), multiply(state.matrix, toMatrix(own)));
        }
        break;
    }
  });
  const codeFonts = new Set([...fonts].filter(([, areCodes]) => areCodes).map(([name]) => name));
  return { pictures, faces, hiddenSigns, codeFonts };
}

function isSign(sign: unknown): boolean {
  return isRecord(sign);
}

/** Spaces are told by their widths, too. */
function isItsCode(sign: unknown): boolean {
  if (!isRecord(sign) || sign.isSpace === true || sign.unicode === ' ') return true;
  const code = Number(sign.originalCharCode);
  return code >= 0 && code <= 0x10_ffff && sign.unicode === String.fromCodePoint(code);
}

function signText(sign: unknown): string {
  if (typeof sign === 'number') return sign < WORD_GAP ? ' ' : '';
  return isRecord(sign) && typeof sign.unicode === 'string' ? sign.unicode : '';
}

function sizeOfPicture(picture: unknown): [number, number] {
  return isRecord(picture) ? [Number(picture.width ?? 0), Number(picture.height ?? 0)] : [0, 0];
}

/** Lists come as arrays and as typed arrays. */
function toMatrix(values: unknown): Matrix {
  if (!isRecord(values)) return IDENTITY;
  const [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map((index) => finite(Number(values[index])));
  if (a === undefined || b === undefined || c === undefined || d === undefined) return IDENTITY;
  return [a, b, c, d, e ?? 0, f ?? 0];
}

function multiply(m: Matrix, n: Matrix): Matrix {
  return [
    m[0] * n[0] + m[2] * n[1],
    m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3],
    m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4],
    m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

/** Where a picture lands, which is drawn on a square of one by one. */
function unitSquare([a, b, c, d, e, f]: Matrix): Area {
  return around([
    [e, f],
    [a + e, b + f],
    [c + e, d + f],
    [a + c + e, b + d + f],
  ]);
}
