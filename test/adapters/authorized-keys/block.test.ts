import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockOf, linesOf, part, withBlock } from '../../../src/adapters/authorized-keys/block.ts';

const where = { host: 'web-1', user: 'root' };
const block = blockOf(['ssh-ed25519 AAAA reem', 'ssh-ed25519 BBBB bob']) as string;

/** What becomes of a file that gets this block. */
const written = (text: string, to: string | undefined) => withBlock(part(text, where), to);

test('what others wrote stays byte for byte, whatever it is', () => {
  for (const others of [
    '',
    'ssh-rsa AAAA ann',
    'ssh-rsa AAAA ann\n',
    '\n\n  # a comment\r\ncommand="x" ssh-rsa AAAA ann\r\n',
    '# BEGIN musterd\n# END musterd\n',
    ' # BEGIN muster\n',
    'Latin \xe9\xff\x00 and no newline',
  ]) {
    const first = written(others, block);
    assert.equal(first, `${block}${others}`);
    assert.equal(written(first, block), first, 'writing it again changes nothing');
    const other = blockOf(['ssh-ed25519 CCCC cat']) as string;
    assert.equal(written(first, other), `${other}${others}`);
    assert.equal(written(first, undefined), others, 'without the block it is as it was');
  }
});

test('a block stays where somebody moved it', () => {
  const text = `ssh-rsa AAAA ann\n${block}ssh-rsa BBBB bob\n`;
  const other = blockOf(['ssh-ed25519 CCCC cat']) as string;
  assert.equal(written(text, other), `ssh-rsa AAAA ann\n${other}ssh-rsa BBBB bob\n`);
  assert.deepEqual(linesOf(part(text, where).block), ['ssh-ed25519 AAAA reem', 'ssh-ed25519 BBBB bob']);
});

test('a block that was the end of a file without a newline runs into nobody’s line when it comes back', () => {
  const cut = block.trimEnd();
  assert.equal(part(cut, where).block, cut);
  assert.equal(written('ssh-rsa AAAA ann\n', cut), `${cut}\nssh-rsa AAAA ann\n`);
});

test('half a block, or several, are nobody’s to change', () => {
  const [begin] = block.split('\n');
  for (const text of [
    `${begin}\nssh-rsa AAAA ann\n`,
    'ssh-rsa AAAA ann\n# END muster\n',
    `# END muster\n${begin}\n`,
    `${block}${block}`,
    `${begin}\n${block}`,
    `${block}# END muster\n`,
  ])
    assert.throws(() => part(text, where), { code: 'keys.block' }, text);
});

test('no lines are no block', () => {
  assert.equal(blockOf([]), undefined);
  assert.deepEqual(linesOf(undefined), []);
});
