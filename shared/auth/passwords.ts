import bcrypt from 'bcryptjs';

/** Hashes for each cost asked for, of a random value nobody knows: unknown accounts are compared with one of these. */
const decoys = new Map<number, Promise<string>>();

export function hashPassword(password: string, cost: number): Promise<string> {
  return bcrypt.hash(password, cost);
}

/** Takes the same time whether the account exists or not: without a hash the work is done on a decoy. */
export async function verifyPassword(password: string, hash: string | undefined, cost: number): Promise<boolean> {
  if (bcrypt.truncates(password)) return false;
  if (hash !== undefined) return bcrypt.compare(password, hash);
  let decoy = decoys.get(cost);
  if (!decoy) {
    decoy = bcrypt.hash(crypto.randomUUID(), cost);
    decoys.set(cost, decoy);
  }
  await bcrypt.compare(password, await decoy);
  return false;
}
