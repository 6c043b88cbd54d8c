import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  digestOf,
  newNonce,
  newToken,
  proofOf,
  proves,
  Token,
} from '../../../src/jobs/enrolment/handshake.ts';

const claim = {
  digest: digestOf(newToken()),
  side: 'agent',
  nonces: [newNonce(), newNonce()],
  manager: `SHA256:${'m'.repeat(43)}`,
  agent: `SHA256:${'a'.repeat(43)}`,
} as const;

test('a proof holds for its claim, and for no other token, side, nonce or key', () => {
  const proof = proofOf(claim);
  assert.ok(proves(proof, claim));
  const [mine, theirs] = claim.nonces;
  for (const other of [
    { ...claim, digest: digestOf(newToken()) },
    { ...claim, side: 'manager' as const },
    { ...claim, nonces: [mine, newNonce()] as const },
    { ...claim, nonces: [newNonce(), theirs] as const },
    { ...claim, nonces: [theirs, mine] as const },
    { ...claim, manager: claim.agent },
    { ...claim, agent: claim.manager },
  ])
    assert.ok(!proves(proof, other), JSON.stringify(other));
});

test('tokens are 130 bits of chance in letters that can be typed, and cannot be read off what is kept', () => {
  const tokens = new Set(Array.from({ length: 1_000 }, newToken));
  assert.equal(tokens.size, 1_000);
  const letters = new Set([...tokens].join(''));
  assert.equal(letters.size, 32);
  for (const token of tokens) {
    Token.parse(token);
    assert.ok(!digestOf(token).includes(token));
  }
});
