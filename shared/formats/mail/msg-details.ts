import type { FieldsData } from '@kenjiuno/msgreader';
import { cleanText } from '../text/clean-text.ts';

/** What Outlook shows of an appointment and of a contact beside its text. */
const DETAILS: readonly { kind: RegExp; lines: readonly [string, (fields: FieldsData) => string | undefined][] }[] = [
  {
    kind: /^IPM\.(?:Appointment|Schedule)/i,
    lines: [
      ['Begins', ({ apptStartWhole }) => time(apptStartWhole)],
      ['Ends', ({ apptEndWhole }) => time(apptEndWhole)],
      ['Location', ({ apptLocation }) => apptLocation],
    ],
  },
  {
    kind: /^IPM\.Contact/i,
    lines: [
      ['Name', ({ givenName, middleName, surname }) => joined([givenName, middleName, surname])],
      ['Title', ({ title }) => title],
      ['Company', ({ companyName }) => companyName],
      ['Department', ({ department, departmentName }) => department ?? departmentName],
      ['Email', ({ email1EmailAddress }) => email1EmailAddress],
      ['Business phone', ({ businessTelephoneNumber }) => businessTelephoneNumber],
      ['Mobile phone', ({ mobileTelephoneNumber }) => mobileTelephoneNumber],
      ['Home phone', ({ homeTelephoneNumber }) => homeTelephoneNumber],
      ['Address', ({ workAddress, postalAddress }) => workAddress ?? postalAddress],
      ['Web page', ({ businessHomePage }) => businessHomePage],
    ],
  },
];

/** A line each; empty for mails. */
export function messageDetails(fields: FieldsData): string {
  const lines = DETAILS.find(({ kind }) => kind.test(fields.messageClass ?? ''))?.lines ?? [];
  return lines
    .map(
      ([name, read]) =>
        [
          name,
          cleanText(read(fields) ?? '')
            .replace(/\s+/g, ' ')
            .trim(),
        ] as const,
    )
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}

function joined(names: readonly (string | undefined)[]): string {
  return names.filter((name) => name).join(' ');
}

function time(value: string | undefined): string | undefined {
  const at = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(at) ? value : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
