/** Signatures, held against the real minisign(1). */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { publicLine, signed, verified } from '../src/minisign.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const run = promisify(execFile);
const comments = { untrusted: 'signature of an image', trusted: 'version:debian-live@2026-11-21.1' };
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-minisign-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What minisign says of a text and its signature; rejects where it refuses them. */
async function minisign(text: string, signature: string, publicKey = publicLine(key)): Promise<string> {
  const file = join(folder, 'manifest.json');
  await writeFile(file, text);
  await writeFile(`${file}.minisig`, signature);
  return (await run('minisign', ['-V', '-P', publicKey, '-m', file])).stdout;
}

test('minisign verifies what was signed here, and tells the trusted comment', async () => {
  const text = '{"image": "debian-live"}\n';
  assert.match(await minisign(text, signed(text, key, comments)), /version:debian-live@2026-11-21\.1/);
});

test('minisign and Muster refuse the same: another text, comment, key, or half of a signature', async () => {
  const text = '{"image": "debian-live"}\n';
  const good = signed(text, key, comments);
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const wrong: [string, string, string?][] = [
    ['{"image": "debian-lixe"}\n', good],
    [text, good.replace('2026-11-21.1', '2026-11-21.2')],
    [text, signed(text, stranger, comments)],
    [text, good, publicLine(stranger)],
    [text, good.split('\n').slice(0, 2).join('\n')],
  ];
  for (const [content, signature, publicKey = publicLine(key)] of wrong) {
    assert.equal(verified(content, signature, publicKey), undefined);
    await assert.rejects(minisign(content, signature, publicKey));
  }
  assert.equal(verified(text, good, publicLine(key)), comments.trusted);
});

test('what minisign signs with a key of its own is verified here', async () => {
  const [file, secret, open] = ['m.json', 'secret.key', 'public.key'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(file, 'a manifest');
  // Without a password (-W); it asks nothing then.
  await run('minisign', ['-G', '-W', '-f', '-s', secret, '-p', open]);
  await run('minisign', ['-S', '-s', secret, '-m', file, '-t', 'version:x']);
  const [publicKey, signature] = await Promise.all(
    [open, `${file}.minisig`].map(async (path) => (await run('cat', [path])).stdout),
  );
  assert.equal(verified('a manifest', signature ?? '', publicKey?.split('\n')[1] ?? ''), 'version:x');
});

test('nonsense is no signature, and throws nothing', () => {
  for (const nonsense of ['', '\n\n\n\n', 'untrusted comment: x\n!!!\ntrusted comment: y\n???\n'])
    assert.equal(verified('text', nonsense, publicLine(key)), undefined);
  assert.equal(verified('text', signed('text', key, comments), 'RWnonsense'), undefined);
});

test('a line end in a comment does not make another line', () => {
  const signature = signed('text', key, { untrusted: 'a\nb', trusted: 'c\nd' });
  assert.equal(signature.split('\n').length, 5);
  assert.equal(verified('text', signature, publicLine(key)), 'c d');
});
