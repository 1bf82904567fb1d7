export interface TurnRules<L extends string> {
  /** Whose turn it is, over and over; a lane that is named twice gets two turns in each round. */
  order: readonly L[];
  /** In one lane, of everybody. */
  mostWaiting: number;
  /** Whoever has waited longer is gone by now: they are sent away instead of being worked for. */
  longestWaitMs: number;
  /** What those are told who cannot wait here, or waited too long. */
  refusal: () => Error;
}

export interface FairTurns<L extends string> {
  /** Runs `work` when it is the turn of this lane and, in it, of whoever asks. @throws what `refusal` makes */
  take<T>(lane: L, whose: string, work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  since: number;
  begin(): Promise<void>;
  refuse(): void;
}

/**
 * Work of which one piece is done at a time. The lanes take turns, so that no kind of work waits for all of another; in a
 * lane those who ask take turns, so that nobody waits for all of another's. When a lane is full, whoever has most of it
 * gives up their last place to somebody who has less: who sends a hundred requests fills their own share alone.
 */
export function createFairTurns<L extends string>({
  order,
  mostWaiting,
  longestWaitMs,
  refusal,
}: TurnRules<L>): FairTurns<L> {
  const lanes = new Map(order.map((lane) => [lane, createLane()]));
  let round: L[] = [];
  let isWorking = false;

  function next(): Waiting | undefined {
    for (let asked = 0; asked < order.length; asked += 1) {
      if (round.length === 0) round = [...order];
      const lane = round.shift();
      const waiting = lane && lanes.get(lane)?.shift();
      if (waiting) return waiting;
    }
    return undefined;
  }

  async function workOff(): Promise<void> {
    if (isWorking) return;
    isWorking = true;
    for (let turn = next(); turn; turn = next()) {
      if (performance.now() - turn.since > longestWaitMs) turn.refuse();
      else await turn.begin();
    }
    isWorking = false;
  }

  return {
    take(laneName, whose, work) {
      const lane = lanes.get(laneName);
      if (!lane) throw new Error(`The lane "${laneName}" gets no turns`);
      if (lane.size() >= mostWaiting && !lane.sendAwayFor(whose)) return Promise.reject(refusal());
      const done = new Promise<Awaited<ReturnType<typeof work>>>((resolve, reject) => {
        lane.push(whose, {
          since: performance.now(),
          begin: async () => {
            try {
              resolve(await work());
            } catch (error) {
              reject(error);
            }
          },
          refuse: () => reject(refusal()),
        });
      });
      void workOff();
      return done;
    },
  };
}

function createLane() {
  /** In the order of whose turn it is next. */
  const queues = new Map<string, Waiting[]>();
  let size = 0;

  function remove(whose: string, queue: Waiting[], taken: Waiting | undefined): Waiting | undefined {
    size -= 1;
    // Behind everybody else, until it is their turn again.
    queues.delete(whose);
    if (queue.length > 0) queues.set(whose, queue);
    return taken;
  }

  return {
    size: () => size,
    push(whose: string, waiting: Waiting): void {
      queues.set(whose, [...(queues.get(whose) ?? []), waiting]);
      size += 1;
    },
    shift(): Waiting | undefined {
      for (const [whose, queue] of queues) return remove(whose, queue, queue.shift());
      return undefined;
    },
    /** Refuses the last of whoever has most waiting. @returns false when that is who asks */
    sendAwayFor(whose: string): boolean {
      const own = queues.get(whose)?.length ?? 0;
      let most: Waiting[] = [];
      for (const queue of queues.values()) if (queue.length > most.length) most = queue;
      // As many as this one would have then: nothing would be fairer.
      if (most.length <= own + 1) return false;
      most.pop()?.refuse();
      size -= 1;
      return true;
    },
  };
}
