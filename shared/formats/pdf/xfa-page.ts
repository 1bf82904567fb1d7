import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import { cleanText } from '../text/clean-text.ts';
import { isRecord } from './annotation.ts';

/** A node of the page as the library lays the form out, in the manner of HTML. */
interface Node {
  name: string;
  value: string;
  classes: readonly unknown[];
  attributes: Readonly<Record<string, unknown>>;
  style: Readonly<Record<string, unknown>>;
  children: Node[];
}

/** What stands on a line of its own. */
const LINES = ['xfaField', 'xfaDraw', 'xfaRow'];

/** The text of a page of a form in XFA: labels, and what was filled in beside them. */
export async function readXfaPage(page: PDFPageProxy): Promise<string> {
  const raw: unknown = await page.getXfa();
  const lines: string[] = [];
  addLines(toNode(raw), lines);
  return cleanText(lines.filter((line) => line !== '').join('\n'));
}

function addLines(node: Node, lines: string[]): void {
  if (isHidden(node)) return;
  if (node.classes.includes('xfaRow')) {
    const cells = byPlace(node.children).map((cell) => oneLine(textOf(cell)));
    lines.push(cells.some((cell) => cell !== '') ? cells.join(' | ') : '');
  } else if (LINES.some((name) => node.classes.includes(name)) || node.children.length === 0) {
    lines.push(
      textOf(node)
        .split('\n')
        .map(oneLine)
        .filter((line) => line !== '')
        .join('\n'),
    );
  } else for (const child of byPlace(node.children)) addLines(child, lines);
}

function textOf(node: Node): string {
  if (isHidden(node)) return '';
  const { name, attributes, children, value } = node;
  const chosen = (): string[] =>
    children.filter((option) => option.attributes.selected === true).map((option) => option.value);
  switch (name) {
    case 'input': {
      const isBox = attributes.type === 'checkbox' || attributes.type === 'radio';
      if (isBox) return attributes.checked === true ? '[x]' : '[ ]';
      return attributes.type === 'password' ? '' : stringOf(attributes.value);
    }
    case 'textarea':
      return stringOf(attributes.value) || stringOf(attributes.textContent) || value;
    case 'select':
      return chosen().join(', ') || stringOf(attributes.value);
    case 'br':
      return '\n';
    case 'label':
      return textOfLabel(children);
    default: {
      const isBlock = name === 'p' || name === 'li';
      const inside = value + children.map(textOf).join(name === 'div' ? ' ' : '');
      return isBlock ? `${inside}\n` : inside;
    }
  }
}

/** Boxes stand before what they say, wherever the form has them. */
function textOfLabel(children: readonly Node[]): string {
  const parts = children.map((child) => ({ text: oneLine(textOf(child)), isBox: isBox(child) }));
  const ordered = [...parts.filter((part) => part.isBox), ...parts.filter((part) => !part.isBox)];
  return ordered
    .map(({ text }) => text)
    .filter((text) => text !== '')
    .join(' ');
}

function isBox({ name, attributes, children }: Node): boolean {
  if (name === 'input') return attributes.type === 'checkbox' || attributes.type === 'radio';
  return children.length === 1 && children.some(isBox);
}

function isHidden({ style }: Node): boolean {
  return style.visibility === 'hidden' || style.display === 'none';
}

/** From top to bottom, where the form says where things are. */
function byPlace(children: readonly Node[]): Node[] {
  const placed = children.map((node) => ({ node, top: pixels(node.style.top), left: pixels(node.style.left) }));
  if (
    placed.some(({ top, left, node }) => node.style.position !== 'absolute' || top === undefined || left === undefined)
  ) {
    return [...children];
  }
  return placed.sort((a, b) => (a.top ?? 0) - (b.top ?? 0) || (a.left ?? 0) - (b.left ?? 0)).map(({ node }) => node);
}

function pixels(value: unknown): number | undefined {
  const number = Number.parseFloat(stringOf(value));
  return Number.isFinite(number) ? number : undefined;
}

function toNode(raw: unknown): Node {
  const node = isRecord(raw) ? raw : {};
  const attributes = isRecord(node.attributes) ? node.attributes : {};
  return {
    name: stringOf(node.name),
    value: stringOf(node.value),
    classes: Array.isArray(attributes.class) ? attributes.class : [],
    attributes,
    style: isRecord(attributes.style) ? attributes.style : {},
    children: Array.isArray(node.children) ? node.children.filter(isRecord).map(toNode) : [],
  };
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
