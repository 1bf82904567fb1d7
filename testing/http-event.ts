import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** Enough for a function to start, of parts that it never finds. */
export const LEAST_SETTINGS = {
  PUBLIC_URL: 'https://rag.example.com',
  STREAM_URL: 'https://stream.example.com',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  QDRANT_URL: 'http://127.0.0.1:1',
  JWT_SECRET: 'pCn2mTtxO7kWq0s9VbYxUe3fLh5RzGdA',
  APP_ENCRYPTION_KEY: 'c0ffee5b1d9a4273e86f0b2a7d41985c3ea7f6120d9b84c5f1e23a70b6d8945e',
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
