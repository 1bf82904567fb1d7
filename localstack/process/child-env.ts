/** A setting that the supervisor gives to a part. @throws Error naming it when it is missing */
export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
