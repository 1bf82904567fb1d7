/** What the supervisor tells while the system starts, runs and stops. */
export type PartEvent =
  | { type: 'ready'; part: string; address: string; pid: number | undefined; seconds: number }
  | { type: 'progress'; part: string; text: string; fraction: number | undefined }
  /** Something a person should know, e.g. that the built-in model is in use. */
  | { type: 'notice'; text: string }
  /** One line that a part wrote. */
  | { type: 'log'; part: string; line: string; stream: 'out' | 'err' }
  /** A part is asked to end and started anew: these of its files changed; from the root of the repository. */
  | { type: 'restarting'; part: string; changed: string[] }
  /** A part ended without having been asked to. */
  | { type: 'exited'; part: string; reason: string };
