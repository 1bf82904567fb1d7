import { scheduleSyncs } from '#shared/drive/request-sync.ts';
import { getBackgroundContainer } from '#shared/runtime/container.ts';

export const handler = async (): Promise<void> => {
  const container = getBackgroundContainer();
  if (container.config.GOOGLE_CLIENT_ID) await scheduleSyncs(container);
};
