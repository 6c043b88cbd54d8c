import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { Scrubber, Secret } from '../src/secret.ts';

describe('a secret', () => {
  test('prints as redacted, however it is printed', () => {
    const secret = new Secret('hunter2hunter2');
    for (const text of [String(secret), JSON.stringify({ secret }), inspect(secret), `${secret}`])
      assert.doesNotMatch(text, /hunter2/);
    assert.equal(secret.reveal(), 'hunter2hunter2');
  });
});

describe('the scrubber', () => {
  const scrubber = new Scrubber();
  const value = 'p@ss w/rd+"1"é';
  scrubber.learn(new Secret(value));

  test('finds a known secret plain and encoded', () => {
    const bytes = Buffer.from(value);
    const forms = [
      value,
      encodeURIComponent(value),
      bytes.toString('hex'),
      JSON.stringify({ value }),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ];
    for (const pad of ['u:', 'me:', 'you:']) forms.push(Buffer.from(`${pad}${value}`).toString('base64'));
    for (const form of forms) {
      const clean = scrubber.text(`before ${form} after`);
      assert.match(clean, /\[redacted\]/, form);
      assert.match(clean, /^before .* after$/);
      assert.ok(!clean.includes(bytes.toString('base64').slice(4, 14)), form);
    }
  });

  test('finds each line of a secret of several lines', () => {
    const scrubber = new Scrubber();
    scrubber.learn('first-line-of-it\n  second-line-of-it\nend');
    assert.equal(scrubber.text('> second-line-of-it end'), '> [redacted] end');
  });

  test('hides a private key that is printed line by line, and nothing after it', () => {
    const scrub = new Scrubber().lines();
    const output = [
      'a',
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'b3BlbnNzaC1r',
      '-----END OPENSSH PRIVATE KEY-----',
      'b',
    ];
    assert.deepEqual(output.map(scrub), ['a', ...Array(3).fill('[redacted]'), 'b']);
    const torn = ['-----BEGIN PRIVATE KEY-----', ...Array(300).fill('MIIabc')].map(scrub);
    assert.equal(torn.filter((line) => line === '[redacted]').length, 200);
  });

  test('finds what looks like a credential, though nobody declared it', () => {
    const lines = [
      'cloning https://bot:abcdef123@example.org/x.git',
      'cloning https://0123456789abcdef0123@example.org/x.git',
      'POSTGRES_PASSWORD=topsecret!',
      'Authorization: Bearer abc.def.ghi123',
      'ghp_abcdefghijklmnopqrstuvwxyz0123',
      '123456789:AAabcdefghijklmnopqrstuvwxyz0123456',
      'xoxb-1234567890-abcdefgh',
      '"api_key": "k-123456"',
      '-----BEGIN RSA PRIVATE KEY-----\nMIIabc\n-----END RSA PRIVATE KEY-----',
    ];
    for (const line of lines) assert.match(scrubber.text(line), /\[redacted\]/, line);
    for (const secret of ['abcdef123', 'abcdef0123', 'topsecret', 'def.ghi', 'MIIabc', 'k-123456'])
      assert.ok(!scrubber.text(lines.join('\n')).includes(secret), secret);
  });

  test('leaves ordinary text alone', () => {
    assert.equal(
      scrubber.text('Step 3/7 : RUN npm ci http://localhost:8080/up'),
      'Step 3/7 : RUN npm ci http://localhost:8080/up',
    );
    assert.equal(
      scrubber.text('https://reem@git.example/x.git, ssh://git@git.example/x.git'),
      'https://reem@git.example/x.git, ssh://git@git.example/x.git',
    );
  });

  test('cleans data, keys too, and leaves what is not text', () => {
    assert.deepEqual(scrubber.data({ a: [value, 1, null], [value]: true }), {
      a: ['[redacted]', 1, null],
      '[redacted]': true,
    });
  });
});
