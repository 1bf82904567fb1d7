import { Agent } from 'node:http';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GATE_HEADER } from '#localstack/http/gate.ts';

/** Calls a function and waits for its answer. @throws FunctionError when the function threw, or could not be called */
export type Invoke = (functionName: string, event: object) => Promise<unknown>;

export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}

/** The Lambda API of the function host. */
export interface LambdaAddress {
  port: number;
  /** Which the host asks of every caller. */
  gateKey: string;
}

/** Calls functions through the Lambda API of the function host. */
export function createInvoker({ port, gateKey }: LambdaAddress, region: string): { invoke: Invoke; close(): void } {
  const client = new LambdaClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    // The Lambda API of serverless-offline checks none; the gate before it does.
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    // A call that was made twice would be work done twice; the message comes back anyway.
    maxAttempts: 1,
    // A connection that is kept can be closed by the server just as the next call goes out on it.
    requestHandler: { httpAgent: new Agent({ keepAlive: false, maxSockets: 200 }) },
  });
  client.middlewareStack.add(
    (next) => (call) => {
      Object.assign((call.request as { headers: Record<string, string> }).headers, { [GATE_HEADER]: gateKey });
      return next(call);
    },
    { step: 'build', name: 'passTheGate' },
  );
  return {
    async invoke(functionName, event) {
      const answer = await client.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      const payload: unknown = text === '' ? undefined : JSON.parse(text);
      if (answer.FunctionError === undefined) return payload;
      const message =
        typeof payload === 'object' && payload !== null && 'errorMessage' in payload ? payload.errorMessage : text;
      throw new FunctionError(String(message));
    },
    close: () => client.destroy(),
  };
}
