import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readConfig } from '../../../src/config/load.ts';
import { Blueprint, boots, digestOf } from '../../../src/jobs/image/blueprint.ts';
import { blueprintOf, groupsIn } from '../../../src/jobs/image/drawn.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

async function drawing(t: TestContext, files: Record<string, string>, keys: Record<string, string[]> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-drawn-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  const { config, problems } = await readConfig(folder);
  assert.deepEqual(problems, []);
  return { config: config!, draw: () => blueprintOf(config!, 'a', keys) };
}
const text = (content: string) => Buffer.from(content, 'base64').toString();

describe('the blueprint of an image', () => {
  it('holds files, templates, hooks and keys as they are now', async (t) => {
    const { config, draw } = await drawing(
      t,
      {
        'keys.yml': 'keyGroups: { ops: { files: [ops.keys] } }\n',
        'images/a.yml': `
packages: [zsh, bash]
files:
  - { path: /etc/motd, text: "hello" }
  - { path: /etc/b, from: a/b, mode: "4755", owner: ops }
  - { path: /etc/c, template: a/c.mustache, data: { site: "north & <south>" } }
users: { zoe: {}, ops: { uid: 1001, keys: [ops] }, root: { keys: [ops] }, ann: {} }
hooks: [{ text: "echo one" }, { from: a/two.sh }]
gate: []
`.replace('"4755"', '"04755"'),
        'images/a/b': 'binary\x7f',
        'images/a/c.mustache': 'site={{{site}}}\n',
        'images/a/two.sh': '#!/bin/bash\necho two\n',
      },
      { ops: [`${KEY} zoe@example`, 'command="rm" not-a-key', `${KEY} zoe@example`] },
    );
    assert.deepEqual(groupsIn(config.images.a!), ['ops']);
    const blueprint = Blueprint.parse(await draw());
    assert.deepEqual(
      blueprint.files.map(({ path, content, mode, owner }) => [path, text(content), mode, owner]),
      [
        ['/etc/motd', 'hello', 0o644, 'root'],
        ['/etc/b', 'binary\x7f', 0o4755, 'ops'],
        ['/etc/c', 'site=north & <south>\n', 0o644, 'root'],
      ],
    );
    assert.deepEqual(
      blueprint.users.map(({ name, uid, keys }) => [name, uid, keys]),
      [
        ['ann', 1_000, []],
        ['ops', 1_001, [`${KEY} zoe@example`]],
        ['root', 0, [`${KEY} zoe@example`]],
        ['zoe', 1_002, []],
      ],
    );
    assert.deepEqual(
      blueprint.hooks.map(({ name, content }) => [name, text(content)]),
      [
        ['hooks[0]', '#!/bin/sh -e\necho one'],
        ['a/two.sh', '#!/bin/bash\necho two\n'],
      ],
    );
    assert.deepEqual(blueprint.packages, ['bash', 'zsh']);
    assert.equal(boots(blueprint), false);
  });

  it('is the same each time, and another one where a file is', async (t) => {
    const { config, draw } = await drawing(t, {
      'images/a.yml': 'files: [{ path: /etc/b, from: a/b }]\n',
      'images/a/b': 'one',
    });
    const before = digestOf(await draw());
    assert.equal(digestOf(await draw()), before);
    await writeFile(join(config.folder, 'images/a/b'), 'two');
    assert.notEqual(digestOf(await draw()), before);
  });

  it('cannot be drawn where its template lacks data, its key is none, or a file is gone', async (t) => {
    const files = { 'images/a/t': '{{missing}}', 'images/a/k': 'hello' };
    const template = 'files: [{ path: /etc/b, template: a/t }]\n';
    const lacking = await drawing(t, { ...files, 'images/a.yml': template });
    await assert.rejects(lacking.draw(), { code: 'template.missing' });
    const source = 'sources: { x: { address: "https://x.example", key: a/k } }\n';
    const keyless = await drawing(t, { ...files, 'images/a.yml': source });
    await assert.rejects(keyless.draw(), { code: 'image.keyform', message: /^a\/k: / });
    const gone = await drawing(t, { ...files, 'images/a.yml': template.replace('template', 'from') });
    await rm(join(gone.config.folder, 'images/a/t'));
    await assert.rejects(gone.draw(), {
      code: 'image.file',
      message: /images\/a\/t .*there is no such file/,
    });
  });

  it('takes no other key than that of a fingerprint, and says what to do where there is none yet', async (t) => {
    const keyring = (name: string) => readFileSync(`/usr/share/keyrings/debian-archive-${name}.gpg`);
    const fingerprint = '4D64 FEC1 19C2 0290 67D6  E791 F8D2 585B 8783 D481';
    const images = `sources: { x: { address: "https://x.example", key: k/x.asc, fingerprint: ${fingerprint} } }\n`;
    const { config, draw } = await drawing(t, { 'images/a.yml': images });
    const missing = await draw().catch((error) => error);
    assert.equal(missing.code, 'image.keymissing');
    assert.match(missing.message, /x\.example .*images\/k\/x\.asc/);
    assert.match(missing.hint, new RegExp(fingerprint.replaceAll(' ', '')));
    const file = join(config.folder, 'images/k/x.asc');
    await mkdir(dirname(file));
    await writeFile(file, keyring('bookworm-stable'));
    assert.match((await draw()).sources[0]!, /^Signed-By:\n -----BEGIN/m);
    for (const [name, got] of [
      ['trixie-stable', /in it is 41587F7DB8C774BCCF131416762F67A0B2C39DE4/],
      // With others beside it.
      ['keyring', /4D64FEC119C2029067D6E791F8D2585B8783D481, /],
    ] as const) {
      await writeFile(file, keyring(name));
      await assert.rejects(draw(), { code: 'image.keyother', message: got });
    }
    await writeFile(file, '<html>');
    await assert.rejects(draw(), { code: 'image.keyform' });
    await rm(file);
    await symlink('/usr/share/keyrings/debian-archive-bookworm-stable.gpg', file);
    await assert.rejects(draw(), { code: 'image.file', message: /outside/ });
  });

  it('of the sample HashiOS lacks only the key of its packages, and is whole with that', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-hashios-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await cp(join(import.meta.dirname, '../../../config'), folder, { recursive: true });
    const { config } = await readConfig(folder);
    await assert.rejects(blueprintOf(config!, 'hashios', {}), {
      code: 'image.keymissing',
      message: /apt\.releases\.hashicorp\.com .*images\/hashios\/hashicorp\.asc/,
      hint: /798AEC654E5C15428C8E42EEAA16FCBCA621E701/,
    });
    const definition = join(folder, 'images/hashios.yml');
    const text = await readFile(definition, 'utf8');
    await writeFile(
      definition,
      text.replace(/fingerprint: .*/, 'fingerprint: 4D64FEC119C2029067D6E791F8D2585B8783D481'),
    );
    await mkdir(join(folder, 'images/hashios'));
    const keyring = '/usr/share/keyrings/debian-archive-bookworm-stable.gpg';
    await cp(keyring, join(folder, 'images/hashios/hashicorp.asc'));
    const { config: whole } = await readConfig(folder);
    const { packages, sources, formats, services } = Blueprint.parse(
      await blueprintOf(whole!, 'hashios', {}),
    );
    for (const name of ['consul', 'nomad', 'vault', 'linux-image-amd64'])
      assert.ok(packages.includes(name), name);
    assert.match(sources[0]!, /^URIs: https:\/\/apt\.releases\.hashicorp\.com\nSuites: bookworm$/m);
    assert.deepEqual([formats, services.disable], [['tar.xz'], ['consul', 'nomad', 'vault']]);
  });

  it('is refused where its files are too large together, before all of them are read', async (t) => {
    const half = 'x'.repeat(9 * 1024 * 1024);
    const { draw } = await drawing(t, {
      'images/a.yml': 'files: [{ path: /etc/b, from: a/b }]\nhooks: [{ from: a/b }]\n',
      'images/a/b': half,
    });
    await assert.rejects(draw(), { code: 'image.file', message: /images\/a\.yml .*larger than 16 MiB/ });
  });

  it('brings a folder for a builder that is not ours', async (t) => {
    const { draw } = await drawing(t, {
      'images/a.yml': `
builder: packer
gate: []
packer: { folder: kit, template: t.json, variables: { size: 4G }, outputs: { disk: a.img } }
`,
      'images/kit/t.json': '{}',
      'images/kit/sub/run.sh': '#!/bin/sh\n',
    });
    const { kit } = Blueprint.parse(await draw());
    assert.deepEqual(
      kit?.files.map(({ path, executable }) => [path, executable]),
      [
        ['sub/run.sh', true],
        ['t.json', false],
      ],
    );
    assert.deepEqual(
      [kit?.main, kit?.words, kit?.output, kit?.outputs],
      ['t.json', ['size=4G'], 'output', { disk: 'a.img' }],
    );
  });
});
