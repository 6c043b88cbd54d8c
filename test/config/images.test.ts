import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readConfig } from '../../src/config/load.ts';

/** Reads a folder with these files; problems come as `file:line path: message`. */
async function reading(t: TestContext, files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'muster-images-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const all = { 'people.yml': 'people: {}\n', ...files };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const read = async () => {
    const { config, problems } = await readConfig(folder);
    const told = problems.map(({ file, line, path, message }) =>
      `${file}:${line} ${path}: ${message}`.replaceAll(`${folder}/`, ''),
    );
    return { config, problems: told };
  };
  return { folder, read, ...(await read()) };
}

describe('the definition of an image', () => {
  it('has what it begins as: lists go on, names and values are its own', async (t) => {
    const { config, problems } = await reading(t, {
      'images/one.yml': `
packages: [linux-image-amd64, curl]
kernelLine: console=ttyS0
files: [{ path: /etc/a, text: one }, { path: /etc/b, text: one }]
services: { enable: [ssh, cron] }
users: { ops: { groups: [sudo] } }
hooks: [{ text: first }]
`,
      'images/two.yml': `
from: one
packages: [curl, docker.io]
files: [{ path: /etc/b, text: two }]
services: { disable: [cron] }
users: { app: {} }
hooks: [{ text: second }]
formats: [tar.xz]
`,
      'images/three.yml': 'from: two\nkernelLine: quiet\n',
    });
    assert.deepEqual(problems, []);
    const three = config!.images.three!;
    assert.deepEqual(three.packages, ['linux-image-amd64', 'curl', 'docker.io']);
    assert.deepEqual(
      three.files.map(({ path, text }) => [path, text]),
      [
        ['/etc/a', 'one'],
        ['/etc/b', 'two'],
      ],
    );
    assert.deepEqual(three.services, { enable: ['ssh'], disable: ['cron'], mask: [] });
    assert.deepEqual(Object.keys(three.users), ['ops', 'app']);
    assert.deepEqual(
      three.hooks.map(({ text }) => text),
      ['first', 'second'],
    );
    assert.deepEqual([three.formats, three.kernelLine], [['tar.xz'], 'quiet']);
    assert.equal(config!.images.two!.kernelLine, 'console=ttyS0');
  });

  it('is refused where it begins as itself, with both places', async (t) => {
    const { problems } = await reading(t, {
      'images/a.yml': 'packages: []\nfrom: b\n',
      'images/b.yml': 'from: a\n',
      'images/c.yml': 'from: a\n',
      'images/d.yml': 'from: d\n',
    });
    assert.deepEqual(problems, [
      'images/a.yml:2 images.a.from: goes round in a circle: a (images/a.yml:1:1) → b (images/b.yml:1:1)',
      'images/b.yml:1 images.b.from: goes round in a circle: b (images/b.yml:1:1) → a (images/a.yml:1:1)',
      'images/d.yml:1 images.d.from: goes round in a circle: d (images/d.yml:1:1)',
    ]);
  });

  it('may wait for a key whose fingerprint it has, but for no key from elsewhere', async (t) => {
    const text = (fingerprint: string) =>
      `sources: { x: { address: "https://x.example", key: k/x.asc${fingerprint} } }\n`;
    const fingerprint = ', fingerprint: 798A EC65 4E5C 1542 8C8E 42EE AA16 FCBC A621 E701';
    const { folder, problems, read } = await reading(t, { 'images/a.yml': text(fingerprint) });
    assert.deepEqual(problems, []);
    await mkdir(join(folder, 'images/k'));
    await symlink('/etc/hostname', join(folder, 'images/k/x.asc'));
    assert.match((await read()).problems.join(), /images\.a\.sources\.x\.key: .*outside/);
  });

  it('is refused where it names what is not there: a base, a group of keys, files', async (t) => {
    const { problems } = await reading(t, {
      'keys.yml': 'keyGroups: { builders: { files: [keys.txt] } }\n',
      'images/a.yml': `
from: debian-liv
users: { ops: { keys: [bilders] } }
files: [{ path: /etc/x, from: a/missing }]
hooks: [{ from: a/hook.sh }]
sources: { x: { address: "https://x.example", key: x.asc } }
`,
      'images/debian-live.yml': 'packages: []\n',
    });
    assert.deepEqual(
      problems.map((line) => line.replace(/^\S+ /, '')),
      [
        'images.a.from: no image is called debian-liv (did you mean debian-live?)',
        'images.a.users.ops.keys[0]: no key group is called bilders (did you mean builders?)',
        'images.a.files[0].from: images/a/missing cannot be used: there is no such file',
        'images.a.hooks[0].from: images/a/hook.sh cannot be used: there is no such file',
        'images.a.sources.x.key: images/x.asc cannot be used: there is no such file',
      ],
    );
  });

  it('reads no file outside of its folder, not by a link either', async (t) => {
    const { folder, read } = await reading(t, {
      'images/a.yml': 'files: [{ path: /etc/x, from: out }, { path: /etc/y, from: "../people.yml" }]\n',
    });
    await symlink('/etc/passwd', join(folder, 'images/out'));
    const told = (await read()).problems.map((line) => line.replace(/^\S+ /, ''));
    assert.ok(
      told.includes('images.a.files[0].from: images/out cannot be used: it is outside of images/'),
      told.join('\n'),
    );
    assert.ok(
      told.some((line) => /^images\.a\.files\[1\]\.from: .*\.\./.test(line)),
      told.join('\n'),
    );
  });

  const BAD: [what: string, yaml: string, path: RegExp][] = [
    ['a package that would be taken away', 'packages: [openssh-server-]', /images\.a\.packages\[0\]/],
    ['an option in the place of a package', 'packages: ["-oDir=/x"]', /images\.a\.packages\[0\]/],
    ['several packages in one', 'packages: ["a,b c"]', /images\.a\.packages\[0\]/],
    ['a mirror with a password', 'mirror: http://u:p@h/debian', /images\.a\.mirror/],
    ['a mirror with another line', 'mirror: "http://h/debian\\nTrusted: yes"', /images\.a\.mirror/],
    ['a component with another field', 'components: ["main\\nTrusted: yes"]', /images\.a\.components\[0\]/],
    ['no moment', 'snapshot: 2026-13-45', /images\.a\.snapshot/],
    ['a path that leads out', 'files: [{ path: /etc/../../x, text: a }]', /images\.a\.files\[0\]\.path/],
    ['a path that does not stay', 'files: [{ path: /run/x, text: a }]', /images\.a\.files\[0\]\.path/],
    ['a file of nothing', 'files: [{ path: /etc/x }]', /images\.a\.files\[0\]/],
    ['a file of two things', 'files: [{ path: /etc/x, text: a, from: b }]', /images\.a\.files\[0\]/],
    ['a mode in figures', 'files: [{ path: /etc/x, text: a, mode: 644 }]', /images\.a\.files\[0\]\.mode/],
    [
      'an owner with an option',
      'files: [{ path: /etc/x, text: a, owner: "-R" }]',
      /images\.a\.files\[0\]\.owner/,
    ],
    ['a user who is none', 'users: { "a b": {} }', /images\.a\.users/],
    ['a unit with an option', 'services: { enable: ["--now"] }', /images\.a\.services\.enable\[0\]/],
    ['a kernel line with iPXE in it', `kernelLine: "$${'{net0/mac}'}"`, /images\.a\.kernelLine/],
    ['an empty list of formats', 'formats: []', /images\.a\.formats/],
    ['lxd alone', 'formats: [lxd]\ngate: []', /images\.a\.formats/],
    ['a gate for what nothing boots', 'formats: [docker]', /images\.a\.gate/],
    ['packer without a template', 'builder: packer', /images\.a\.builder/],
    ['a key that nobody knows', 'pakages: []', /images\.a\.pakages: unknown key \(did you mean packages\?\)/],
    [
      'a fingerprint that is none',
      'sources: { x: { address: "https://x", key: x.asc, fingerprint: 798A EC65 } }',
      /images\.a\.sources\.x\.fingerprint: .*40/,
    ],
    ['a source without its key', 'sources: { x: { address: "https://x" } }', /images\.a\.sources\.x/],
    ['a kit that leads out', 'builder: script\nscript: { folder: .., run: x }', /images\.a\.script\.folder/],
  ];
  for (const [what, yaml, path] of BAD) {
    it(`refuses ${what}`, async (t) => {
      const { config, problems } = await reading(t, { 'images/a.yml': `${yaml}\n` });
      assert.equal(config, undefined);
      assert.match(problems.join('\n'), path);
    });
  }

  it('tells all that is wrong at once', async (t) => {
    const { problems } = await reading(t, {
      'images/a.yml': 'packages: [a_b]\nsuite: X\nkeep: 0\nfiles: [{ path: x }]\n',
    });
    assert.equal(problems.length, 5, problems.join('\n'));
  });
});
