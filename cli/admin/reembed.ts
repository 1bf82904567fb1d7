import { parseArgs } from 'node:util';
import { AppError } from '#shared/errors/app-error.ts';
import { changeModel, type ModelChange } from '#shared/maintenance/reembed/change-model.ts';
import { graceEnd, type IndexLimits } from '#shared/maintenance/reembed/drop-retired.ts';
import { countCutShort, recutFiles } from '#shared/maintenance/reembed/recut-files.ts';
import { runAlone } from '#shared/maintenance/reembed/run-alone.ts';
import { BM25, indexModelOf, partsOf } from '#shared/models/index-model.ts';
import type { Container } from '#shared/runtime/container.ts';
import { showBackfill } from './backfill-progress.ts';
import type { AdminCommand } from './command.ts';

export const reembed: AdminCommand = {
  name: 'reembed',
  usage: '--model MODEL [--recut]',
  summary: 'changes the embedding model of the index while the system is in use',
  async run({ db, openContainer }, args) {
    const { dense, recut } = readArguments(args);
    const container = await openContainer();
    const { vectorIndex, embedders, config, limits } = container;
    const model = indexModelOf({ dense, sparse: config.SPARSE_MODEL });
    const progress = showBackfill();
    try {
      const deps = { db: container.db, vectorIndex, embedder: embedders.of(model), limits };
      const change = await runAlone(db, () => changeModel(deps, progress.show));
      return [...describe(model, change, limits.indexes), ...(await tellLong(container, change, recut))].join('\n');
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'MODEL_UNAVAILABLE') throw error;
      throw new Error(`${error.message} See docs/models.md for how to install a model.`, { cause: error });
    } finally {
      progress.stop();
      await container.db.destroy();
    }
  },
};

function readArguments(args: readonly string[]): { dense: string; recut: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { model: { type: 'string' }, recut: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (!values.model || positionals.length > 0) throw new Error('Give one model: reembed --model MODEL');
  return { dense: values.model, recut: values.recut };
}

function describe(model: string, { outcome, filled, failures, indexes }: ModelChange, limits: IndexLimits): string[] {
  if (outcome === 'nothing-indexed') {
    return [`The index is empty. Set ${settingsOf(model)} and restart the system.`];
  }
  const retired = indexes.filter(({ state }) => state === 'retired');
  return [
    outcome === 'already-live'
      ? `${model} is already live${filled > 0 ? `; ${filled} missing files were added to its index` : ''}.`
      : `${model} is live: searches use it from now on, and ${filled} files were added to its index.`,
    ...retired.map(
      (index) =>
        `${index.model} is retired and kept until ${graceEnd(index, limits).toISOString()}. Until then, going back to it ` +
        'embeds only files added since the change.',
    ),
    `Set ${settingsOf(model)} before the next start. The running system already uses it.`,
    ...failures.map(({ fileId, reason }) => `The file ${fileId} can be found by its words only: ${reason}`),
  ];
}

/** About passages that were cut for a model that reads more. */
async function tellLong(container: Container, { indexes }: ModelChange, recut: boolean): Promise<string[]> {
  const live = indexes.find(({ state }) => state === 'live');
  if (!live) return [];
  const { files, passages } = await countCutShort(container.db, live.id);
  if (passages === 0) return [];
  const said = `${passages} passages of ${files} files are longer than ${live.model} can read: only their beginning is embedded.`;
  if (!recut)
    return [
      `${said} To split these files into passages again: npm run admin -- reembed --model ${partsOf(live.model).dense} --recut`,
    ];
  const sent = await recutFiles(container, live.id);
  return [`${said} ${sent} of these files are being split into passages again. They stay searchable meanwhile.`];
}

function settingsOf(model: string): string {
  const { dense, sparse } = partsOf(model);
  return sparse === BM25 ? `EMBEDDING_MODEL=${dense}` : `EMBEDDING_MODEL=${dense} and SPARSE_MODEL=${sparse}`;
}
