import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { readConfig } from '../../../src/config/load.ts';
import { type Gathered, KeySources } from '../../../src/jobs/keys/gather.ts';
import type { WriteKeys } from '../../../src/jobs/keys/input.ts';
import { knownOf, noteWritten } from '../../../src/jobs/keys/known.ts';
import type { LiveState } from '../../../src/jobs/step.ts';
import { Scrubber } from '../../../src/secret.ts';
import { type FakeGithub, startGithub } from '../../fakes/members/github.ts';
import { newKey } from '../../keys.ts';
import { liveState } from '../live-state.ts';

describe('the keys of a group', () => {
  let github: FakeGithub;
  let folder: string;
  let state: LiveState;
  let scrubber: Scrubber;
  let sources: KeySources;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'muster-gather-'));
    github = await startGithub({ tokens: { 'token-of-reem': 'reem' } });
  });
  after(async () => {
    await github.close();
    await rm(folder, { recursive: true, force: true });
  });
  const names = ['reem', 'bob', 'cat', 'dan', 'eve'];
  const organisation = (people: readonly string[]) => {
    github.world.organisations = { acme: Object.fromEntries(people.map((name) => [name, false])) };
  };
  beforeEach(() => {
    state = liveState();
    scrubber = new Scrubber();
    github.troubles.clear();
    github.world.keys = Object.fromEntries(names.map((name) => [name, [newKey()]]));
    organisation(names);
    const environment = { TOKEN: 'token-of-reem' };
    sources = new KeySources({ state, folder: join(folder, 'var'), environment, scrubber });
  });

  const config = async (group: string) => {
    await writeFile(join(folder, 'keys.yml'), `keyGroups:\n  builders: ${group}\n`);
    const { config: valid, problems } = await readConfig(folder);
    assert.ok(valid, problems.map(({ message }) => message).join());
    return valid;
  };
  const acme = () =>
    `{members: [{service: github, organisation: acme, apiRoot: "${github.origin}", token: "env:TOKEN"}]}`;
  const gather = async (group: string, confirmed = false) =>
    sources.gather(await config(group), ['builders'], confirmed);
  const people = ({ groups }: Gathered) =>
    (groups.get('builders') as { keys: WriteKeys['keys'] }).keys.map(({ key }) => key.person.split('@')[0]);
  /** What happens when it was written to a host. */
  const keep = ({ groups, remarks }: Gathered) =>
    noteWritten(
      {
        host: 'web-1',
        user: 'root',
        groups: ['builders'],
        ...(groups.get('builders') as Pick<WriteKeys, 'keys' | 'sources'>),
        remarks,
      },
      state,
      new Date().toISOString(),
    );

  test('are those of all its sources, each once, with its owner', async () => {
    const shared = (github.world.keys.reem as string[])[0] as string;
    const [filed, given] = [newKey(), newKey()];
    await writeFile(join(folder, 'more.pub'), `# contractors\n\n${filed} kim at work\r\n${shared} again\n`);
    const group = acme().replace(/\}$/, `, files: [more.pub], keys: ["${given}"], environment: build-7}`);
    const found = await gather(group);
    assert.deepEqual(found.remarks, []);
    const { host } = new URL(github.origin);
    const { keys = [], sources: ids = [] } = found.groups.get('builders') ?? {};
    assert.deepEqual(
      keys.map(({ key }) => key.person),
      [...names.map((name) => `${name}@${host}`), 'keys', 'kim_at_work', 'muster:build-7'].sort(),
    );
    assert.deepEqual(keys.find(({ key }) => shared.includes(key.data))?.from, [
      `builders ${host}/acme`,
      'builders more.pub',
    ]);
    assert.deepEqual(
      ids,
      ['', '/acme', 'more.pub', 'keys', 'environment build-7']
        .slice(1)
        .map((id) => `builders ${id.startsWith('/') ? host + id : id}`),
    );
    assert.equal(scrubber.text('x token-of-reem x'), 'x [redacted] x', 'its token is shown nowhere');
  });

  test('hold nothing that a member smuggled in, and it is said whose was left out', async () => {
    const evil = newKey();
    github.world.keys.eve = [
      `command="curl evil" ${evil}`,
      `${evil} eve\n${newKey()} root`,
      'hello',
      `${newKey()} # END muster`,
    ];
    const { groups, remarks } = await gather(acme());
    const own = groups.get('builders')?.keys.filter(({ key }) => key.person.startsWith('eve@')) ?? [];
    assert.deepEqual(
      own.map(({ key }) => [key.person, `${key.type} ${key.data}`]),
      [[`eve@${new URL(github.origin).host}`, github.world.keys.eve[3]?.replace(' # END muster', '')]],
    );
    assert.deepEqual(
      remarks.map((remark) => (remark.kind === 'refused' ? remark.why : remark.kind)),
      ['options', 'line', 'line'],
    );
  });

  test('stay as they were known last while a source fails, whatever way', async () => {
    await keep(await gather(acme()));
    for (const trouble of [
      { status: 500 },
      { status: 401, body: {} },
      { status: 404, body: {} },
      { status: 200, body: '?' },
      'cut',
    ] as const) {
      github.troubles.set('/orgs/acme', trouble);
      const found = await gather(acme());
      assert.deepEqual(people(found), [...names].sort());
      assert.deepEqual(
        found.remarks.map(({ kind }) => kind),
        ['failed'],
      );
    }
    github.troubles.clear();
    const before = await gather(acme().replace('env:TOKEN', 'env:GONE'));
    assert.deepEqual(
      before.remarks.map((remark) => remark.kind === 'failed' && remark.code),
      ['config.secret'],
    );
    assert.deepEqual(people(before), [...names].sort());
  });

  test('stay where the source answers that there is nobody, confirmed or not', async () => {
    await keep(await gather(acme()));
    organisation([]);
    github.world.organisations.acme = { reem: false };
    github.world.keys.reem = [];
    for (const confirmed of [false, true]) {
      const found = await gather(acme(), confirmed);
      assert.deepEqual(people(found), [...names].sort());
      assert.deepEqual(
        found.remarks.map(({ kind }) => kind),
        ['empty'],
      );
    }
  });

  test('are an error where nothing is known of a source that fails or is empty', async () => {
    github.troubles.set('/orgs/acme', { status: 500 });
    await assert.rejects(gather(acme()), { code: 'members.unreachable' });
    github.troubles.clear();
    github.world.keys = Object.fromEntries(names.map((name) => [name, []]));
    await assert.rejects(gather(acme()), { code: 'keys.empty' });
    await assert.rejects(gather('{files: [none.pub]}'), {
      code: 'keys.unreadable',
      message: /none\.pub.*ENOENT/,
    });
  });

  test('lose who left, at once as long as it is not more than half', async () => {
    await keep(await gather(acme()));
    organisation(['reem', 'bob', 'cat']);
    const found = await gather(acme());
    assert.deepEqual([people(found), found.remarks], [['bob', 'cat', 'reem'], []]);
  });

  test('keep more than half that would go at once until that is confirmed, and take in who is new', async () => {
    await keep(await gather(acme()));
    organisation(['reem', 'bob', 'new']);
    github.world.keys.new = [newKey()];
    const held = await gather(acme());
    assert.deepEqual(people(held), ['bob', 'cat', 'dan', 'eve', 'new', 'reem']);
    assert.deepEqual(held.remarks, [{ kind: 'many', group: 'builders', count: 3, of: 5 }]);
    await keep(held);
    const again = await gather(acme());
    const many = { kind: 'many', group: 'builders', count: 3, of: 6 };
    assert.deepEqual([people(again), again.remarks], [people(held), [many]]);
    // Neither does a failure in between, nor somebody who leaves besides, let them go unasked.
    github.troubles.set('/orgs/acme', { status: 500 });
    await keep(await gather(acme()));
    github.troubles.clear();
    organisation(['reem', 'bob']);
    const fewer = await gather(acme());
    assert.deepEqual(people(fewer), ['bob', 'cat', 'dan', 'eve', 'reem']);
    await keep(fewer);
    organisation(['reem', 'bob', 'cat', 'new']);
    const back = await gather(acme());
    assert.deepEqual(people(back), ['bob', 'cat', 'dan', 'eve', 'new', 'reem']);
    assert.deepEqual(back.remarks, [{ ...many, count: 2, of: 5 }], 'who came back is not held');
    organisation(['reem', 'bob', 'new']);
    await keep(await gather(acme(), true));
    assert.deepEqual(people(await gather(acme())), ['bob', 'new', 'reem']);
  });

  test('that come from a source which was taken out of the configuration count as going, too', async () => {
    await keep(await gather(acme()));
    const given = newKey();
    const held = await gather(`{keys: ["${given} kim"]}`);
    assert.deepEqual(people(held), ['bob', 'cat', 'dan', 'eve', 'kim', 'reem']);
    await keep(held);
    await keep(await gather(`{keys: ["${given} kim"]}`, true));
    const known = await knownOf(state, ['builders']);
    assert.deepEqual([...known.keys()], ['builders keys'], 'what is gone is not known any more');
  });
});
