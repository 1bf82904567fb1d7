import { expect, it } from 'vitest';
import { createHostGate, type Leave } from './host-gate.ts';

/** Goes in, and tells when. */
function visitors() {
  const gate = createHostGate();
  const inside: string[] = [];
  const leaves = new Map<string, Leave>();
  const visit = (name: string, way: 'enter' | 'enterAlone') =>
    gate[way]().then((leave) => {
      inside.push(name);
      leaves.set(name, () => {
        inside.splice(inside.indexOf(name), 1);
        leave();
      });
    });
  /** After everything that was decided by then. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return {
    inside,
    async come(name: string, way: 'enter' | 'enterAlone' = 'enter') {
      void visit(name, way);
      await settle();
    },
    async go(name: string) {
      leaves.get(name)?.();
      await settle();
    },
  };
}

it('lets in as many as come, and whoever has to be alone when all have left', async () => {
  const { inside, come, go } = visitors();
  await come('a');
  await come('b');
  expect(inside).toEqual(['a', 'b']);
  await come('suspect', 'enterAlone');
  await come('later');
  await go('a');
  expect(inside).toEqual(['b']);
  await go('b');
  expect(inside).toEqual(['suspect']);
  await go('suspect');
  expect(inside).toEqual(['later']);
});

it('two that have to be alone are never in together', async () => {
  const { inside, come, go } = visitors();
  await come('one', 'enterAlone');
  await come('two', 'enterAlone');
  await come('third');
  expect(inside).toEqual(['one']);
  await go('one');
  expect(inside).toEqual(['two']);
  await go('two');
  expect(inside).toEqual(['third']);
});

it('leaving twice lets in nobody too many', async () => {
  const gate = createHostGate();
  const leave = await gate.enter();
  const leaveOther = await gate.enter();
  leave();
  leave();
  let isAlone = false;
  const alone = gate.enterAlone().then(() => {
    isAlone = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isAlone).toBe(false);
  leaveOther();
  await alone;
});
