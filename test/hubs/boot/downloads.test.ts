/** Who may fetch at a time. */
import assert from 'node:assert/strict';
import { once, setMaxListeners } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Download, Downloads } from '../../../src/hubs/boot/downloads.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);
const nothing = () => {};

/** Asks for a turn; `order` gets the name once it has come. */
function ask(downloads: Downloads, address: string, order: string[], drop = nothing, gone = never) {
  const turn = downloads.enter(address, drop, gone);
  turn.then(() => order.push(address)).catch(nothing);
  return turn;
}

test('whoever has fewest comes next, so that thirty connections of one client keep nobody waiting', async () => {
  const downloads = new Downloads(() => 2);
  const order: string[] = [];
  const greedy = Array.from({ length: 30 }, () => ask(downloads, 'greedy', order));
  const modest = ask(downloads, 'modest', order);
  const other = ask(downloads, 'other', order);
  const [first, second] = (await Promise.all(greedy.slice(0, 2))) as [Download, Download];
  assert.deepEqual(order, ['greedy', 'greedy']);
  assert.deepEqual(downloads.count, { going: 2, waiting: 30 });
  first.leave();
  (await modest).leave();
  await other;
  assert.deepEqual(order, ['greedy', 'greedy', 'modest', 'other']);
  second.leave();
  await greedy[2];
  assert.equal(order.at(-1), 'greedy');
  downloads.close();
  assert.equal((await Promise.allSettled(greedy)).filter(({ status }) => status === 'rejected').length, 27);
});

test('leaving twice counts once, and who hung up while waiting has no turn', async () => {
  const downloads = new Downloads(() => 1);
  const first = await downloads.enter('a', nothing, never);
  const gone = new AbortController();
  const left = downloads.enter('b', nothing, gone.signal);
  const third = downloads.enter('c', nothing, never);
  gone.abort();
  await assert.rejects(left, { code: 'boot.busy' });
  first.leave();
  first.leave();
  await third;
  assert.deepEqual(downloads.count, { going: 1, waiting: 0 });
  await assert.rejects(downloads.enter('d', nothing, gone.signal), { code: 'boot.busy' });
  downloads.close();
});

test('who waits too long is turned away, and so is whoever comes when too many wait', async () => {
  const downloads = new Downloads(() => 1, { waiting: 20 });
  await downloads.enter('a', nothing, never);
  await assert.rejects(downloads.enter('b', nothing, never), { code: 'boot.busy' });
  const many = Array.from({ length: 512 }, () =>
    downloads.enter('c', nothing, never).catch((error) => error),
  );
  await assert.rejects(downloads.enter('d', nothing, never), { code: 'boot.busy' });
  assert.equal((await Promise.all(many)).length, 512);
  downloads.close();
});

test('whoever fills the row of those who wait makes room for others', async () => {
  const downloads = new Downloads(() => 1);
  await downloads.enter('a', nothing, never);
  const codes: string[] = [];
  const greedy = Array.from({ length: 512 }, () =>
    downloads.enter('greedy', nothing, never).catch((error) => void codes.push(error.code)),
  );
  const modest = downloads.enter('modest', nothing, never).catch(() => 'refused');
  await assert.rejects(downloads.enter('greedy', nothing, never), { code: 'boot.busy' });
  assert.equal(downloads.count.waiting, 512);
  await Promise.resolve();
  assert.deepEqual(codes, ['boot.busy']);
  downloads.close();
  await Promise.all([...greedy, modest]);
});

test('who reads one byte a second makes room once somebody waits, and not before', async () => {
  const downloads = new Downloads(() => 2, { look: 10, window: 30 });
  const dropped: string[] = [];
  const slow = await downloads.enter('slow', () => dropped.push('slow'), never);
  const quick = await downloads.enter('quick', () => dropped.push('quick'), never);
  const reading = setInterval(() => {
    slow.took(1);
    quick.took(10_000_000);
  }, 5);
  await sleep(100);
  assert.equal(dropped.length, 0);
  const waiting = downloads.enter('next', nothing, never);
  while (dropped.length === 0) await sleep(5);
  slow.leave();
  await waiting;
  await sleep(60);
  clearInterval(reading);
  assert.ok(!dropped.includes('quick'));
  downloads.close();
});

test('who reads nothing at all is hung up on, even where nobody waits', async () => {
  const end = new AbortController();
  const downloads = new Downloads(() => 2, { look: 5, stuck: 30 });
  await downloads.enter('stuck', () => end.abort(), never);
  if (!end.signal.aborted) await once(end.signal, 'abort');
  downloads.close();
});
