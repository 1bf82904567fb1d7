import { expect, it } from 'vitest';
import { eachForItself } from './each-for-itself.ts';

it('does the work for those behind one that fails, and tells of it afterwards', async () => {
  const done: string[] = [];
  const work = async (item: string) => {
    if (item.startsWith('bad')) throw new Error(`${item} cannot be had`);
    done.push(item);
  };
  expect(await eachForItself(['a', 'b'], work)).toBe(2);
  const failing = eachForItself(['bad 1', 'c', 'bad 2', 'd'], work);
  await expect(failing).rejects.toMatchObject({ message: '2 of 4 failed', cause: new Error('bad 1 cannot be had') });
  expect(done).toEqual(['a', 'b', 'c', 'd']);
});
