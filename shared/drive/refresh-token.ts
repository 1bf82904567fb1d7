import { decryptField, type FieldPlace } from '#shared/crypto/field-cipher.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';

/** The one place in which a person's refresh token can be read. */
export function tokenPlace(userId: string): FieldPlace {
  return { table: 'drive_connections', column: 'encrypted_refresh_token', rowId: userId, ownerId: userId };
}

/** @throws AppError INTEGRITY_ERROR */
export function readRefreshToken(keyring: Keyring, row: DriveConnectionRow): string {
  return decryptField(
    keyring,
    {
      ciphertext: row.encrypted_refresh_token,
      iv: row.token_iv,
      authTag: row.token_auth_tag,
      keyId: row.token_key_id,
    },
    tokenPlace(row.user_id),
  );
}
