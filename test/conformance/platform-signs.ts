/** What a platform may do besides words, where it can: reactions under a line, files under a message, signs of life. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standing } from '../../src/bot/platform.ts';
import { until } from '../until.ts';
import type { Show } from './platform-show.ts';

export function signConformance(show: () => Show): void {
  /** A line that was taken, as what can be reacted to. */
  const heard = async () => {
    const { listen, say, taken, place } = show();
    await listen();
    say('/deploy shop');
    await until(() => taken.length > 0, 'the line');
    const [line] = taken;
    assert.ok(line?.message, 'the line says which message holds it');
    return { place, message: line.message };
  };

  test('there is one reaction under a line at a time, and it is taken away again', async () => {
    const { platform, reactions, pass } = show();
    const line = await heard();
    let before: Standing = 'none';
    const seen: string[] = [];
    for (const standing of ['received', 'asked', 'working', 'done'] as const) {
      pass(1_500);
      await platform.react?.(line, standing, before);
      const [reaction, ...more] = reactions?.(line.message) ?? [];
      assert.deepEqual(more, []);
      seen.push(reaction ?? '');
      before = standing;
    }
    assert.equal(new Set(seen).size, 4, seen.join(' '));
    await platform.react?.(line, 'none', 'done');
    assert.deepEqual(reactions?.(line.message), []);
  });

  test('a reaction that is there already, or gone already, is as it should be', async () => {
    const { platform, reactions, pass } = show();
    const line = await heard();
    const twice = async (standing: Standing, before: Standing) => {
      for (let time = 0; time < 2; time += 1) {
        pass(1_500);
        await platform.react?.(line, standing, before);
      }
    };
    await twice('done', 'working');
    assert.equal(reactions?.(line.message).length, 1);
    await twice('none', 'done');
    assert.deepEqual(reactions?.(line.message), []);
  });

  test('a file comes whole, under words that are read as they are', async () => {
    const { platform, place, thread, files } = show();
    const text = '<!channel> *x* </code>\n漢字 😀\n'.repeat(5_000);
    await platform.attach?.(place, { name: 'r-1.log', text }, ['*the* log', 'of <@U07REEM>']);
    assert.deepEqual(files?.(), [{ name: 'r-1.log', text }]);
    assert.equal(show().read(), '*the* log\nof <@U07REEM>');
    assert.deepEqual(show().sprung(), []);
    assert.ok(thread);
    show().pass(60_000);
    await platform.attach?.(thread.place, { name: 'r-2.log', text: 'x' }, ['in the thread']);
    assert.equal(thread.read(), 'in the thread');
  });

  test('typing says nothing, and does no harm where it cannot be shown', async () => {
    const { platform, place, thread } = show();
    await platform.type?.(place);
    await platform.type?.(thread?.place ?? place);
    assert.equal(show().read(), '');
  });

  test('it gives signs of life while it listens, and has nothing to complain of', async () => {
    const { listen, alive, notes, say, taken } = show();
    await listen();
    say('/status');
    await until(() => taken.length > 0, 'the line');
    await until(() => alive() > 0, 'a sign of life');
    assert.deepEqual(
      notes.filter((error) => error !== undefined),
      [],
    );
  });
}
