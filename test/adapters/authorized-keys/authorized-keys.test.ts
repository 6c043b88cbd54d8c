/** On real files of a real user of this machine, over link local and over a real sshd. */
import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { authorizedKeys } from '../../../src/adapters/authorized-keys/authorized-keys.ts';
import { MAX_FILE } from '../../../src/adapters/authorized-keys/scripts.ts';
import { localShell } from '../../../src/adapters/local/shell.ts';
import { sshShell } from '../../../src/adapters/ssh/shell.ts';
import type { Shell } from '../../../src/shell.ts';
import { fakeShell } from '../../fakes/shell.ts';
import { needs } from '../../needs.ts';
import { addPerson, type TestPerson } from '../../person.ts';
import { noSshd, type Sshd, startSshd } from '../ssh/sshd.ts';

const LINKS = {
  local: async () => ({ shell: localShell({ host: 'web-1' }), close: async () => {} }),
  ssh: async () => {
    const sshd: Sshd = await startSshd();
    const { port, user, keyFile, hostKeys } = sshd;
    const login = { host: 'web-1', address: '127.0.0.1', port, user, keyFile, hostKey: hostKeys.ed25519 };
    return { shell: sshShell(login), close: () => sshd.close() };
  },
};

for (const [name, open] of Object.entries(LINKS)) {
  const skip = needs(['root']) || (name === 'ssh' && noSshd);
  describe(`authorized_keys over ${name}`, { skip }, () => {
    let person: TestPerson;
    let way: { shell: Shell; close(): Promise<void> };
    let folder: string;
    let file: string;
    before(async () => {
      [person, way] = await Promise.all([addPerson(), open()]);
      folder = join(person.home, '.ssh');
      file = join(folder, 'authorized_keys');
    });
    after(async () => {
      await way?.shell.close();
      await way?.close();
      await person?.close();
    });
    beforeEach(() => rm(folder, { recursive: true, force: true }));

    const keys = () => authorizedKeys.open({ shell: way.shell, options: {} });
    /** What the file holds. */
    const look = async (user: string): Promise<string> => {
      let seen = '';
      await keys().edit(user, (text) => {
        seen = text;
        return text;
      });
      return seen;
    };
    const own = async (path: string, mode: number) => {
      await chown(path, person.uid, person.gid);
      await chmod(path, mode);
    };
    /** A file of the user with this content. */
    const lay = async (content: string | Buffer, mode = 0o600) => {
      await mkdir(folder, { recursive: true });
      await own(folder, 0o700);
      await writeFile(file, content);
      await own(file, mode);
    };

    test('where there is nothing, the file is made as sshd wants it', async () => {
      assert.equal(await look(person.user), '');
      await keys().edit(person.user, (text) => `${text}one\n`);
      assert.equal(await readFile(file, 'utf8'), 'one\n');
      for (const [path, mode] of [
        [folder, 0o700],
        [file, 0o600],
      ] as const) {
        const found = await stat(path);
        assert.deepEqual([found.uid, found.gid, found.mode & 0o7777], [person.uid, person.gid, mode], path);
      }
      assert.deepEqual(await readdir(folder), ['authorized_keys']);
    });

    test('every byte comes and goes as it is, and what only others may not do is taken from the mode', async () => {
      const bytes = Buffer.from(
        Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) % 256),
      );
      await lay(bytes, 0o664);
      assert.deepEqual(Buffer.from(await look(person.user), 'latin1'), bytes);
      await keys().edit(person.user, (text) => `first\n${text}`);
      assert.deepEqual(await readFile(file), Buffer.concat([Buffer.from('first\n'), bytes]));
      assert.equal((await stat(file)).mode & 0o7777, 0o644);
    });

    test('an edit that changes nothing writes nothing, unless sshd would refuse the file', async () => {
      await lay('one\n');
      const { ino, mtimeMs } = await stat(file);
      await keys().edit(person.user, (text) => text);
      assert.deepEqual([(await stat(file)).ino, (await stat(file)).mtimeMs], [ino, mtimeMs]);
      await chmod(file, 0o666);
      await keys().edit(person.user, (text) => text);
      assert.equal((await stat(file)).mode & 0o7777, 0o644);
      assert.equal(await readFile(file, 'utf8'), 'one\n');
    });

    test('what others write between reading and writing is not lost', async () => {
      await lay('one\n');
      const seen: string[] = [];
      // The edit runs here while the file is over there: others write in between, twice.
      const { writeFileSync } = await import('node:fs');
      await keys().edit(person.user, (text) => {
        seen.push(text);
        if (seen.length <= 2) writeFileSync(file, `${text}theirs ${seen.length}\n`);
        return `ours\n${text}`;
      });
      assert.deepEqual(seen, ['one\n', 'one\ntheirs 1\n', 'one\ntheirs 1\ntheirs 2\n']);
      assert.equal(await readFile(file, 'utf8'), 'ours\none\ntheirs 1\ntheirs 2\n');
      await assert.rejects(
        keys().edit(person.user, (text) => {
          writeFileSync(file, `${text}again\n`);
          return 'ours\n';
        }),
        { code: 'keys.file', message: /others write to it all the time/ },
      );
      assert.match(await readFile(file, 'utf8'), /again\n$/);
      assert.deepEqual(await readdir(folder), ['authorized_keys'], 'nothing is left behind');
    });

    test('a link out of the home is not followed, neither of the file nor of its folder', async () => {
      const outside = join(person.home, '../outside');
      await mkdir(outside, { recursive: true });
      await writeFile(join(outside, 'authorized_keys'), 'precious\n', { mode: 0o666 });
      await mkdir(folder);
      await symlink(join(outside, 'authorized_keys'), file);
      const refused = { code: 'keys.file', message: /leads out of the home/ };
      await assert.rejects(look(person.user), refused);
      await assert.rejects(
        keys().edit(person.user, () => 'x\n'),
        refused,
      );
      await rm(folder, { recursive: true });
      await symlink(outside, folder);
      await assert.rejects(
        keys().edit(person.user, () => 'x\n'),
        refused,
      );
      assert.equal(await readFile(join(outside, 'authorized_keys'), 'utf8'), 'precious\n');
      assert.deepEqual(await readdir(outside), ['authorized_keys']);
      await rm(outside, { recursive: true });
    });

    test('a link within the home stays one, and its file is replaced', async () => {
      const elsewhere = join(person.home, 'dotfiles');
      await mkdir(elsewhere);
      await own(elsewhere, 0o700);
      await mkdir(folder);
      await own(folder, 0o700);
      await symlink('../dotfiles/keys', file);
      await keys().edit(person.user, (text) => `${text}one\n`);
      assert.ok((await lstat(file)).isSymbolicLink());
      assert.equal(await readFile(join(elsewhere, 'keys'), 'utf8'), 'one\n');
      await rm(elsewhere, { recursive: true });
    });

    test('nothing is written with rights that the user has not got', async () => {
      await mkdir(folder, { mode: 0o755 });
      await assert.rejects(
        keys().edit(person.user, () => 'x\n'),
        {
          code: 'host.denied',
          message: new RegExp(`only root or ${person.user}`),
        },
      );
      // A file of root's that the user only gave another name.
      await lay('');
      await rm(file);
      const precious = join(person.home, '../precious');
      await writeFile(precious, 'precious\n', { mode: 0o600 });
      await link(precious, file);
      await assert.rejects(
        keys().edit(person.user, () => 'x\n'),
        { code: 'host.denied' },
      );
      assert.equal(await readFile(precious, 'utf8'), 'precious\n');
      await rm(precious);
    });

    test('what is no file, or too large, is told', async () => {
      await mkdir(file, { recursive: true });
      await own(folder, 0o700);
      await assert.rejects(look(person.user), { code: 'keys.file', message: /or is no file/ });
      await rm(file, { recursive: true });
      await lay(Buffer.alloc(MAX_FILE + 1));
      await assert.rejects(look(person.user), { code: 'keys.file', message: /larger than 512 KiB/ });
    });

    test('a user that is not there is told', async () => {
      await assert.rejects(look('nobody-by-this-name'), {
        code: 'keys.user',
        message: 'web-1 has no user nobody-by-this-name',
      });
    });
  });
}

test('whoever is neither root nor the user is refused before anything is touched', async () => {
  const shell = fakeShell({
    host: 'web-1',
    programs: {
      'getent passwd -- root': { stdout: 'root:x:0:0:root:/root:/bin/sh\n' },
      'id -u': { stdout: '1000\n' },
    },
  });
  const keys = authorizedKeys.open({ shell, options: {} });
  await assert.rejects(
    keys.edit('root', (text) => text),
    { code: 'host.denied' },
  );
});
