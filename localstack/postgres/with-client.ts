import pg from 'pg';

/**
 * Works with one connection, which is closed afterwards. When the server ends it the next statement says so; without a
 * listener the loss itself would end the process.
 */
export async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
