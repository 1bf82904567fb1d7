import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from './engine/database.ts';
import { createListener } from './http/listener.ts';
import { collectionRoutes } from './routes/collections.ts';
import { pointUpdateRoutes } from './routes/points.ts';
import { queryRoutes } from './routes/queries.ts';
import { readingRoutes } from './routes/reading.ts';

export interface QdrantOptions {
  /** Made when it does not exist; one server at a time. */
  dataDir: string;
  /** 0 takes a free port. */
  port: number;
  host?: string | undefined;
  /** Without a key every caller may do everything. */
  apiKey?: string | undefined;
}

export interface RunningQdrant {
  url: string;
  port: number;
  /** Ends connections, finishes the writes under way and frees the data folder. */
  stop(): Promise<void>;
}

// Longer than clients keep an idle connection, so that none is closed under a request.
const KEEP_ALIVE_MS = 65_000;

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * Starts a server that speaks the part of Qdrant's REST API that OmniRAG uses: exact search, in memory, with every
 * acknowledged write on disk. For one developer's machine, up to some 100,000 points.
 * @throws Error when the port is taken or another server holds the data folder
 */
export async function startQdrant({
  dataDir,
  port,
  host = '127.0.0.1',
  apiKey,
}: QdrantOptions): Promise<RunningQdrant> {
  const database = await Database.open(dataDir);
  const routes = [
    ...collectionRoutes(database),
    ...pointUpdateRoutes(database),
    ...readingRoutes(database),
    ...queryRoutes(database),
  ];
  const listener = createListener(routes, apiKey);
  const server = createServer((request, response) => {
    void listener(request, response);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  try {
    const bound = await listen(server, port, host);
    return {
      url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
      port: bound,
      stop: async () => {
        await closeServer(server);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
