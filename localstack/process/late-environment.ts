interface EnvironmentMessage {
  type: 'environment';
  env: Record<string, string>;
}

/**
 * Waits for the settings that name the other parts' ports and takes them into `process.env`: a part that loads for long
 * begins before they are known.
 */
export function lateEnvironment(): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message: EnvironmentMessage) => {
      if (message.type !== 'environment') return;
      Object.assign(process.env, message.env);
      resolve();
    });
  });
}

export function environmentMessage(env: Record<string, string>): EnvironmentMessage {
  return { type: 'environment', env };
}
