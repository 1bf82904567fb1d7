/** An account's Drive at the stand-in for Google, as its owner uses it. */
export interface StandinDrive {
  account: string;
  /** A plain request to the stand-in. @throws Error when it answers an error */
  control(method: string, path: string, body?: object): Promise<unknown>;
  create(files: object[]): Promise<{ id: string; name: string }[]>;
  edit(id: string, edit: object): Promise<void>;
  remove(id: string): Promise<void>;
  /** The next requests of this account go wrong. */
  fail(fault: { operation: string; kind: string; fileId?: string; times?: number; delayMs?: number }): Promise<void>;
  /** Requests by operation since the last reset, and the ids of the files whose bytes were asked for. */
  requests(): Promise<{ counts: Record<string, number>; fetched: string[] }>;
}

/**
 * @param origin of the stand-in
 * @param key the secret of its client
 */
export function standinDrive(origin: string, key: string, account: string): StandinDrive {
  const control: StandinDrive['control'] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}) };
    const init = body ? { body: JSON.stringify(body) } : {};
    const answer = await fetch(`${origin}/standin${path}`, { method, headers, ...init });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const path = `/drives/${account}/files`;
  return {
    account,
    control,
    create: async (files) => {
      const created = (await control('POST', path, { files })) as { files: { id: string; name: string }[] };
      return created.files;
    },
    edit: async (id, edit) => void (await control('PATCH', `${path}/${id}`, edit)),
    remove: async (id) => void (await control('DELETE', `${path}/${id}`)),
    fail: async (fault) => void (await control('POST', '/faults', { account, ...fault })),
    requests: async () => {
      const { byAccount, fetched } = (await control('GET', '/requests')) as {
        byAccount: Record<string, Record<string, number>>;
        fetched: string[];
      };
      return { counts: byAccount[account] ?? {}, fetched };
    },
  };
}

/** Opens the consent page and presses its form, as a browser would. @returns where the browser is sent */
export async function pressConsent(address: string, change: Record<string, string | undefined> = {}): Promise<string> {
  const page = await (await fetch(address)).text();
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(/<input name="([^"]+)" value="([^"]*)"/g)) {
    form.append(name, value);
  }
  for (const [name, value] of Object.entries(change)) value === undefined ? form.delete(name) : form.set(name, value);
  const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
  const answer = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
  return answer.headers.get('location') ?? '';
}
