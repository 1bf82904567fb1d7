import { asPerson } from '#shared/db/as-person.ts';
import { takeExport, updateExport } from '#shared/db/exports-repository.ts';
import type { ExportRow } from '#shared/db/schema.ts';
import { exportKey } from './export-key.ts';
import { type ArchiveDeps, createArchive } from './write-archive.ts';

const LEASE_SECONDS = 30;
const MOST_ATTEMPTS = 5;
/** An archive is one generation: another one has another id. */
export const EXPORT_GENERATION = 1;

export interface BuildExportDeps extends ArchiveDeps {
  log: { warn(details: object, message: string): void };
}

/** Builds the archive a person asked for, encrypted on its way into the bucket. A crash anywhere leaves it to the next. */
export async function buildExport(deps: BuildExportDeps, userId: string): Promise<void> {
  const attempt = await asPerson(deps.db, userId, (trx) => takeExport(trx, userId, LEASE_SECONDS));
  if (!attempt) return;
  const heartbeat = keepLease(deps, attempt);
  try {
    const key = exportKey(userId, attempt.id, attempt.attempts);
    let size = 0;
    const archive = createArchive(deps, userId);
    await deps.content.write({ id: attempt.id, user_id: userId }, EXPORT_GENERATION, key, counted());
    const kept = await asPerson(deps.db, userId, (trx) =>
      updateExport(trx, attempt, { status: 'READY', object_key: key, size }),
    );
    if (!kept) await deps.content.delete(key);

    async function* counted(): AsyncGenerator<Buffer> {
      for await (const chunk of archive) {
        size += chunk.length;
        yield chunk;
      }
    }
  } catch (error) {
    deps.log.warn({ err: error, userId }, 'an archive could not be built');
    const status = attempt.attempts >= MOST_ATTEMPTS ? 'FAILED' : 'PENDING';
    await asPerson(deps.db, userId, (trx) => updateExport(trx, attempt, { status, leaseSeconds: LEASE_SECONDS }));
  } finally {
    clearInterval(heartbeat);
  }
}

function keepLease(deps: BuildExportDeps, attempt: ExportRow): NodeJS.Timeout {
  const extend = () =>
    asPerson(deps.db, attempt.user_id, (trx) => updateExport(trx, attempt, { leaseSeconds: LEASE_SECONDS })).catch(
      (error: unknown) => deps.log.warn({ err: error }, 'the lease on an archive was not extended'),
    );
  return setInterval(() => void extend(), (LEASE_SECONDS * 1_000) / 3);
}
