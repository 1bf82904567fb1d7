import { z } from 'zod';
import { hubFileUrl } from '#shared/adapters/transformers/hub-download.ts';

const TIMEOUT_MS = 5_000;

/**
 * Asks the hub for the model's configuration, for five seconds at most; a name that does not resolve answers at once.
 * - `found`: the hub answered and has the model;
 * - `no-such-model`: the hub answered and has it not, or not for everybody;
 * - `unreachable`: no answer, or one that is not the hub's (a proxy's, a hotel's sign-in page).
 */
export async function askHub(
  hubUrl: string,
  modelId: string,
  timeoutMs = TIMEOUT_MS,
): Promise<'found' | 'no-such-model' | 'unreachable'> {
  try {
    const response = await fetch(hubFileUrl(hubUrl, modelId, 'config.json'), {
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 404 || response.status === 401) {
      await response.body?.cancel();
      return 'no-such-model';
    }
    if (!response.ok) {
      await response.body?.cancel();
      return 'unreachable';
    }
    return z.looseObject({}).safeParse(await response.json()).success ? 'found' : 'unreachable';
  } catch {
    // Every way in which a request fails (no such name, refused, reset, too slow, not JSON) means the same here.
    return 'unreachable';
  }
}
