/** A button says its line for whoever presses it; threads are kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Button } from '../../src/bot/platform.ts';
import { until } from '../until.ts';
import type { Show } from './platform-show.ts';

export function pressConformance(show: () => Show): void {
  const pressed = async (line: string, buttons: Button[] = [{ label: 'Cancel', line: '/cancel r-1' }]) => {
    const { listen, platform, place, press, taken } = show();
    await listen();
    const posted = await platform.post(place, ['card'], buttons);
    press?.(posted, line);
    await until(() => taken.length === 1, 'the press');
    return taken[0]!;
  };

  test('a button says its line in the name of whoever presses it', async () => {
    const { person, place } = show();
    const line = await pressed('/cancel r-1');
    assert.deepEqual([line.text, line.user, line.chat], ['/cancel r-1', person, place.chat]);
    assert.ok(line.press);
  });

  test('what a press is answered with is for whoever pressed, and the chat stays as it is', async () => {
    const line = await pressed('/cancel r-1');
    const before = show().read();
    const words = 'You may not: <!channel> *x*';
    await show().platform.answerPress?.(line, words);
    assert.deepEqual(
      show()
        .whispers?.()
        .filter((text) => text !== ''),
      [words],
    );
    assert.equal(show().read(), before);
  });

  test('a press that is answered without words is just seen', async () => {
    const line = await pressed('/cancel r-1');
    await show().platform.answerPress?.(line);
    assert.deepEqual(
      show()
        .whispers?.()
        .filter((text) => text !== ''),
      [],
    );
  });

  test('a line that stands on no button comes as what somebody said, never as what the bot meant', async () => {
    const forged = '/nonsense "; rm -rf / <!channel>';
    const line = await pressed(forged);
    assert.deepEqual([line.text, line.user], [forged, show().person]);
  });

  test('buttons come and go with an edit, and one that the service would not take is left out', async () => {
    const { platform, place, pass, buttons } = show();
    const long = { label: 'Long', line: `/logs ${'x'.repeat(3_000)}` };
    const cancel = { label: 'Cancel', line: '/cancel r-1' };
    const posted = await platform.post(place, ['card'], [cancel, long]);
    assert.deepEqual(buttons?.(), ['/cancel r-1']);
    pass(60_000);
    await platform.edit(posted, ['card still'], false, [{ label: 'L'.repeat(200), line: '/logs r-1' }]);
    assert.deepEqual(buttons?.(), ['/logs r-1']);
    await platform.edit(posted, ['card at its end'], true);
    assert.deepEqual(buttons?.(), []);
    assert.equal(show().read(), 'card at its end');
  });

  test('what is said in a thread or topic stays there, also when it is changed', async () => {
    const { post, edit, thread } = show();
    assert.ok(thread, 'a service has threads');
    const posted = await post(['in the thread'], thread.place);
    assert.equal(thread.read(), 'in the thread');
    await edit(posted, ['changed'], true);
    assert.equal(thread.read(), 'changed');
  });
}
