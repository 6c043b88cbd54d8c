/** What keeps a platform from saying something is told as what it is, so that the outbox waits, moves on, or gives up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Hindrance, Undelivered } from '../../src/bot/platform.ts';
import { until } from '../until.ts';
import type { Conformance, Show } from './platform-show.ts';

export function hindranceConformance(show: () => Show, { moves }: Conformance): void {
  const hinders = async (call: Promise<unknown>): Promise<Hindrance> => {
    const thrown = await call.then(
      () => assert.fail('nothing was in the way'),
      (error: unknown) => error,
    );
    assert.ok(thrown instanceof Undelivered, String(thrown));
    assert.notEqual(thrown.message, '');
    return thrown.why;
  };

  test('a message that somebody took away has vanished', async () => {
    const { post, edit, troubles } = show();
    const posted = await post(['here']);
    troubles?.remove(posted);
    assert.deepEqual(await hinders(edit(posted, ['gone'], true)), { kind: 'vanished' });
    await post(['a new one']);
    assert.equal(show().read(), 'a new one');
  });

  test('a chat that lets the bot in no more is shut, for what is new and for what is changed', async () => {
    const { post, edit, troubles } = show();
    const posted = await post(['here']);
    troubles?.shut();
    assert.deepEqual(await hinders(post(['new'])), { kind: 'shut' });
    assert.deepEqual(await hinders(edit(posted, ['changed'], true)), { kind: 'shut' });
  });

  test('where it is taken in again, it tells so, and what is said is read', async () => {
    const { listen, post, troubles, access, place } = show();
    await listen();
    troubles?.shut();
    await hinders(post(['lost']));
    troubles?.admit();
    await until(() => access.some(([, reason]) => reason === undefined), 'word of it');
    assert.deepEqual(access.at(-1), [place.chat, undefined]);
    await post(['back']);
    assert.equal(show().read(), 'back');
  });

  test('a chat that was never there is shut', async () => {
    const { post, platform } = show();
    assert.deepEqual(await hinders(post(['x'], { platform: platform.name, chat: '-404404' })), {
      kind: 'shut',
    });
  });

  test('who says too much is told how long to wait, and nothing of it is shown', async () => {
    const { platform, place, pass } = show();
    const post = async () => {
      for (let said = 0; said < 100; said += 1) await platform.post(place, ['x']);
    };
    const why = await hinders(post());
    assert.equal(why.kind, 'later');
    const ms = why.kind === 'later' ? why.ms : 0;
    assert.ok(ms >= 1_000 && ms <= 60_000, `${ms}`);
    const before = show().read();
    pass(ms);
    await platform.post(place, ['y']);
    assert.equal(show().read(), `${before}\ny`);
  });

  test('what is refused for its looks is said and changed without them', async () => {
    const { platform, place, post, edit, pass, troubles, buttons } = show();
    const lines = ['shop <1> & *2* is live', '> GET /', 'Next: look'];
    const posted = await post(['shop', '> GET /']);
    troubles?.dislike('looks');
    await edit(posted, lines, true);
    assert.equal(show().read(), lines.join('\n'));
    pass(60_000);
    await platform.post(place, ['it is done'], [{ label: 'Log', line: '/logs r-1' }]);
    assert.equal(show().read(), [...lines, 'it is done'].join('\n'));
    assert.deepEqual(buttons?.(), []);
    pass(60_000);
    await edit(posted, [`<&${'é<'.repeat(1_200)}`, 'and more', 'Next: look'], true);
    assert.match(show().read(), /^<&é</);
    assert.deepEqual(show().sprung(), []);
  });

  test('what is refused however it looks is bad, and nothing of it is shown', async () => {
    const { post, edit, troubles } = show();
    const posted = await post(['here']);
    troubles?.dislike(/odd/);
    assert.deepEqual(await hinders(post(['odd', 'words'])), { kind: 'bad' });
    assert.deepEqual(await hinders(edit(posted, ['odd'], true)), { kind: 'bad' });
    assert.equal(show().read(), 'here');
  });

  test('a service that is away for a moment is none of these: it is tried again', async () => {
    const { post, troubles } = show();
    troubles?.outage(1);
    await assert.rejects(post(['x']), (error) => !(error instanceof Undelivered));
    await post(['x']);
    assert.equal(show().read(), 'x');
  });

  if (!moves) return;

  test('a chat that has another id now has moved there', async () => {
    const { post, troubles } = show();
    const moved = troubles?.move?.();
    assert.ok(moved, 'the stage can move a chat');
    assert.deepEqual(await hinders(post(['x'], moved.from)), { kind: 'moved', chat: moved.chat });
  });
}
