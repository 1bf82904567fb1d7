import { expect, it } from 'vitest';
import { createFairTurns, type TurnRules } from './fair-turns.ts';

type Lane = 'login' | 'registration';
const rules = (more: Partial<TurnRules<Lane>> = {}): TurnRules<Lane> => ({
  order: ['login', 'registration'],
  mostWaiting: 4,
  longestWaitMs: 60_000,
  refusal: () => new Error('too many'),
  ...more,
});

/** Turns behind a first piece of work that ends when it is told to, and in which order they were taken. */
function behindWork(more: Partial<TurnRules<Lane>> = {}) {
  const turns = createFairTurns(rules(more));
  const { promise: end, resolve: endFirst } = Promise.withResolvers<void>();
  const first = turns.take('login', 'first', () => end);
  const order: string[] = [];
  const outcomes: Promise<unknown>[] = [first.catch(() => undefined)];
  const ask = (lane: Lane, whose: string, ...names: string[]) => {
    const asked = names.map((name) =>
      turns.take(lane, whose, async () => {
        order.push(name);
      }),
    );
    outcomes.push(Promise.allSettled(asked));
    return asked;
  };
  const finish = async () => {
    endFirst();
    await Promise.all(outcomes);
    return order;
  };
  return { ask, finish };
}

it('lanes take turns: a login does not wait for registrations that came before it', async () => {
  const { ask, finish } = behindWork();
  void ask('registration', 'a', 'r1', 'r2', 'r3');
  void ask('login', 'b', 'l1', 'l2');
  expect(await finish()).toEqual(['r1', 'l1', 'r2', 'l2', 'r3']);
});

it('networks of one lane take turns, whoever sent more', async () => {
  const { ask, finish } = behindWork();
  void ask('login', 'a', 'a1', 'a2', 'a3');
  void ask('login', 'b', 'b1');
  expect(await finish()).toEqual(['a1', 'b1', 'a2', 'a3']);
});

it('of a full lane whoever fills it gives up their last place, and is refused when they want more', async () => {
  const { ask, finish } = behindWork();
  const [, , , last, fifth] = ask('login', 'a', 'a1', 'a2', 'a3', 'a4', 'a5');
  await expect(fifth).rejects.toThrow('too many');
  void ask('login', 'b', 'b1');
  await expect(last).rejects.toThrow('too many');
  // The other lane is another's.
  void ask('registration', 'a', 'r1');
  expect(await finish()).toEqual(['r1', 'a1', 'b1', 'a2', 'a3']);
});

it('whoever waited too long is sent away, and nothing is done for them', async () => {
  const { ask, finish } = behindWork({ longestWaitMs: -1 });
  const [late] = ask('login', 'a', 'late');
  const order = finish();
  await expect(late).rejects.toThrow('too many');
  expect(await order).toEqual([]);
});

it('work that fails, at once or later, ends its turn alone', async () => {
  const turns = createFairTurns(rules());
  const broken = turns.take('login', 'a', () => {
    throw new Error('at once');
  });
  const refused = turns.take('login', 'a', () => Promise.reject(new Error('later')));
  const fine = turns.take('login', 'a', async () => 'fine');
  await expect(broken).rejects.toThrow('at once');
  await expect(refused).rejects.toThrow('later');
  expect(await fine).toBe('fine');
});
