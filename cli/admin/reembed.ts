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
  summary: 'changes the embedding model of the index, while people search and write',
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
      throw new Error(`${error.message} docs/models.md says how a model gets there.`, { cause: error });
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
  if (!values.model || positionals.length > 0) throw new Error('Give the name of one model: reembed --model MODEL');
  return { dense: values.model, recut: values.recut };
}

function describe(model: string, { outcome, filled, failures, indexes }: ModelChange, limits: IndexLimits): string[] {
  if (outcome === 'nothing-indexed') {
    return [`Nothing is indexed yet: set ${settingsOf(model)} and start the system again.`];
  }
  const retired = indexes.filter(({ state }) => state === 'retired');
  return [
    outcome === 'already-live'
      ? `${model} is live already${filled > 0 ? `; ${filled} files that it lacked were put into its index` : ''}.`
      : `${model} is live: searches go by it from now on, and ${filled} files were put into its index.`,
    ...retired.map(
      (index) =>
        `${index.model} is retired and kept until ${graceEnd(index, limits).toISOString()}; going back to it until then ` +
        'embeds only what came since.',
    ),
    `Set ${settingsOf(model)} before the next start; what runs now goes on with it by itself.`,
    ...failures.map(({ fileId, reason }) => `The file ${fileId} is found by its words only: ${reason}`),
  ];
}

/** About passages that were cut for a model that reads more. */
async function tellLong(container: Container, { indexes }: ModelChange, recut: boolean): Promise<string[]> {
  const live = indexes.find(({ state }) => state === 'live');
  if (!live) return [];
  const { files, passages } = await countCutShort(container.db, live.id);
  if (passages === 0) return [];
  const said = `${passages} passages of ${files} files are longer than ${live.model} reads: it knows their beginning only.`;
  if (!recut)
    return [
      `${said} To have these files cut anew: npm run admin -- reembed --model ${partsOf(live.model).dense} --recut`,
    ];
  const sent = await recutFiles(container, live.id);
  return [`${said} ${sent} of these files are being cut anew, and are found as they are until then.`];
}

function settingsOf(model: string): string {
  const { dense, sparse } = partsOf(model);
  return sparse === BM25 ? `EMBEDDING_MODEL=${dense}` : `EMBEDDING_MODEL=${dense} and SPARSE_MODEL=${sparse}`;
}
