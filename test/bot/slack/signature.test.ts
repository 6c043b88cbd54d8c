import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { flawOf } from '../../../src/bot/slack/signature.ts';

const NOW = 1_700_000_000_000;
const BODY = Buffer.from('{"text":"ä\u0000 <b>"}');

const headers = (time: string, secret = 's3cret', body: Buffer | string = BODY) => ({
  'x-slack-request-timestamp': time,
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${time}:`).update(body).digest('hex')}`,
});
const flaw = (given: ReturnType<typeof headers>, now = NOW) => flawOf(given, BODY, 's3cret', now)?.kind;

test('the example of the documentation is good', () => {
  // docs.slack.dev/authentication/verifying-requests-from-slack
  const body =
    'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
  const signed = {
    'x-slack-request-timestamp': '1531420618',
    'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  };
  const secret = '8f742231b10e8888abcd99yyyzzz85a5';
  assert.equal(flawOf(signed, Buffer.from(body), secret, 1_531_420_618_000), undefined);
  assert.equal(flawOf(signed, Buffer.from(`${body} `), secret, 1_531_420_618_000)?.kind, 'wrong');
});

test('a request is good for five minutes, also where one clock is a little ahead', () => {
  for (const seconds of [0, 299, 300, -299, -300])
    assert.equal(flaw(headers(`${NOW / 1_000 - seconds}`)), undefined, `${seconds}`);
  for (const seconds of [301, 3_600, -301, -3_600])
    assert.equal(flaw(headers(`${NOW / 1_000 - seconds}`)), 'time', `${seconds}`);
});

test('on a machine whose clock is wrong every request shows that, and not as a forgery', () => {
  const honest = headers(`${NOW / 1_000}`);
  for (const skew of [600_000, -600_000, 86_400_000]) {
    assert.deepEqual(flawOf(honest, BODY, 's3cret', NOW + skew), { kind: 'time', apart: skew });
    assert.equal(flaw(headers(`${NOW / 1_000}`, 'another'), NOW + skew), 'wrong');
  }
});

test('whatever is missing, cut, or of another body, secret or time is refused', () => {
  const time = `${NOW / 1_000}`;
  const good = headers(time);
  assert.equal(
    flawOf({ 'x-slack-signature': good['x-slack-signature'] }, BODY, 's3cret', NOW)?.kind,
    'missing',
  );
  assert.equal(flawOf({ 'x-slack-request-timestamp': time }, BODY, 's3cret', NOW)?.kind, 'missing');
  assert.equal(flawOf({}, BODY, 's3cret', NOW)?.kind, 'missing');
  const others = [
    { ...good, 'x-slack-signature': '' },
    { ...good, 'x-slack-signature': good['x-slack-signature'].slice(0, -1) },
    { ...good, 'x-slack-signature': good['x-slack-signature'].toUpperCase() },
    { ...good, 'x-slack-signature': good['x-slack-signature'].replace('v0', 'v1') },
    { ...good, 'x-slack-request-timestamp': `${NOW / 1_000 + 1}` },
    headers(time, 'another'),
    headers(time, 's3cret', 'another body'),
    headers('soon'),
    headers('NaN'),
    headers('1e9'),
    headers(`-${time}`),
    headers(` ${time}`),
  ];
  for (const given of others) assert.equal(flaw(given), 'wrong', JSON.stringify(given));
});
