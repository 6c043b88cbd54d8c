/** The way to the service fails as it does in life. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpError } from 'grammy';
import { until } from '../../until.ts';
import { started } from './started.ts';

test('an outage answers with a page of HTML', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  telegram.outage(2);
  await assert.rejects(api.sendMessage(id, 'x'), HttpError);
  const page = await fetch(`${telegram.url}/bot${telegram.token}/getMe`);
  assert.equal(page.status, 502);
  assert.match(await page.text(), /^<html>.*502 Bad Gateway/s);
  await api.sendMessage(id, 'x');
  assert.equal(telegram.said(id).length, 1);
  assert.deepEqual(
    telegram.calls.map(({ method, status }) => [method, status]),
    [
      ['sendMessage', 502],
      ['getMe', 502],
      ['sendMessage', 200],
    ],
  );
});

test('a connection drops before the call took effect, or after', async (t) => {
  const { telegram, api } = await started(t);
  const { id } = telegram.group();
  telegram.dropBefore(1, 'sendMessage');
  await assert.rejects(api.sendMessage(id, 'lost'), HttpError);
  assert.deepEqual(telegram.said(id), []);
  telegram.dropAfter(1, 'sendMessage');
  await api.getMe();
  await assert.rejects(api.sendMessage(id, 'said'), HttpError);
  assert.deepEqual(
    telegram.said(id).map(({ text }) => text),
    ['said'],
  );
  await api.sendMessage(id, 'said again');
});

test('a bot that polls lives through a dropped connection and misses nothing', async (t) => {
  const { telegram, polling } = await started(t);
  const heard: string[] = [];
  telegram.dropAfter(1, 'getUpdates');
  const group = telegram.group();
  telegram.say(group, telegram.user(), 'x');
  await polling((bot) => bot.on('message:text', (ctx) => void heard.push(ctx.message.text)));
  await until(() => heard.length === 1);
  assert.deepEqual(heard, ['x']);
});

test('parameters come as a query, a form or JSON', async (t) => {
  const { telegram } = await started(t);
  const { id } = telegram.group();
  const url = `${telegram.url}/bot${telegram.token}/sendmessage`;
  const form = new URLSearchParams({ chat_id: `${id}`, text: 'form' });
  await fetch(`${url}?${new URLSearchParams({ chat_id: `${id}`, text: 'query' })}`);
  await fetch(url, { method: 'POST', body: form });
  const headers = { 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body: JSON.stringify({ chat_id: `${id}`, text: 'json' }) });
  const broken = await fetch(url, { method: 'POST', headers, body: '{' });
  assert.equal(broken.status, 400);
  assert.deepEqual(
    telegram.said(id).map(({ text }) => text),
    ['query', 'form', 'json'],
  );
});
