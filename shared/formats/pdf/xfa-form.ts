import type { XmlEvents } from '../xml/read-xml.ts';

export interface FormField {
  label: string;
  name: string;
  /** Of a group of which one is chosen: its value is the group's. */
  group: string | undefined;
  /** What the form fills in itself. */
  own: string;
  isBox: boolean;
  choices: { saved: string; shown: string }[];
}

export interface FormReader {
  /** For the parts of one form, whichever comes first. */
  events: XmlEvents;
  /** Labels and fields in the order of the form. */
  entries: ({ label: string } | FormField)[];
  /** What was filled in, by the names of fields. */
  values: Map<string, string[]>;
  /** Names of what is not shown. */
  secrets: Set<string>;
}

/** Nobody fills in as many. */
const MOST_ENTRIES = 100_000;
const NOT_SHOWN: ReadonlySet<string | undefined> = new Set(['hidden', 'invisible', 'inactive']);

interface OpenField extends Omit<FormField, 'choices'> {
  kind: 'field' | 'draw';
  isSecret: boolean;
  lists: { texts: string[]; isSaved: boolean }[];
}

/** Collects what a form in XFA says from the events of its template and of its data. */
export function createFormReader(): FormReader {
  const entries: FormReader['entries'] = [];
  const values: FormReader['values'] = new Map();
  const secrets = new Set<string>();
  const path: string[] = [];
  const inside = { template: 0, data: 0, value: 0, caption: 0 };
  const groups: string[] = [];
  let field: OpenField | undefined;
  let skipping = 0;
  let text = '';
  let isLeaf = false;

  function endField(ended: OpenField): void {
    const { kind, isSecret, lists, ...rest } = ended;
    if (isSecret) secrets.add(rest.group ?? rest.name);
    if (isSecret || entries.length >= MOST_ENTRIES) return;
    const label = oneLine(rest.label);
    if (kind === 'draw') {
      if (oneLine(rest.own) !== '') entries.push({ label: oneLine(rest.own) });
      return;
    }
    const shown = lists.find(({ isSaved }) => !isSaved)?.texts ?? [];
    const saved = lists.find(({ isSaved }) => isSaved)?.texts ?? shown;
    const choices = saved.map((value, index) => ({ saved: value, shown: shown[index] ?? value }));
    entries.push({ ...rest, label, own: oneLine(rest.own), choices });
  }

  const events: XmlEvents = {
    open(name, attributes) {
      path.push(name);
      if (isCounted(name)) inside[name]++;
      text = '';
      isLeaf = true;
      if (inside.template === 0) return;
      if (skipping > 0 || NOT_SHOWN.has(attributes.presence)) {
        // The values that a list saves are hidden, too.
        if (skipping === 0 && name === 'items') field?.lists.push({ texts: [], isSaved: attributes.save === '1' });
        else skipping++;
        if (name === 'field') secrets.add(attributes.name ?? '');
        return;
      }
      if (name === 'exclGroup') groups.push(attributes.name ?? '');
      else if (name === 'field' || name === 'draw') {
        field = {
          ...{ kind: name, label: '', name: attributes.name ?? '', group: groups.at(-1), own: '' },
          ...{ isBox: false, isSecret: false, lists: [] },
        };
      } else if (name === 'items') field?.lists.push({ texts: [], isSaved: attributes.save === '1' });
      else if (name === 'checkButton' && field) field.isBox = true;
      else if (name === 'passwordEdit' && field) field.isSecret = true;
    },
    text(piece) {
      text += piece;
      if (skipping > 0 || !field || inside.value === 0) return;
      if (inside.caption > 0) field.label += piece;
      else field.own += piece;
    },
    close(name) {
      path.pop();
      const { template, data } = inside;
      if (isCounted(name)) inside[name]--;
      if (template > 0) {
        if (skipping > 0) skipping--;
        else if (name === 'exclGroup') groups.pop();
        else if (path.at(-1) === 'items') field?.lists.at(-1)?.texts.push(text);
        else if ((name === 'p' || name === 'br') && field) field.own += field.own === '' ? '' : ' ';
        else if ((name === 'field' || name === 'draw') && field) {
          endField(field);
          field = undefined;
        }
      } else if (isLeaf && data > 0 && text.trim() !== '') {
        const others = values.get(name);
        if (others) others.push(oneLine(text));
        else values.set(name, [oneLine(text)]);
      }
      isLeaf = false;
    },
  };
  return { events, entries, values, secrets };
}

function isCounted(name: string): name is 'template' | 'data' | 'value' | 'caption' {
  return name === 'template' || name === 'data' || name === 'value' || name === 'caption';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
