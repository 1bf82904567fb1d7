import { localAttribute } from '../xml/local-attribute.ts';
import type { Attributes } from '../xml/read-xml.ts';

interface Field {
  state: 'instruction' | 'result';
  instruction: string;
  /** What a form field holds that shows no result of its own. */
  form: { kind: 'none' } | { kind: 'box'; checked: boolean } | { kind: 'choice'; chosen: number; entries: string[] };
}

/** Instructions that are kept; a longer one is no formula of a person's. */
const LONGEST_INSTRUCTION = 10_000;
/** Fields in each other that are followed. */
const MOST_OPEN = 64;

/** Follows the fields of a text: their results are shown, what computes them is not. */
export interface Fields {
  /** `w:fldChar`. @returns what the field shows by itself, where it has no result */
  mark(attributes: Attributes): string;
  instruction(text: string): void;
  /** An element inside `w:ffData`. */
  form(name: string, attributes: Attributes): void;
  /** Whether what is written now is shown: results inside an instruction are not. */
  areShown(): boolean;
  /** An instruction that nobody ended hides nothing of the next paragraph. */
  endParagraph(): void;
}

export function createFields(): Fields {
  let open: Field[] = [];
  let deeper = 0;
  return {
    mark(attributes) {
      const type = localAttribute(attributes, 'fldCharType');
      const field = open.at(-1);
      if (deeper > 0 || (type === 'begin' && open.length >= MOST_OPEN)) {
        if (type !== 'separate') deeper += type === 'begin' ? 1 : -1;
      } else if (type === 'begin') open.push({ state: 'instruction', instruction: '', form: { kind: 'none' } });
      else if (type === 'separate' && field) field.state = 'result';
      else if (type === 'end') {
        open.pop();
        if (field?.state === 'instruction' || field?.form.kind === 'box') return shownWithoutResult(field);
      }
      return '';
    },
    instruction(text) {
      const field = open.at(-1);
      if (field && field.instruction.length < LONGEST_INSTRUCTION) field.instruction += text;
    },
    form(name, attributes) {
      const field = open.at(-1);
      if (!field) return;
      const value = localAttribute(attributes, 'val');
      if (name === 'checkBox') field.form = { kind: 'box', checked: false };
      else if (name === 'ddList') field.form = { kind: 'choice', chosen: 0, entries: [] };
      else if (field.form.kind === 'box' && (name === 'default' || name === 'checked')) {
        field.form.checked = value !== '0' && value !== 'false';
      } else if (field.form.kind === 'choice') {
        if (name === 'result') field.form.chosen = Number(value) || 0;
        else if (name === 'listEntry') field.form.entries.push(value ?? '');
      }
    },
    areShown: () => open.every(({ state }, at) => state === 'result' || at === open.length - 1),
    endParagraph() {
      deeper = 0;
      if (open.some(({ state }) => state === 'instruction')) open = open.filter(({ state }) => state === 'result');
    },
  };
}

function shownWithoutResult({ form, instruction }: Field): string {
  if (form.kind === 'box') return form.checked ? '☒' : '☐';
  if (form.kind === 'choice') return form.entries[form.chosen] ?? '';
  return formulaOf(instruction);
}

/**
 * What an `EQ` field draws: signs over and beside each other, such as Japanese words under their reading
 * (`EQ \o(\s\up 9(とうきょう),東京)`), of which the words are told and not the reading.
 */
function formulaOf(instruction: string): string {
  if (!/^\s*eq\s/i.test(instruction)) return '';
  return instruction
    .replace(/^\s*eq\s/i, '')
    .replace(/\\\*\s*(?:"[^"]*"|\w+)/g, '')
    .replace(/\\s\\up\s*[\d.]*\s*\([^()]*\)\s*[,;]/gi, '')
    .replace(/\\(?:[a-z]+\d*)/gi, '')
    .replace(/[()]/g, '')
    .replace(/[,;]/g, ' ')
    .trim();
}
