/** Key groups as people use them: the built program, a fake of GitHub, a real home and a real sshd. */
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { noSshd, type Sshd, startSshd } from '../adapters/ssh/sshd.ts';
import { type FakeGithub, startGithub } from '../fakes/members/github.ts';
import { fingerprintOf, newKey } from '../keys.ts';
import { needs } from '../needs.ts';
import { addPerson, type TestPerson } from '../person.ts';
import { openMuster, type Said, type TestMuster } from './muster.ts';

describe('key groups', { skip: needs(['root', 'redis-server']) || noSshd }, () => {
  let github: FakeGithub;
  let muster: TestMuster;
  let people: TestPerson[];
  let sshd: Sshd;
  const names = ['reem', 'bob', 'cat', 'dan'];
  const keys = Object.fromEntries(names.map((name) => [name, newKey()]));

  before(async () => {
    github = await startGithub({
      organisations: { acme: Object.fromEntries(names.map((name) => [name, false])) },
      keys: Object.fromEntries(names.map((name) => [name, [keys[name] as string]])),
      tokens: { 'token-of-reem': 'reem' },
    });
    people = [await addPerson(), await addPerson()];
    sshd = await startSshd();
    muster = await openMuster({}, { GITHUB: 'token-of-reem' });
    await configure();
    await muster.start();
  });
  after(async () => {
    await muster?.stop();
    await sshd?.close();
    for (const person of people ?? []) await person.close();
    await github?.close();
  });

  const user = (index: number) => (people[index] as TestPerson).user;
  const configure = async (logins = [0, 1]) => {
    const { port, user: root, keyFile, hostKeys } = sshd;
    const way = `link: ssh, address: 127.0.0.1, port: ${port}, user: ${root}, keyFile: ${keyFile}, hostKey: "${hostKeys.ed25519}"`;
    const on = ['local', 'far'];
    await muster.configure({
      'muster.yml': [
        'people: {reem: {identities: {console: "*"}, roles: [all]}}',
        'roles: {all: {allow: [{commands: ["*"]}]}}',
        'hosts:',
        `  local: {link: local, root: ${join(muster.folder, 'here')}, labels: [node]}`,
        `  far: {${way}, root: ${join(muster.folder, 'there')}}`,
        `keyGroups: {builders: {members: [{service: github, organisation: acme, apiRoot: "${github.origin}", token: "env:GITHUB"}], environment: build-7}}`,
        'logins:',
        ...logins.map(
          (index) => `  l${index}: {hosts: [${on[index]}], user: ${user(index)}, groups: [builders]}`,
        ),
        '',
      ].join('\n'),
    });
  };
  const written = (index: number) =>
    readFile(join((people[index] as TestPerson).home, '.ssh/authorized_keys'), 'utf8');
  const notes = ({ events }: Said) => events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  const text = (said: Said) => said.events.map((event) => ('text' in event ? event.text : '')).join('\n');

  test('/keys sync writes them everywhere, and says who may log in now', async () => {
    const dry = await muster.say('/keys sync --dry-run');
    assert.match(
      text(dry),
      new RegExp(`write 5 keys of ${user(0)} on local[\\s\\S]*write 5 keys of ${user(1)} on far`),
    );
    await assert.rejects(access(join((people[0] as TestPerson).home, '.ssh')), { code: 'ENOENT' });
    const said = await muster.say('/keys sync');
    assert.equal(said.exit, 0, text(said));
    assert.equal(said.result.text, 'builders may log in on local, far');
    for (const index of [0, 1]) {
      const lines = await written(index);
      for (const name of names) assert.ok(lines.includes(keys[name] as string));
      assert.match(lines, /^ssh-ed25519 \S+ muster:build-7$/m);
    }
    const told = notes(said).filter((note) => note.startsWith('reem@'));
    assert.deepEqual(told.length, 2);
    assert.ok(told.every((note) => note.includes(fingerprintOf(keys.reem as string))));
    assert.doesNotMatch(text(said), /token-of-reem/);
  });

  test('/keys show tells the groups, their sources, their keys, and where they are', async () => {
    const answer = text(await muster.say('/keys show builders'));
    const host = new URL(github.origin).host;
    assert.match(answer, /^● builders · 5 keys of 5 owners$/m);
    assert.match(answer, new RegExp(`^  ${host}/acme: 4 keys .* ago$`, 'm'));
    assert.match(answer, /^ {2}environment build-7: 1 key /m);
    assert.ok(answer.includes(`  bob@${host} ${fingerprintOf(keys.bob as string)}`));
    assert.match(answer, new RegExp(`^${user(1)} on far: builders, 5 keys, written .* ago$`, 'm'));
  });

  test('a source that fails changes nothing, and is told', async () => {
    github.troubles.set('/orgs/acme', { status: 503 });
    const said = await muster.say('/keys sync label:node');
    github.troubles.clear();
    assert.equal(said.exit, 0);
    assert.match(notes(said).join('\n'), /does not answer: HTTP 503; the 4 keys known last of .* stay/);
    assert.match(notes(said).join('\n'), new RegExp(`nothing changed for ${user(0)} on local`));
  });

  test('many go only once that is confirmed, however often it is asked', async () => {
    github.world.organisations.acme = { reem: false };
    for (const _ of [1, 2]) {
      const held = await muster.say('/keys sync');
      assert.equal(held.exit, 0);
      assert.match(
        notes(held).join('\n'),
        /^3 of 5 keys of builders would go at once; they stay until \/keys sync --yes$/m,
      );
      assert.ok(held.events.some((event) => event.type === 'ended' && event.next === '/keys sync --yes'));
      for (const name of names) assert.ok((await written(1)).includes(keys[name] as string));
    }
    const said = await muster.say('/keys sync --yes');
    assert.equal(notes(said).filter((note) => note.includes('may no longer log in')).length, 6);
    for (const index of [0, 1]) {
      const lines = await written(index);
      assert.deepEqual(
        names.filter((name) => lines.includes(keys[name] as string)),
        ['reem'],
      );
    }
  });

  test('a host that is down keeps no other one from losing a key, and is not retried with an old plan', async () => {
    github.world.organisations.acme = { reem: false, bob: false, cat: false };
    assert.equal((await muster.say('/keys sync')).exit, 0);
    await sshd.kill();
    github.world.organisations.acme = { reem: false, bob: false };
    const said = await muster.say('/keys sync');
    assert.deepEqual([said.exit, said.result.status], [1, 'failed']);
    assert.ok(!(await written(0)).includes(keys.cat as string));
    assert.ok((await written(0)).includes(keys.bob as string));
    const retried = await muster.say(`/retry ${said.result.run}`);
    assert.equal(retried.exit, 2);
    assert.match(retried.result.text, /would do what was planned then[\s\S]*\/keys sync/);
    await sshd.start();
    const again = await muster.say('/keys sync');
    assert.equal(again.exit, 0, text(again));
    assert.ok(!(await written(1)).includes(keys.cat as string));
  });

  test('where nobody may log in any more, the block goes', async () => {
    await configure([1]);
    await muster.say('/reload');
    const said = await muster.say('/keys sync local');
    assert.equal(said.exit, 0, text(said));
    assert.equal(await written(0), '');
    assert.notEqual(await written(1), '');
    const nowhere = await muster.say('/keys sync local');
    assert.equal(nowhere.exit, 2);
    assert.match(nowhere.result.text, /Nobody may log in by key on local/);
  });
});
