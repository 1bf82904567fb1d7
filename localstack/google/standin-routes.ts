import { z } from 'zod';
import type { ItemEdit, NewItem } from './drive/drive-store.ts';
import { type Answer, type Exchange, type GoogleState, jsonAnswer } from './exchange.ts';
import { faultSchema } from './faults.ts';
import { GoogleError } from './google-error.ts';

const content = { content: z.string().optional(), contentBase64: z.base64().optional() };
const newItem = z.strictObject({
  id: z.string().min(1).max(100).optional(),
  parent: z.string().optional(),
  name: z.string().min(1),
  mimeType: z.string().default('text/plain'),
  driveId: z.string().optional(),
  targetId: z.string().optional(),
  ...content,
});
const newItems = z.union([
  newItem.transform((one) => [one]),
  z.strictObject({ files: z.array(newItem).max(10_000) }).transform(({ files }) => files),
]);
const itemEdit = z.strictObject({
  name: z.string().min(1).optional(),
  parent: z.string().optional(),
  trashed: z.boolean().optional(),
  ...content,
});

type Handler = (state: GoogleState, exchange: Exchange, account: string, id: string) => Answer | Promise<Answer>;

/**
 * What a person does in their Drive, by plain requests, and what goes wrong on demand; for who knows the client's secret:
 *
 * - `GET /standin/accounts`
 * - `GET|POST /standin/drives/{account}/files`, `PATCH|DELETE /standin/drives/{account}/files/{id}` (edit; delete for
 *   ever, which is also what losing access looks like)
 * - `POST /standin/drives/{account}/revoke` (the person withdraws the consent), `…/expire-access`
 * - `GET /standin/drives/{account}/tokens`: what was given out, for a search for where it should not be
 * - `POST|DELETE /standin/faults`, `GET|DELETE /standin/requests`
 */
const ROUTES: Array<{ route: RegExp; handle: Handler }> = [
  { route: /^GET \/standin\/accounts$/, handle: (state) => jsonAnswer(200, { accounts: state.drives.accounts() }) },
  {
    route: /^GET \/standin\/drives\/([^/]+)\/files$/,
    handle: (state, _, account) => jsonAnswer(200, { files: state.drives.items(account) }),
  },
  {
    route: /^POST \/standin\/drives\/([^/]+)\/files$/,
    async handle(state, exchange, account) {
      state.drives.addAccount(account);
      const items = (await readJson(exchange, newItems)).map(withBytes) satisfies NewItem[];
      return jsonAnswer(201, { files: state.drives.create(account, items) });
    },
  },
  {
    route: /^PATCH \/standin\/drives\/([^/]+)\/files\/([^/]+)$/,
    async handle(state, exchange, account, id) {
      const edit: ItemEdit = withBytes(await readJson(exchange, itemEdit));
      const edited = state.drives.edit(account, id, edit);
      if (!edited) throw new GoogleError(404, 'notFound', `File not found: ${id}.`);
      return jsonAnswer(200, edited);
    },
  },
  {
    route: /^DELETE \/standin\/drives\/([^/]+)\/files\/([^/]+)$/,
    handle(state, _, account, id) {
      if (!state.drives.remove(account, id)) throw new GoogleError(404, 'notFound', `File not found: ${id}.`);
      return { status: 204 };
    },
  },
  {
    route: /^POST \/standin\/drives\/([^/]+)\/revoke$/,
    handle(state, _, account) {
      state.grants.revokeAccount(account);
      return { status: 204 };
    },
  },
  {
    route: /^GET \/standin\/drives\/([^/]+)\/tokens$/,
    handle: (state, _, account) => jsonAnswer(200, { tokens: state.grants.tokensOf(account) }),
  },
  {
    route: /^POST \/standin\/drives\/([^/]+)\/expire-access$/,
    handle(state, _, account) {
      state.grants.expireAccess(account);
      return { status: 204 };
    },
  },
  {
    route: /^POST \/standin\/faults$/,
    async handle(state, exchange) {
      state.faults.add(await readJson(exchange, faultSchema));
      return { status: 204 };
    },
  },
  {
    route: /^DELETE \/standin\/faults$/,
    handle(state) {
      state.faults.clear();
      return { status: 204 };
    },
  },
  { route: /^GET \/standin\/requests$/, handle: (state) => jsonAnswer(200, state.requests.read()) },
  {
    route: /^DELETE \/standin\/requests$/,
    handle(state) {
      state.requests.reset();
      return { status: 204 };
    },
  },
];

/** Undefined for paths that are not the stand-in's own. */
export async function routeStandin(state: GoogleState, exchange: Exchange): Promise<Answer | undefined> {
  const line = `${exchange.method} ${exchange.path}`;
  for (const { route, handle } of ROUTES) {
    const match = route.exec(line);
    if (match) return handle(state, exchange, decodeURIComponent(match[1] ?? ''), decodeURIComponent(match[2] ?? ''));
  }
  return undefined;
}

function withBytes<T extends { content?: string | undefined; contentBase64?: string | undefined }>(
  given: T,
): Omit<T, 'content' | 'contentBase64'> & { content?: Uint8Array } {
  const { content: text, contentBase64, ...rest } = given;
  if (contentBase64 !== undefined) return { ...rest, content: Buffer.from(contentBase64, 'base64') };
  return text === undefined ? rest : { ...rest, content: Buffer.from(text) };
}

async function readJson<T extends z.ZodType>(exchange: Exchange, schema: T): Promise<z.output<T>> {
  // A page of another origin cannot send this type without asking first, and nobody answers its question.
  if (!exchange.headers['content-type']?.startsWith('application/json')) {
    throw new GoogleError(415, 'unsupportedMediaType', 'Send application/json.');
  }
  const parsed = schema.safeParse(JSON.parse(await exchange.readText()));
  if (!parsed.success) throw new GoogleError(400, 'invalid', z.prettifyError(parsed.error));
  return parsed.data;
}
