import { randomBytes } from 'node:crypto';

/** A consent page is open for as long as Google's. */
const MINUTES = 30;
const MOST = 1_000;

/** One for each consent page that was shown; its form needs it, once, so that nobody presses a form nobody saw. */
export interface Tickets {
  give(): string;
  /** @returns false for one that was never given, is spent or too old */
  spend(ticket: string): boolean;
}

export function createTickets(): Tickets {
  /** When each ends, the oldest first. */
  const open = new Map<string, number>();
  return {
    give() {
      const ticket = randomBytes(24).toString('base64url');
      open.set(ticket, Date.now() + MINUTES * 60_000);
      const [oldest] = open.keys();
      if (open.size > MOST && oldest !== undefined) open.delete(oldest);
      return ticket;
    },
    spend(ticket) {
      const ends = open.get(ticket) ?? 0;
      open.delete(ticket);
      return ends > Date.now();
    },
  };
}
