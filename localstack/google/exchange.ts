import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { DriveStore } from './drive/drive-store.ts';
import type { Faults } from './faults.ts';
import type { Grants } from './oauth/grants.ts';
import type { Tickets } from './oauth/tickets.ts';
import type { createRequestLog } from './request-log.ts';

/** What the routes of the stand-in share. */
export interface GoogleState {
  drives: DriveStore;
  grants: Grants;
  tickets: Tickets;
  faults: Faults;
  requests: ReturnType<typeof createRequestLog>;
  /** The one client that is registered, as in Google's console. */
  client: { id: string; secret: string; redirectUris: readonly string[] };
  /** Fills the Drive of an account that is seen for the first time. */
  fillNew(account: string): void;
}

export interface Exchange {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  readText(): Promise<string>;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(value) };
}

export function plainAnswer(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${text}\n` };
}

/** Reads what a request carries. */
export function toExchange(request: IncomingMessage): Exchange {
  const url = new URL(request.url ?? '/', 'http://stand-in');
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    readText: () => text(request),
  };
}
