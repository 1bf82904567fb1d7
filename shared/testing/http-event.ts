import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Enough for a function to start, of parts that it never finds. */
export const LEAST_SETTINGS = {
  PUBLIC_URL: 'https://rag.example.com',
  STREAM_URL: 'https://stream.example.com',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  QDRANT_URL: 'http://127.0.0.1:1',
  JWT_SECRET: 'x'.repeat(32),
  APP_ENCRYPTION_KEY: 'a1'.repeat(32),
};

/** A request as API Gateway hands it to a function. */
export function eventOf(method: string, headers: Record<string, string>): APIGatewayProxyEventV2 {
  const http = { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
  const requestContext = {
    ...{ accountId: '', apiId: '', domainName: '', domainPrefix: '', http, requestId: 'test' },
    ...{ routeKey: '$default', stage: '$default', time: '', timeEpoch: 0 },
  };
  const rest = { version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false };
  return { ...rest, headers, requestContext };
}
