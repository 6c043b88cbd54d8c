import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKeyPair, publicHalf } from '../../../src/adapters/ssh/keypair.ts';

test('every new key pair can be read again, also the one of 256 that ssh2 writes a byte short', () => {
  for (let made = 0; made < 2_000; made += 1)
    assert.match(publicHalf(newKeyPair('muster')) ?? 'none', /^ssh-ed25519 /);
});
