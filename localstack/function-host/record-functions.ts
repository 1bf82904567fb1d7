import { recordCalls, recordedAs } from '#localstack/process/record-calls.ts';

type Run = (event: unknown, context: { functionName: string }) => Promise<unknown>;

/** What serverless-offline calls a function locally: the service and the stage, then its key. */
const PREFIX = /^[^-]+-local-/;

/** Records what each function calls, by its name, which serverless-offline tells the function alone. */
export async function recordFunctions(file: string): Promise<void> {
  recordCalls(file);
  // The package exports no part of itself by name.
  const runner = new URL(
    './lambda/handler-runner/in-process-runner/index.js',
    import.meta.resolve('serverless-offline'),
  );
  const { default: InProcessRunner } = (await import(runner.href)) as { default: { prototype: { run: Run } } };
  const { run } = InProcessRunner.prototype;
  InProcessRunner.prototype.run = function recording(event, context) {
    return recordedAs(context.functionName.replace(PREFIX, ''), () => run.call(this, event, context));
  };
}
