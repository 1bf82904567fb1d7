import { z } from 'zod';
import type { Setting } from '#shared/runtime/settings/kinds.ts';
import { SETTING_GROUPS } from '#shared/runtime/settings.ts';

const GIB = 1024 ** 3;

/** What `.env.example` leaves out, and why. */
const NOT_IN_EXAMPLE: Readonly<Record<string, string>> = { PATH: 'every machine has one' };

/** In `.env.example`, whose first part people write: what the containers need, and where they are. */
const EXAMPLE_MARK = '# All other settings with their defaults. npm run settings writes this part.';

export const PAGE = 'docs/settings.md';
export const EXAMPLE = '.env.example';
export const AWS_ENVIRONMENT = 'infra/environment/aws.yml';

/** What is made from the table of settings, by its path in the repository. @param example `.env.example` as it is */
export function settingsFiles(example: string): Record<string, string> {
  return { [PAGE]: settingsPage(), [EXAMPLE]: exampleFile(example), [AWS_ENVIRONMENT]: awsEnvironment() };
}

function settingsPage(): string {
  const sections = SETTING_GROUPS.map(({ title, settings }) => {
    const rows = Object.entries(settings).map(([name, setting]) => {
      const cells = [
        `\`${name}\``,
        defaultCell(name, setting),
        boundsCell(name, setting),
        setting.doc,
        awsCell(setting),
      ];
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
    });
    return `## ${title}\n\n| setting | default | values | description | on AWS |\n|---|---|---|---|---|\n${rows.join('')}`;
  });
  return `${PAGE_HEAD}\n${sections.join('\n')}`;
}

const PAGE_HEAD = `# Settings

All settings are environment variables, read and checked in one place (\`shared/runtime/config.ts\`). An empty value counts
as unset, and all errors are reported at once, by name. [Settings and real services](real-services.md) says which settings
go together. On AWS, a setting is taken from the environment variable of the same name at deployment, unless the last
column says otherwise; [secrets](real-services.md#aws) come from Secrets Manager. \`npm run settings\` writes this page,
\`.env.example\` and \`infra/environment/aws.yml\` from \`shared/runtime/settings/\`.
`;

interface Shown {
  type?: string;
  default?: unknown;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
}

function shown({ schema }: Setting): Shown {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shown;
}

function defaultCell(name: string, setting: Setting): string {
  const value = shown(setting).default;
  if (value === undefined) return setting.schema.safeParse(undefined).success ? '' : 'required';
  if (value === '') return '';
  const size = typeof value === 'number' && sizeOf(name, value);
  return `\`${value}\`${size ? ` (${size})` : ''}`;
}

function boundsCell(name: string, setting: Setting): string {
  const { enum: choices, minimum, maximum } = shown(setting);
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (minimum === undefined || maximum === undefined) return '';
  if (maximum === Number.MAX_SAFE_INTEGER) return `from ${minimum}`;
  return `${minimum} to ${sizeOf(name, maximum) ?? maximum.toLocaleString('en')}`;
}

function sizeOf(name: string, bytes: number): string | undefined {
  return name.endsWith('_BYTES') && bytes % GIB === 0 ? `${bytes / GIB} GiB` : undefined;
}

function awsCell({ secret, aws, local }: Setting): string {
  if (local !== undefined) return `not passed: ${local}`;
  if (secret) return 'secret';
  if (aws === undefined) return '';
  return aws.startsWith('!') ? 'from the stack' : `\`${aws}\``;
}

function exampleFile(example: string): string {
  const end = example.indexOf(EXAMPLE_MARK);
  const head = end < 0 ? `${example.trimEnd()}\n\n` : example.slice(0, end);
  const groups = SETTING_GROUPS.map(({ title, settings }) => {
    const entries = Object.entries(settings)
      .filter(([name]) => NOT_IN_EXAMPLE[name] === undefined && !new RegExp(`^(# )?${name}=`, 'm').test(head))
      .map(([name, setting]) => `# ${withoutLinks(setting.doc)}\n# ${name}=${shown(setting).default ?? ''}\n`);
    return entries.length > 0 ? `\n# ${title}\n${entries.join('')}` : '';
  });
  return `${head}${EXAMPLE_MARK}\n${groups.join('')}`;
}

function withoutLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1').replaceAll('`', '');
}

function awsEnvironment(): string {
  const lines = SETTING_GROUPS.flatMap(({ settings }) => Object.entries(settings))
    .filter(([, { local }]) => local === undefined)
    .map(([name, setting]) => `${name}: ${awsValue(name, setting)}\n`);
  return `${AWS_HEAD}${lines.join('')}`;
}

const AWS_HEAD = `# The settings of the functions on AWS, written by npm run settings. Secrets are in Secrets Manager, as one JSON
# object. Only what is set is passed on; see infra/packaging/passed-settings.ts.
`;

function awsValue(name: string, { secret, aws }: Setting): string {
  if (secret) return `"{{resolve:secretsmanager:omnirag/\${sls:stage}:SecretString:${name}}}"`;
  return aws ?? `\${env:${name}, ''}`;
}
