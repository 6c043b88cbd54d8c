/** The way to the service fails as it does in life. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webApi } from '@slack/bolt';
import { started } from './started.ts';

test('an outage answers with a page of HTML', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  slack.outage(1);
  const error = await api.chat.postMessage({ channel, text: 'x' }).catch((thrown) => thrown);
  assert.ok(error instanceof webApi.WebAPIHTTPError);
  assert.match(String(error.body), /^<html>.*502 Bad Gateway/s);
  await api.chat.postMessage({ channel, text: 'x' });
  assert.deepEqual(
    slack.calls.map(({ status }) => status),
    [502, 200],
  );
});

test('a connection drops before the call took effect, or after', async (t) => {
  const { slack, api } = await started(t);
  const { id: channel } = slack.channel();
  slack.dropBefore(1, 'chat.postMessage');
  await assert.rejects(api.chat.postMessage({ channel, text: 'lost' }), webApi.WebAPIRequestError);
  assert.deepEqual(slack.said(channel), []);
  slack.dropAfter(1, 'chat.postMessage');
  await api.auth.test();
  await assert.rejects(api.chat.postMessage({ channel, text: 'said' }), webApi.WebAPIRequestError);
  assert.equal(slack.said(channel)[0]?.text, 'said');
});
