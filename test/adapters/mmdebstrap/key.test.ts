import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fingerprintsOf } from '../../../src/adapters/mmdebstrap/fingerprint.ts';
import { armoured, sourceEntry, unarmoured } from '../../../src/adapters/mmdebstrap/key.ts';

/** The beginning of a packet of a public key, and some bytes. */
const BINARY = Buffer.concat([Buffer.from([0x99, 0x02, 0x0d, 0x04]), Buffer.alloc(150, 7)]);

describe('a key of an archive', () => {
  it('is armoured, whichever way it was written, and always the same', () => {
    const text = armoured(BINARY)!;
    assert.match(
      text,
      /^-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n[A-Za-z0-9+/\n]+={0,2}\n=[A-Za-z0-9+/]{4}\n-----END/,
    );
    assert.equal(armoured(Buffer.from(text)), text);
    const others = `Some words before\r\n${text.replace('\n\n', '\nVersion: GnuPG v2\nComment: x\n\n').replaceAll('\n', '\r\n')}\r\n`;
    assert.equal(armoured(Buffer.from(others)), text);
    assert.ok(text.split('\n').every((line) => line.length <= 64));
  });

  it('is nothing else', () => {
    const secret = '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----';
    const odd =
      '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nSigned-By: x\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----';
    for (const text of ['', 'hello', '<html>', secret, odd, '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n'])
      assert.equal(armoured(Buffer.from(text)), undefined, text);
    // A secret key, in both formats of packets.
    assert.equal(armoured(Buffer.from([0x95, 1, 2, 3])), undefined);
    assert.equal(armoured(Buffer.from([0xc5, 1, 2, 3])), undefined);
  });

  it('is named by the fingerprint that its owner publishes, whichever way it was written', () => {
    const bookworm = '4D64FEC119C2029067D6E791F8D2585B8783D481';
    const binary = readFileSync('/usr/share/keyrings/debian-archive-bookworm-stable.gpg');
    assert.deepEqual(fingerprintsOf(binary), [bookworm]);
    assert.deepEqual(fingerprintsOf(unarmoured(Buffer.from(armoured(binary)!))!), [bookworm]);
    const all = fingerprintsOf(readFileSync('/usr/share/keyrings/debian-archive-keyring.gpg'))!;
    assert.ok(all.length > 3 && all.includes(bookworm));
  });

  it('has no name where it is cut off, or of a version that nobody knows', () => {
    const packet = (head: number[], version: number, length: number) =>
      Buffer.concat([Buffer.from([...head, version]), Buffer.alloc(length - 1, 7)]);
    const old = packet([0x99, 0, 200], 4, 200);
    const names = fingerprintsOf(old);
    assert.match(names?.join() ?? '', /^[0-9A-F]{40}$/);
    // The same key in the other formats of packets.
    for (const head of [
      [0x98, 200],
      [0x9a, 0, 0, 0, 200],
      [0xc6, 192, 8],
      [0xc6, 255, 0, 0, 0, 200],
    ])
      assert.deepEqual(fingerprintsOf(packet(head, 4, 200)), names, head.join());
    for (const bytes of [
      ...[1, 2, 3, 100, 202].map((length) => old.subarray(0, length)),
      packet([0x99, 0, 200], 6, 200),
      packet([0x9b, 0, 200], 4, 200),
      packet([0xc6, 230], 4, 200),
      Buffer.concat([old, Buffer.from('x')]),
    ])
      assert.equal(fingerprintsOf(bytes), undefined);
  });

  it('stands in the entry of its source, where nothing can be taken for another field', () => {
    const key = armoured(BINARY)!;
    const entry = sourceEntry({
      address: 'https://a.example/apt',
      suite: 'stable',
      components: ['main', 'x'],
      key,
    });
    assert.deepEqual(entry.split('\n').slice(0, 7), [
      ...['Types: deb', 'URIs: https://a.example/apt', 'Suites: stable', 'Components: main x', 'Signed-By:'],
      ...[' -----BEGIN PGP PUBLIC KEY BLOCK-----', ' .'],
    ]);
    assert.ok(
      entry
        .split('\n')
        .slice(5, -1)
        .every((line) => /^ \S/.test(line)),
    );
    assert.doesNotMatch(
      sourceEntry({ address: 'https://a.example', suite: './', components: ['main'], key }),
      /Components/,
    );
  });
});
