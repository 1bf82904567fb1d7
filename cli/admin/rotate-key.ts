import { parseKeyring } from '#shared/crypto/keyring.ts';
import { rotateKeys } from '#shared/maintenance/rotation/rotate-keys.ts';
import type { AdminCommand } from './command.ts';

export const rotateKey: AdminCommand = {
  name: 'rotate-key',
  usage: '',
  summary: 'brings everything encrypted under the first key of APP_ENCRYPTION_KEYS, while people work',
  async run({ db, openContainer }, args) {
    if (args.length > 0)
      throw new Error('rotate-key takes no arguments; the first key of APP_ENCRYPTION_KEYS is meant.');
    const { storage, config } = await openContainer();
    const keyring = parseKeyring(config);
    const { objects, rewrapped, secrets, reencrypted, failures } = await rotateKeys({ db, storage, keyring });
    if (failures.length > 0) {
      const list = failures.map(({ what, reason }) => `  ${what}: ${reason}`).join('\n');
      throw new Error(
        `${failures.length} could not be brought under the key "${keyring.current.id}"; keep the other keys:\n${list}`,
      );
    }
    return (
      `${rewrapped} objects and ${reencrypted} secrets were brought under the key "${keyring.current.id}". ` +
      `All ${objects} objects and ${secrets} secrets are under it; the other keys can be taken out.`
    );
  },
};
