/** Writing keys on real homes, over local and ssh; whether they let in is asked of a real sshd. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { appendFile, chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { sshShell } from '../../../src/adapters/ssh/shell.ts';
import { environmentKey, environmentKeyFile } from '../../../src/jobs/keys/environment.ts';
import type { WriteKeys } from '../../../src/jobs/keys/input.ts';
import { knownOf, writtenBlocks } from '../../../src/jobs/keys/known.ts';
import { authoriseKeys, syncKeys } from '../../../src/jobs/keys/write.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import type { Shell } from '../../../src/shell.ts';
import { noSshd, type Sshd, startSshd } from '../../adapters/ssh/sshd.ts';
import { fingerprintOf, newKey } from '../../keys.ts';
import { needs } from '../../needs.ts';
import { addPerson, type TestPerson } from '../../person.ts';
import { desk } from '../desk.ts';
import { liveState } from '../live-state.ts';

const execute = promisify(execFile);

for (const link of ['local', 'ssh'] as const) {
  describe(`keys on a host over ${link}`, { skip: needs(['root', 'ssh-keygen']) || noSshd }, () => {
    let person: TestPerson;
    let sshd: Sshd;
    let shell: Shell;
    let root: string;
    let state: LiveState;
    const mine = { file: '', line: '' };
    before(async () => {
      person = await addPerson();
      root = await mkdtemp(join(tmpdir(), 'muster-root-'));
      sshd = await startSshd([`Match User ${person.user}`, 'AuthorizedKeysFile .ssh/authorized_keys']);
      const { port, user, keyFile, hostKeys } = sshd;
      const login = { host: 'web-1', address: '127.0.0.1', port, user, keyFile, hostKey: hostKeys.ed25519 };
      shell = link === 'local' ? localShell({ host: 'web-1' }) : sshShell(login);
      mine.file = join(root, 'id');
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', mine.file]);
      mine.line = (await readFile(`${mine.file}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
    });
    after(async () => {
      await shell?.close();
      await sshd?.close();
      await person?.close();
      await rm(root, { recursive: true, force: true });
    });
    beforeEach(async () => {
      state = liveState();
      await rm(join(person.home, '.ssh'), { recursive: true, force: true });
      await rm(join(root, 'keys'), { recursive: true, force: true });
    });

    const file = () => join(person.home, '.ssh/authorized_keys');
    /** What others wrote before Muster came. */
    const theirs = async (text: string) => {
      await mkdir(join(person.home, '.ssh'), { recursive: true });
      await writeFile(file(), text);
      for (const [path, mode] of [
        [join(person.home, '.ssh'), 0o700],
        [file(), 0o600],
      ] as const) {
        await chown(path, person.uid, person.gid);
        await chmod(path, mode);
      }
    };
    const input = (owners: Record<string, string>, more: Partial<WriteKeys> = {}): WriteKeys => ({
      host: 'web-1',
      user: person.user,
      groups: ['builders'],
      keys: Object.entries(owners).map(([owner, line]) => {
        const [type = '', data = ''] = line.split(' ');
        return { key: { type, data, person: owner }, from: ['builders keys'], held: [] };
      }),
      sources: ['builders keys'],
      remarks: [],
      ...more,
    });
    const perform = async (what: WriteKeys, run = 'r-one', step: typeof syncKeys = syncKeys) => {
      const { context, notes, lines } = desk(shell, root);
      const result = await step.perform(what, { ...context, run }, {});
      await step.record?.(what, result, state, { run, origin: run, at: new Date().toISOString() });
      return { notes, lines };
    };
    const revert = async (what: WriteKeys, run = 'r-one') => {
      const { context, notes } = desk(shell, root);
      const result = await authoriseKeys.revert(what, { ...context, run }, {});
      if (result) await authoriseKeys.record?.(what, result, state, { run, origin: run, at: 'now' });
      return notes;
    };
    /** Whether sshd lets this private key in as the user. */
    const letsIn = async (privateKey: string): Promise<boolean> => {
      const options = [
        '-F',
        '/dev/null',
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
      ];
      const only = [
        '-o',
        'IdentitiesOnly=yes',
        '-o',
        'IdentityAgent=none',
        '-o',
        'BatchMode=yes',
        '-i',
        privateKey,
      ];
      const to = ['-p', String(sshd.port), `${person.user}@127.0.0.1`, 'id -un'];
      try {
        const { stdout } = await execute('ssh', [...options, ...only, ...to]);
        assert.equal(stdout.trim(), person.user);
        return true;
      } catch (thrown) {
        assert.match(String((thrown as Error).message), /Permission denied \(publickey\)/);
        return false;
      }
    };
    const told = (owner: string, line: string, how: string) =>
      `${owner} ${how} log in as ${person.user} on web-1 (${fingerprintOf(line)})`;

    test('let in who is in the group, and nobody any more who left it', async () => {
      const environment = await environmentKey(join(root, 'var'), 'build-7');
      const robot = environmentKeyFile(join(root, 'var'), 'build-7');
      assert.deepEqual([await letsIn(mine.file), await letsIn(robot)], [false, false]);
      const both = await perform(input({ 'reem@x': mine.line, 'muster:build-7': environment }));
      assert.deepEqual([await letsIn(mine.file), await letsIn(robot)], [true, true]);
      assert.deepEqual(both.notes, [
        told('reem@x', mine.line, 'may now'),
        told('muster:build-7', environment, 'may now'),
      ]);
      const one = await perform(input({ 'muster:build-7': environment }), 'r-two');
      assert.deepEqual([await letsIn(mine.file), await letsIn(robot)], [false, true]);
      assert.deepEqual(one.notes, [told('reem@x', mine.line, 'may no longer')]);
      const none = await perform(input({}, { groups: [], sources: [] }), 'r-three');
      assert.equal(await letsIn(robot), false);
      assert.equal(await readFile(file(), 'utf8'), '');
      assert.deepEqual(none.notes, [told('muster:build-7', environment, 'may no longer')]);
    });

    test('keep what others wrote, and tell who gets in by it anyway', async () => {
      const others = `# of ann\ncommand="true" ${newKey()} ann\r\n${mine.line} reem at home`;
      await theirs(others);
      await perform(input({ 'reem@x': mine.line }));
      const written = await readFile(file(), 'utf8');
      assert.ok(written.endsWith(others) && written.startsWith('# BEGIN muster'), written);
      const { notes } = await perform(input({ 'bob@x': newKey() }), 'r-two');
      assert.match(
        notes.join('\n'),
        /reem@x is no longer in Muster's block, but another line still lets the key in/,
      );
      assert.ok(await letsIn(mine.file));
      await perform(input({}), 'r-three');
      assert.equal(await readFile(file(), 'utf8'), others);
    });

    test('are written once: again changes nothing, and a start after a crash tells what the first one did', async () => {
      const what = input({ 'reem@x': mine.line });
      const first = await perform(what);
      const text = await readFile(file(), 'utf8');
      assert.deepEqual((await perform(what)).notes, first.notes);
      assert.equal(await readFile(file(), 'utf8'), text);
      const { notes } = await perform(what, 'r-two');
      assert.deepEqual(notes, [`nothing changed for ${person.user} on web-1 (1 key)`]);
      assert.equal(await readFile(file(), 'utf8'), text);
    });

    test('are taken back to the block as it was, also after a crash, with what others wrote since', async () => {
      const old = newKey();
      await theirs(`${newKey()} ann\n`);
      await perform(input({ 'old@x': old }), 'r-zero');
      const before = await readFile(file(), 'utf8');
      const what = input({ 'reem@x': mine.line });
      await perform(what, 'r-one', authoriseKeys);
      await perform(what, 'r-one', authoriseKeys);
      assert.ok(await letsIn(mine.file));
      await appendFile(file(), `${newKey()} cat\n`);
      const added = (await readFile(file(), 'utf8')).split('\n').at(-2);
      assert.deepEqual(await revert(what), [
        told('old@x', old, 'may now'),
        told('reem@x', mine.line, 'may no longer'),
      ]);
      assert.equal(await readFile(file(), 'utf8'), `${before}${added}\n`);
      assert.equal(await letsIn(mine.file), false);
      assert.deepEqual(
        (await writtenBlocks(state)).map(({ count }) => count),
        [1],
      );
    });

    test('are not taken back by a run that changed nothing', async () => {
      const what = input({ 'reem@x': mine.line });
      await perform(what, 'r-one', authoriseKeys);
      assert.deepEqual(await revert(what, 'r-other'), []);
      assert.ok(await letsIn(mine.file));
    });

    test('are noted with their sources and their block, and forgotten with them', async () => {
      await perform(input({ 'reem@x': mine.line }));
      const known = await knownOf(state, ['builders']);
      assert.deepEqual(
        known.get('builders keys')?.keys.map((key) => key.person),
        ['reem@x'],
      );
      const [block] = await writtenBlocks(state);
      assert.deepEqual(
        [block?.host, block?.user, block?.groups, block?.count],
        ['web-1', person.user, ['builders'], 1],
      );
      await perform(input({}, { groups: [], sources: [] }), 'r-two');
      assert.deepEqual(await writtenBlocks(state), []);
    });

    test('of many people are told in the log, and how many on the card', async () => {
      const owners = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}@x`, newKey()]));
      const { notes, lines } = await perform(input(owners));
      assert.deepEqual(notes, [`${person.user} on web-1: 30 gained access, 0 lost it; the log names them`]);
      assert.equal(lines.length, 30);
      assert.match(lines[29] as string, /^p29@x may now log in/);
    });

    test('stay untouched where somebody broke the block', async () => {
      const broken = `# BEGIN muster\n${newKey()} ann\n`;
      await theirs(broken);
      await assert.rejects(perform(input({ 'reem@x': mine.line })), {
        code: 'keys.block',
        hint: /remove every line from # BEGIN muster to # END muster/,
      });
      assert.equal(await readFile(file(), 'utf8'), broken);
    });
  });
}

test('a step takes no key that is none, nor a name with more than a name in it', () => {
  const [type = '', data = ''] = newKey().split(' ');
  const of = (key: { type: string; data: string; person: string }) => ({
    host: 'web-1',
    user: 'root',
    groups: [],
    keys: [{ key, from: [], held: [] }],
    sources: [],
    remarks: [],
  });
  assert.ok(syncKeys(of({ type, data, person: 'reem@x' })));
  for (const key of [
    { type: `command="id" ${type}`, data, person: 'reem' },
    { type, data: `${data}\n${type}`, person: 'reem' },
    { type, data: data.slice(4), person: 'reem' },
    { type, data, person: 'reem\n# END muster' },
    { type, data, person: '' },
  ])
    assert.throws(() => syncKeys(of(key)), { name: 'ZodError' }, JSON.stringify(key));
});
