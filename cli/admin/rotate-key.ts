import { parseKeyring } from '#shared/crypto/keyring.ts';
import { rotateKeys } from '#shared/maintenance/rotation/rotate-keys.ts';
import type { AdminCommand } from './command.ts';

export const rotateKey: AdminCommand = {
  name: 'rotate-key',
  usage: '',
  summary: 're-encrypts everything with the first key of APP_ENCRYPTION_KEYS while the system is in use',
  async run({ db, openContainer }, args) {
    if (args.length > 0)
      throw new Error('rotate-key takes no arguments: it uses the first key of APP_ENCRYPTION_KEYS.');
    const { storage, config } = await openContainer();
    const keyring = parseKeyring(config);
    const { objects, rewrapped, secrets, reencrypted, failures } = await rotateKeys({ db, storage, keyring });
    if (failures.length > 0) {
      const list = failures.map(({ what, reason }) => `  ${what}: ${reason}`).join('\n');
      throw new Error(
        `${failures.length} items could not be re-encrypted with the key "${keyring.current.id}". Keep the other keys:\n${list}`,
      );
    }
    return (
      `${rewrapped} objects and ${reencrypted} secrets were re-encrypted with the key "${keyring.current.id}". ` +
      `All ${objects} objects and ${secrets} secrets use it. You can remove the other keys.`
    );
  },
};
