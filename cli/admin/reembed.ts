import { parseArgs } from 'node:util';
import type { TextIndex } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { BM25, indexModelOf, partsOf } from '#shared/pipeline/embed/index-model.ts';
import { changeModel, type ModelChange } from '#shared/reembed/change-model.ts';
import { runAlone } from '#shared/reembed/run-alone.ts';
import type { AdminCommand } from './command.ts';
import { showRefill } from './refill-progress.ts';

export const reembed: AdminCommand = {
  name: 'reembed',
  usage: '--model MODEL',
  summary: 'changes the embedding model of the index, while people search and write',
  async run({ db, openContainer }, args) {
    const dense = readModel(args);
    const container = await openContainer();
    const { vectorIndex, embedders, config } = container;
    const model = indexModelOf({ dense, sparse: config.SPARSE_MODEL });
    const progress = showRefill();
    try {
      const deps = {
        db: container.db,
        vectorIndex,
        embedder: embedders.of(model),
        leaseSeconds: config.OUTBOX_LEASE_SECONDS,
      };
      return describe(model, await runAlone(db, () => changeModel(deps, progress.show)));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'MODEL_UNAVAILABLE') throw error;
      throw new Error(`${error.message} docs/models.md says how a model gets there.`, { cause: error });
    } finally {
      progress.stop();
      await container.db.destroy();
    }
  },
};

function readModel(args: readonly string[]): string {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { model: { type: 'string' } },
    allowPositionals: true,
  });
  if (!values.model || positionals.length > 0) throw new Error('Give the name of one model: reembed --model MODEL');
  return values.model;
}

function describe(model: string, { outcome, filled, failures, indexes }: ModelChange): string {
  if (outcome === 'nothing-indexed') {
    return `Nothing is indexed yet: set ${settingsOf(model)} and start the system again.`;
  }
  const said = [
    outcome === 'already-live'
      ? `${model} is live already${filled > 0 ? `; ${filled} files that it lacked were put into its index` : ''}.`
      : `${model} is live: searches go by it from now on, and ${filled} files were put into its index.`,
    ...indexes.filter(({ state }) => state === 'retired').map(describeRetired),
    `Set ${settingsOf(model)} before the next start; what runs now goes on with it by itself.`,
  ];
  for (const { fileId, reason } of failures) said.push(`The file ${fileId} is found by its words only: ${reason}`);
  return said.join('\n');
}

function describeRetired({ model }: TextIndex): string {
  return `${model} is retired.`;
}

function settingsOf(model: string): string {
  const { dense, sparse } = partsOf(model);
  return sparse === BM25 ? `EMBEDDING_MODEL=${dense}` : `EMBEDDING_MODEL=${dense} and SPARSE_MODEL=${sparse}`;
}
