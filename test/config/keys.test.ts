import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newKey } from '../keys.ts';
import { reading } from './folder.ts';

const group = (text: string) => ({ 'a.yml': `keyGroups: {builders: {${text}}}\n` });

test('a key group is made of organisations, files, keys and an environment', async (t) => {
  const key = `${newKey()} reem at home`;
  const { config, problems, warnings } = await reading(t, {
    'a.yml': `
hosts: {web-1: {link: local, labels: [node]}}
keyGroups:
  builders:
    members:
      - {service: github, organisation: acme, team: ops, token: "env:T"}
      - {service: gitea, organisation: acme, apiRoot: "https://git.example.org/api/v1", token: "file:t"}
    files: [more.pub]
    keys: ["${key}"]
    environment: build-7
logins:
  nodes: {hosts: ["label:node"], groups: [builders]}
`,
  });
  assert.deepEqual([problems, warnings], [[], []]);
  assert.deepEqual(config?.keyGroups.builders, {
    members: [
      { service: 'github', organisation: 'acme', team: 'ops', token: 'env:T' },
      { service: 'gitea', organisation: 'acme', apiRoot: 'https://git.example.org/api/v1', token: 'file:t' },
    ],
    files: ['more.pub'],
    keys: [key],
    environment: 'build-7',
  });
  assert.deepEqual(config?.logins.nodes, { hosts: ['label:node'], user: 'root', groups: ['builders'] });
});

test('what cannot be a source is told, each at its place', async (t) => {
  const member = (text: string) => `members: [{service: gitea, organisation: acme, ${text}}]`;
  for (const [text, path, words] of [
    ['', 'builders', 'a key group has at least one of: members, files, keys, environment'],
    ['members: []', 'builders', 'a key group has at least one of: members, files, keys, environment'],
    [`keys: ['command="id" ${newKey()}']`, 'builders.keys[0]', 'options before a key are not taken'],
    ['keys: [hello]', 'builders.keys[0]', 'a public key is one line: type, key, and whose it is'],
    ['keys: ["ssh-ed25519 AAAA"]', 'builders.keys[0]', 'the key itself is damaged'],
    ['files: ["-rf"]', 'builders.files[0]', 'a path, not starting with -'],
    [
      'environment: Build',
      'builders.environment',
      'a name of an environment is lower-case letters, digits and inner dashes, like build-7',
    ],
    [
      member('team: ops'),
      'builders.members[0].apiRoot',
      'is missing: where the API of Gitea is, like https://git.example.org/api/v1',
    ],
    [member('apiRoot: "http://git.example.org"'), 'builders.members[0].apiRoot', /^an https address/],
    [member('apiRoot: "https://reem:x@git.example.org"'), 'builders.members[0].apiRoot', /^an https address/],
    [
      member('apiRoot: "https://git.example.org/api/v1?token=x"'),
      'builders.members[0].apiRoot',
      /^an https address/,
    ],
    [
      'members: [{service: gitlab, organisation: acme}]',
      'builders.members[0].service',
      'one of: github, gitea',
    ],
    [
      'members: [{service: github, organisation: "../x"}]',
      'builders.members[0].organisation',
      /^a name of at most 100/,
    ],
    [
      'members: [{service: github, organisation: acme, tema: ops}]',
      'builders.members[0].tema',
      'unknown key (did you mean team?)',
    ],
  ] as const) {
    const { problems } = await reading(t, group(text));
    assert.equal(problems.length, 1, `${text}: ${problems.join('\n')}`);
    const [, where, ...rest] = (problems[0] as string).split(' ');
    assert.equal(where, `keyGroups.${path}`);
    if (typeof words === 'string') assert.equal(rest.join(' '), words);
    else assert.match(rest.join(' '), words);
  }
});

test('this machine itself may be asked without TLS', async (t) => {
  const { problems } = await reading(
    t,
    group('members: [{service: gitea, organisation: acme, apiRoot: "http://127.0.0.1:3000/api/v1"}]'),
  );
  assert.deepEqual(problems, []);
});

test('a login names hosts, labels and groups that are there', async (t) => {
  const { problems } = await reading(t, {
    'a.yml': `
hosts: {web-1: {link: local, labels: [node]}}
keyGroups: {builders: {environment: x}}
logins: {nodes: {hosts: [web-2, "label:nod"], user: Root, groups: [bilders]}}
`,
  });
  assert.deepEqual(problems.map((problem) => problem.replace(/^\S+ /, '')).sort(), [
    'logins.nodes.groups[0] no key group is called bilders (did you mean builders?)',
    'logins.nodes.hosts[0] no host is called web-2 (did you mean web-1?)',
    'logins.nodes.hosts[1] no host has the label nod (did you mean node?)',
    'logins.nodes.user a user name of Linux',
  ]);
});

test('a token in clear text is warned of', async (t) => {
  const { warnings } = await reading(
    t,
    group('members: [{service: github, organisation: acme, token: in-clear-text}]'),
  );
  assert.match(warnings.join('\n'), /keyGroups\.builders\.members\[0\]\.token/);
});
