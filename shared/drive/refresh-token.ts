import { decryptField, type EncryptedField, type FieldPlace, reencryptField } from '#shared/crypto/field-cipher.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection, replaceToken } from '#shared/db/drive-connections-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';

/** The place in which a person's refresh token can be read. */
export function tokenPlace(userId: string): FieldPlace {
  return { table: 'drive_connections', column: 'encrypted_refresh_token', rowId: userId, ownerId: userId };
}

/** @throws AppError INTEGRITY_ERROR */
export function readRefreshToken(keyring: Keyring, row: DriveConnectionRow): string {
  return decryptField(keyring, fieldOf(row), tokenPlace(row.user_id));
}

/** For rotation: the token under the current master key; one that was replaced meanwhile is there already. */
export async function reencryptToken(
  { db, keyring }: { db: Db; keyring: Keyring },
  userId: string,
): Promise<'none' | 'current' | 'reencrypted'> {
  return asUser(db, userId, async (trx) => {
    const row = await findConnection(trx, userId);
    if (!row) return 'none';
    const field = fieldOf(row);
    const moved = reencryptField(keyring, field, tokenPlace(userId));
    if (moved === field) return 'current';
    await replaceToken(trx, { userId, before: field, after: moved });
    return 'reencrypted';
  });
}

function fieldOf(row: DriveConnectionRow): EncryptedField {
  return {
    ciphertext: row.encrypted_refresh_token,
    iv: row.token_iv,
    authTag: row.token_auth_tag,
    keyId: row.token_key_id,
  };
}
