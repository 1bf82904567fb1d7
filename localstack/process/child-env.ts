/** A setting that the supervisor gives to a part. @throws Error naming it when it is missing */
export function requiredEnv(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}

/** The same for what nothing else in this process is to see: it is taken out. @throws Error naming it when it is missing */
export function takeEnv(name: string): string {
  const value = requiredEnv(name);
  delete process.env[name];
  return value;
}
